#include "agent/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "agent/options_boards.h"
#include "agent/options_catalog.h"
#include "agent/options_fail_on.h"
#include "agent/options_help.h"
#include "agent/options_history.h"
#include "agent/options_metrics.h"
#include "agent/options_recording.h"
#include "agent/options_served.h"
#include "agent/options_state.h"
#include "agent/options_thresholds.h"
#include "agent/options_topology.h"
#include "agent/options_words.h"
#include "agent/support/error.h"
#include "agent/support/text.h"
#include "agent/threshold_settings.h"
#include "agent/version.h"
#include "exporters/format.h"

namespace tpp {
namespace {

constexpr const char* kFooter = R"(Exit codes, the first that applies:
  64   the command line cannot be understood
  75   a device was not idle, or no longer: it was left to others; try again later
  124  the deadline came first
  1    a finding of a class in --fail-on (default contradiction,health)
  2    a board could not be assessed, `measure` found a GPU on the bus that nobody lists, or the
       program could not do its work
  0    assessed

A variable TPP_AGENT_* that is empty counts as not set; an option without a value is a mistake.
A classification is arithmetic on evidence, not legal advice.)";

// Of the commands that measure nothing and answer from rules and the catalogue; in the gap, an exit
// code that only one of them has.
constexpr const char* kAnswerFooter = R"(Exit codes, the first that applies:
  64   the command line, or a figure or a manifest given with it, cannot be understood
{}  2    the answer is open (undetermined), or a file could not be read or written
  0    answered

A variable TPP_AGENT_* that is empty counts as not set; an option without a value is a mistake.
A classification is arithmetic on published rules, not legal advice.)";
constexpr const char* kDevicesFooter = R"(Exit codes, the first that applies:
  64   the command line cannot be understood
  1    a finding of class contradiction or health
  2    no device is attached, or the program could not do its work
  0    listed

A variable TPP_AGENT_* that is empty counts as not set; an option without a value is a mistake.)";
constexpr const char* kSelftestFooter = R"(Exit codes, the first that applies:
  64   the command line cannot be understood
  2    no check could be run, or the program could not do its work
  1    a check failed
  0    all checks passed

A variable TPP_AGENT_* that is empty counts as not set; an option without a value is a mistake.)";
constexpr const char* kFailOnLine =
    "  1    a finding of a class in --fail-on (default contradiction,health)\n";

// Words of the command line before they are understood.
struct Words {
  std::string format = "table";
  std::vector<std::string> precisions, devices, kernels, fail_on, backend_options, readings,
      thresholds;
  std::string deadline, silence, output, scenario, rules, catalog, backend_directory, site,
      previous, state_directory;
  std::vector<std::string> formats;  // that the command has
  BoardWords boards;
  bool quick = false;
  bool full = false;
};

// Those that `render`, a member of Format, is there for.
template <class Render>
std::vector<std::string> formats_of(Render Format::*render) {
  std::vector<std::string> names;
  for (const Format& format : formats()) {
    if (format.*render != nullptr) names.emplace_back(format.name);
  }
  return names;
}

const std::vector<std::string>& answer_formats() {
  static const std::vector<std::string> names = {"table", "json"};
  return names;
}

void add_source_options(CLI::App& command, Words& words) {
  command
      .add_option("--simulate", words.scenario,
                  "Measure the devices of this scenario (YAML) instead of this node's")
      ->type_name("FILE");
  command.add_option("--backend-directory", words.backend_directory, "Where the modules are")
      ->type_name("DIR");  // no variable of the environment: modules are code
  command
      .add_option("--backend-option", words.backend_options,
                  "Option of a module, such as cpu.isa=avx2; stands in the report's first line")
      ->type_name("MODULE.NAME=VALUE");
}

void add_output_options(CLI::App& command, const std::vector<std::string>& formats, Words& words) {
  words.formats = formats;
  command.add_option("--format", words.format, fmt::format("One of {}", fmt::join(formats, ", ")))
      ->type_name("NAME")
      ->envname("TPP_AGENT_FORMAT")
      ->capture_default_str();
  command.add_option("--output", words.output, "Write there instead of to standard output")
      ->type_name("FILE");
}

void add_catalog_option(CLI::App& command, Words& words) {
  command
      .add_option("--catalog", words.catalog,
                  "Chip catalogue file or directory instead of the shipped one")
      ->type_name("PATH")
      ->envname("TPP_AGENT_CATALOG");
}

void add_data_options(CLI::App& command, Words& words) {
  command.add_option("--rules", words.rules, "Rule file or directory instead of the shipped ones")
      ->type_name("PATH")
      ->envname("TPP_AGENT_RULES");
  add_catalog_option(command, words);
  command
      .add_option("--site-directory", words.site,
                  "Its rules.d and catalog.d add to what ships (default /etc/tpp-agent)")
      ->type_name("DIR");
}

void add_reading_option(CLI::App& command, std::vector<std::string>& readings) {
  command
      .add_option("--reading", readings,
                  "How to read an open point of the rule, such as tf32_bits=19")
      ->type_name("NAME=OPTION");
}

struct ShipmentWords {
  std::string file, as_of, scope;
};

// One set of words a subcommand: an environment variable reaches the options of every subcommand,
// also of those that were not asked for, and must not overwrite what a flag said.
struct PassWords {
  Words words;
  MetricWords metrics;
  RecordingWords recording;
};

struct AllWords {
  PassWords measure, pass;
  std::string daemon_socket;
  ServedWords served;
  Words devices, classify, shipment, selftest;
  ClassifyWords classify_request;
  ShipmentWords shipment_request;
  CatalogWords catalog;
  HistoryWords history;
  TopologyWords topology;
  RecordingWords devices_recording;
  MetricWords devices_metrics;
};

// Of `measure`, and of the daemon's child `pass`.
void add_pass_options(CLI::App& measure, Options& options, PassWords& pass) {
  Words& words = pass.words;
  auto* quick = measure.add_flag("--quick", words.quick, "Under 1 s a precision (the default)");
  measure
      .add_flag("--full", words.full,
                "Sustain each precision for 5 s, or less where a device would take over a minute")
      ->excludes(quick);
  measure.add_flag(
      "--plan", options.plan,
      "Say what would run, for how long and at what energy, and put no load on anything");
  measure.add_flag("--together", options.together,
                   "Measure the devices of a board at once as well, for information");
  measure.add_flag("--force", options.force,
                   "Measure devices that are not idle, too; stands in the report's first line");
  measure.add_option("--precision", words.precisions, "Only these: fp64, fp32, bf16, int8, ...")
      ->type_name("NAME,...")
      ->delimiter(',');
  measure.add_option("--device", words.devices, "Only these, by the id that `devices` prints")
      ->type_name("ID,...")
      ->delimiter(',');
  measure
      .add_option("--kernel", words.kernels,
                  fmt::format("Only these: {}", fmt::join(kernel_names(), ", ")))
      ->type_name("NAME,...")
      ->delimiter(',');
  measure
      .add_option("--deadline", words.deadline, "Longest time for all measurements (default 1h)")
      ->type_name("TIME")
      ->envname("TPP_AGENT_DEADLINE");
  measure
      .add_option(
          "--silence", words.silence,
          "Longest time without a sign of life before a benchmark counts as hung (default 30s)")
      ->type_name("TIME");
  measure
      .add_option("--previous", words.previous,
                  "An earlier report (JSON): what changed since stands among the findings")
      ->type_name("REPORT");
  add_state_option(measure, words.state_directory, "Add the report to the history in there");
  add_fail_on_option(measure, words.fail_on);
  measure.add_flag("--classify-cpu", options.classify_cpu,
                   "Classify host CPUs too, which their makers do not count as 3A090 parts");
  add_reading_option(measure, words.readings);
  add_threshold_option(measure, words.thresholds);
  add_board_options(measure, words.boards);
  add_data_options(measure, words);
  add_output_options(measure, formats_of(&Format::render), words);
  add_source_options(measure, words);
  add_textfile_option(measure, pass.metrics);
  add_detail_option(measure, pass.metrics);
  add_node_option(measure, pass.recording);
  refuse_empty_values(measure);
}

void add_measure(CLI::App& app, Options& options, AllWords& all) {
  CLI::App& measure = *app.add_subcommand(
      "measure", "Measure the attached devices, add up each board, classify, report");
  add_pass_options(measure, options, all.measure);
  add_daemon_option(measure, all.daemon_socket);
}

// Hidden: children of ours, and the daemon, which understands its words itself.
void add_children(CLI::App& app, Options& options, AllWords& all) {
  CLI::App& pass = *app.add_subcommand("pass", "")->group("");
  add_pass_options(pass, options, all.pass);
  add_served_options(pass, all.served);
  CLI::App& probe = *app.add_subcommand("probe", "")->group("");
  probe.add_option("name", options.probe)->required();
  probe.add_option("--watch", options.watch);
  probe.add_option("--entered", options.entered);
  probe.add_flag("--record", options.tell_reads);
  probe.add_option("--node", options.node);
}

void add_figure_options(CLI::App& classify, ClassifyWords& words) {
  const auto figure = [&](const char* option, std::string& word, const char* what,
                          const char* unit) {
    classify.add_option(option, word, what)->type_name(unit)->group("Figures");
  };
  figure("--tpp", words.tpp, "Total processing performance, of the whole board", "TPP");
  figure("--die-area", words.die_area,
         "Applicable die area: non-planar logic dies, caches included", "MM2");
  classify.add_flag("--planar", words.planar, "All dies are planar: no area counts")
      ->group("Figures");
  figure("--datacenter", words.datacenter,
         "Designed or marketed for datacenters (not said: counts as yes)", "yes|no");
  figure("--dram-bandwidth", words.dram_bandwidth, "Of all memory of the board", "GB/s");
  figure("--interconnect", words.interconnect,
         "Aggregate bidirectional rate of all inputs and outputs but memory", "GB/s");
  figure("--transistors", words.transistors, "Of the product", "BILLIONS");
  figure("--hbm", words.hbm, "Has high-bandwidth memory", "yes|no");
  figure("--hbm-bandwidth", words.hbm_bandwidth, "Of a memory stack sold by itself", "GB/s");
  figure("--package-area", words.package_area, "Of that stack's package", "MM2");
  figure("--stage", words.stage, "What the figures are of", "die|package|board");
}

void add_day_options(CLI::App& command, std::string& as_of, std::string& scope) {
  command.add_option("--as-of", as_of, "Rules in force on that day (default today)")
      ->type_name("DATE");
  command
      .add_option("--scope", scope,
                  "What decides: the text in force (default), or what is enforced")
      ->type_name("text|enforced");
}

void add_classify(CLI::App& app, ClassifyWords& request, Words& words) {
  CLI::App& classify = *app.add_subcommand(
      "classify", "Say what the rules of a day say of figures, of a chip or of a stored report");
  classify.footer(fmt::format(kAnswerFooter, kFailOnLine));
  classify.add_option("--chip", request.chip, "A chip of the catalogue, by id or name")
      ->type_name("NAME");
  classify.add_option("--report", request.report, "A report of `measure --format json`")
      ->type_name("FILE");
  classify.add_option("--pass", request.pass, "A pass of the history in the state directory")
      ->type_name("ID");
  add_state_option(classify, words.state_directory, "Where the history of --pass is");
  classify.add_flag("--classify-cpu", request.classify_cpu,
                    "Classify host CPUs of the report too, which are otherwise for information");
  classify.add_flag("--matrix", request.matrix,
                    "The whole table of destinations, parties and item classes");
  add_figure_options(classify, request);
  add_day_options(classify, request.as_of, request.scope);
  classify.add_option("--destination", request.destination, "Country, such as CN or AE")
      ->type_name("ISO2");
  classify
      .add_option("--headquarters", request.headquarters,
                  "Of the party, then of its ultimate parent; one alone leaves the other open")
      ->type_name("ISO2,...");
  classify.add_option("--exported-from", request.exported_from, "Country that it leaves")
      ->type_name("ISO2");
  add_reading_option(classify, words.readings);
  add_threshold_option(classify, words.thresholds);
  add_fail_on_option(classify, words.fail_on);
  add_data_options(classify, words);
  add_output_options(classify, answer_formats(), words);
  refuse_empty_values(classify);
}

void add_shipment(CLI::App& app, ShipmentWords& request, Words& words) {
  CLI::App& shipment = *app.add_subcommand(
      "shipment", "Say what the rules of a day say of a shipment, from its manifest (YAML)");
  shipment.footer(fmt::format(kAnswerFooter, ""));
  shipment.add_option("file", request.file, "The manifest, as docs/shipment.md describes it")
      ->type_name("FILE");
  add_day_options(shipment, request.as_of, request.scope);
  add_reading_option(shipment, words.readings);
  add_data_options(shipment, words);
  add_output_options(shipment, answer_formats(), words);
  refuse_empty_values(shipment);
}

void understand(const Words& words, Options& options) {
  options.selection.precisions = precisions_of(words.precisions);
  options.selection.kernels = kernels_of(words.kernels);
  for (const std::string& device : words.devices) options.selection.devices.push_back({device});
  if (words.full) options.mode = PassMode::full;
  options.deadline_s = seconds_of("--deadline", words.deadline, options.deadline_s);
  options.silence_s = seconds_of("--silence", words.silence, options.silence_s);
  if (!words.fail_on.empty()) options.fail_on = classes_of(words.fail_on);
  options.format = words.format;
  options.output = path_of(words.output);
  options.scenario = path_of(words.scenario);
  options.rules = path_of(words.rules);
  options.catalog = path_of(words.catalog);
  options.previous = path_of(words.previous);
  options.state_directory = path_of(words.state_directory);
  if (!words.site.empty()) options.site = site_of(words.site);
  options.backend_directory = path_of(words.backend_directory);
  for (const std::string& word : words.backend_options) {
    options.backend_options.push_back(setting_of("--backend-option", "MODULE.NAME=VALUE", word));
  }
  options.readings = readings_of(words.readings);
  options.thresholds = thresholds_of(words.thresholds);
  understand_boards(words.boards, options);
  if (std::ranges::find(words.formats, options.format) == words.formats.end()) {
    fail_unknown_word("--format", options.format, words.formats);
  }
}

void add_devices(CLI::App& app, Options& options, AllWords& all) {
  Words& words = all.devices;
  CLI::App& devices = *app.add_subcommand("devices", "List what is attached, without load");
  add_topology_options(devices, options, all.topology);
  add_record_options(devices, options, all.devices_recording);
  add_node_option(devices, all.devices_recording);
  add_board_options(devices, words.boards);
  add_catalog_option(devices, words);
  add_threshold_option(devices, words.thresholds);
  add_output_options(devices, formats_of(&Format::render_inventory), words);
  add_detail_option(devices, all.devices_metrics);
  add_source_options(devices, words);
  devices.footer(kDevicesFooter);
  refuse_empty_values(devices);
}

void add_selftest(CLI::App& app, Words& words) {
  CLI::App& selftest = *app.add_subcommand(
      "selftest", "Check this build: operation counts, timers, and that a wrong product is caught");
  add_output_options(selftest, answer_formats(), words);
  add_source_options(selftest, words);
  selftest.footer(kSelftestFooter);
  refuse_empty_values(selftest);
}

void add_commands(CLI::App& app, Options& options, AllWords& words) {
  add_measure(app, options, words);
  add_devices(app, options, words);
  add_classify(app, words.classify_request, words.classify);
  add_shipment(app, words.shipment_request, words.shipment);
  add_catalog(app, words.catalog);
  add_history(app, words.history);
  add_selftest(app, words.selftest);
  CLI::App& run = *app.add_subcommand(
      "run", "Stay on this node: serve metrics, measure where the configuration lets it");
  run.set_help_flag();
  run.allow_extras();
  add_children(app, options, words);
}

void understand_classify(const AllWords& words, Options& options) {
  understand(words.classify, options);
  options.classify = classify_request(words.classify_request, utc_now().substr(0, 10));
  options.classify.question.readings = options.readings;
  options.classify.pass = pass_of("--pass", words.classify_request.pass);
  if (options.classify.pass && !options.state_directory) {
    throw UsageError("--pass needs a history; expected --state-directory DIR with it");
  }
}

void understand_shipment(const AllWords& words, Options& options) {
  understand(words.shipment, options);
  const ShipmentWords& request = words.shipment_request;
  if (request.file.empty()) throw UsageError("shipment: its manifest is missing; expected FILE");
  options.manifest = request.file;
  options.shipment = question_of(request.as_of, request.scope, utc_now().substr(0, 10));
  options.shipment.readings = options.readings;
}

void understand_pass(const PassWords& words, Options& options) {
  understand(words.words, options);
  understand_recording(words.recording, options);
  understand_metrics(words.metrics, options);
}

void understand_command(const CLI::App& app, const AllWords& words, Options& options) {
  if (app.got_subcommand("probe")) {
    options.command = Command::probe;
  } else if (app.got_subcommand("catalog")) {
    options.command = Command::catalog;
    understand_catalog(*app.get_subcommand("catalog"), words.catalog, options);
  } else if (app.got_subcommand("devices")) {
    options.command = Command::devices;
    understand(words.devices, options);
    understand_topology(words.topology, options);
    understand_recording(words.devices_recording, options);
    understand_metrics(words.devices_metrics, options);
  } else if (app.got_subcommand("classify")) {
    options.command = Command::classify;
    understand_classify(words, options);
  } else if (app.got_subcommand("history")) {
    options.command = Command::history;
    understand_history(words.history, options);
  } else if (app.got_subcommand("shipment")) {
    options.command = Command::shipment;
    understand_shipment(words, options);
  } else if (app.got_subcommand("selftest")) {
    options.command = Command::selftest;
    understand(words.selftest, options);
  } else if (app.got_subcommand("run")) {
    options.command = Command::run;
    options.run_words = app.get_subcommand("run")->remaining();
  } else if (app.got_subcommand("pass")) {
    options.command = Command::pass;
    understand_pass(words.pass, options);
    understand_served(words.served, options);
  } else {
    understand_pass(words.measure, options);
    understand_daemon(*app.get_subcommand("measure"), words.daemon_socket, options);
  }
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  AllWords words;
  CLI::App app("Measures what accelerators can compute and classifies boards by it", "tpp-agent");
  app.set_version_flag("--version", fmt::format("tpp-agent {}", kVersion));
  app.formatter(help_formatter());
  app.footer(kFooter);
  app.require_subcommand(1);
  add_commands(app, options, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    app.exit(asked, std::cout, std::cerr);
    return std::nullopt;
  } catch (const CLI::RequiredError& error) {
    if (app.got_subcommand("catalog")) {
      fail_catalog_words(*app.get_subcommand("catalog"), error.what());
    }
    // A word that is no command, which CLI11 takes for a missing one.
    const std::vector<std::string> left = app.remaining();
    if (left.empty()) throw UsageError("a command is missing; try tpp-agent --help");
    fail_unknown_word(
        "command", left.front(),
        {"measure", "devices", "classify", "shipment", "history", "catalog", "selftest", "run"});
  } catch (const CLI::ParseError& error) {
    throw UsageError(fmt::format("{}; try tpp-agent --help", error.what()));
  }
  understand_command(app, words, options);
  return options;
}

}  // namespace tpp
