#include "agent/options_history.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "agent/options_catalog.h"
#include "agent/options_fail_on.h"
#include "agent/options_thresholds.h"
#include "agent/support/error.h"
#include "agent/threshold_settings.h"

namespace tpp {
namespace {

constexpr const char* kFooter = R"(Exit codes, the first that applies:
  64   the command line cannot be understood
  2    there are fewer than two reports, or one could not be read
  1    a finding of a class in --fail-on (default contradiction,health)
  0    compared; what was not is said)";

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = {"table", "json"};
  return names;
}

}  // namespace

void add_history(CLI::App& app, HistoryWords& words) {
  CLI::App& history = *app.add_subcommand(
      "history",
      "Say what became of boards from one stored report to the next, and by which cause");
  history.footer(kFooter);
  history
      .add_option("report", words.reports,
                  "Reports of `measure --format json`, or directories of them (*.json), in any "
                  "order")
      ->type_name("REPORT");
  add_fail_on_option(history, words.fail_on);
  add_threshold_option(history, words.thresholds);
  history.add_option("--format", words.format, "One of table, json")
      ->type_name("NAME")
      ->envname("TPP_AGENT_FORMAT")
      ->capture_default_str();
  history.add_option("--output", words.output, "Write there instead of to standard output")
      ->type_name("FILE");
  refuse_empty_values(history);
}

void understand_history(const HistoryWords& words, Options& options) {
  if (words.reports.empty()) {
    throw UsageError("history: reports are missing; expected two or more, or a directory of them");
  }
  for (const std::string& report : words.reports) options.reports.push_back(*path_of(report));
  if (!words.fail_on.empty()) options.fail_on = classes_of(words.fail_on);
  options.thresholds = thresholds_of(words.thresholds);
  const auto& known = format_names();
  if (std::ranges::find(known, words.format) == known.end()) {
    fail_unknown_word("--format", words.format, known);
  }
  options.format = words.format;
  options.output = path_of(words.output);
}

}  // namespace tpp
