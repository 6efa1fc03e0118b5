#include "agent/pass/pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "agent/boards/aggregate.h"
#include "agent/boards/classify.h"
#include "agent/boards/evidence.h"
#include "agent/chips/catalog_override.h"
#include "agent/chips/identify.h"
#include "agent/regulation/rule_file.h"
#include "agent/regulation/rule_override.h"
#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "agent/support/text.h"
#include "agent/version.h"

namespace tpp {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Everything that is read before load is put on a device, so that a bad file costs no time.
struct Inputs {
  Catalog catalog;
  std::optional<Catalog> shipped;  // where `catalog` is another one
  std::vector<Rule> rules;
  std::map<RuleId, Finding> overridden;  // rules that were not shipped
  std::vector<Finding> findings;         // rules that are not in force
  std::vector<std::string> banners;      // what is not as it shipped
};

void read_rules(const PassRequest& request, const std::string& today, Inputs& inputs) {
  Regulation regulation = load_regulation(request.rules);
  inputs.banners.insert(inputs.banners.end(), regulation.banners.begin(), regulation.banners.end());
  // A file that was named is applied, whatever the day; classify says so.
  const bool named = request.rules.given && !std::filesystem::is_directory(*request.rules.given);
  for (Edition& edition : regulation.editions) {
    Rule& rule = edition.rule;
    if (!classifies_boards(rule)) continue;
    if (auto finding = rule_overridden_finding(rule, regulation.shipped)) {
      inputs.overridden.emplace(rule.id, std::move(*finding));
    }
    auto out = named ? std::nullopt : not_in_force_finding(rule, today);
    if (!out) {
      inputs.rules.push_back(std::move(rule));
      continue;
    }
    out->message += ": not applied";
    inputs.findings.push_back(std::move(*out));
  }
  if (named && inputs.rules.empty()) load_rule(*request.rules.given);  // says what it lacks
}

Inputs read_inputs(const PassRequest& request) {
  const std::string today = utc_now().substr(0, 10);
  Inputs inputs;
  CatalogInUse in_use = load_catalog_in_use(request.catalog);
  inputs.catalog = std::move(in_use.catalog);
  inputs.banners = std::move(in_use.overrides);
  // An override cannot argue a contradiction away: it is held beside the shipped rows.
  inputs.shipped = std::move(in_use.shipped);
  read_rules(request, today, inputs);
  return inputs;
}

template <class Value, class Candidates>
void require_known(const char* option, const std::vector<Value>& wanted, const Candidates& known,
                   std::string (*text)(const Value&)) {
  for (const Value& value : wanted) {
    if (std::ranges::find(known, value) != known.end()) continue;
    std::vector<std::string> names;
    for (const Value& candidate : known) names.push_back(text(candidate));
    const std::string near = closest(text(value), names);
    throw UsageError(
        fmt::format("{} {}: there is none on this node; expected {}{}", option, text(value),
                    names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", ")),
                    near.empty() ? "" : fmt::format("; did you mean {}?", near)));
  }
}

bool wanted(const Selection& selection, const BenchmarkId& id) {
  const auto has = [](const auto& list, const auto& value) {
    return list.empty() || std::ranges::find(list, value) != list.end();
  };
  if (!has(selection.devices, id.device) || !has(selection.kernels, id.kernel)) return false;
  if (selection.precisions.empty()) return true;
  const auto precision = precision_of(id);
  return precision && has(selection.precisions, *precision);
}

// The benchmarks of one backend that are wanted, in the backend's order.
std::vector<record::Planned> select(const SurveyedBackend& backend, const Selection& selection) {
  std::vector<record::Planned> chosen;
  for (const record::Planned& planned : backend.listing.benchmarks) {
    if (wanted(selection, planned.benchmark)) chosen.push_back(planned);
  }
  return chosen;
}

void check_selection(const Selection& selection, const Survey& survey) {
  std::set<DeviceId> devices;
  std::set<std::string> kernels;
  std::set<Precision> precisions;
  for (const Device& device : survey.inventory.devices) devices.insert(device.id);
  for (const SurveyedBackend& backend : survey.backends) {
    for (const record::Planned& planned : backend.listing.benchmarks) {
      kernels.insert(planned.benchmark.kernel);
      if (const auto precision = precision_of(planned.benchmark)) precisions.insert(*precision);
    }
  }
  require_known<DeviceId>("--device", selection.devices, devices,
                          [](const DeviceId& id) { return id.value; });
  require_known<std::string>("--kernel", selection.kernels, kernels,
                             [](const std::string& kernel) { return kernel; });
  require_known<Precision>("--precision", selection.precisions, precisions,
                           [](const Precision& precision) { return std::string(name(precision)); });
  const bool any = std::ranges::any_of(survey.backends, [&](const SurveyedBackend& backend) {
    return !select(backend, selection).empty();
  });
  const bool narrowed =
      !selection.devices.empty() || !selection.kernels.empty() || !selection.precisions.empty();
  if (narrowed && !any) {
    throw UsageError(
        "no benchmark fits all of --device, --kernel and --precision; "
        "`measure --plan` names what there is");
  }
}

bool can_run(const record::Planned& planned) { return !planned.unsupported; }

std::set<BoardId> boards_not_asked_for(const Selection& selection, const Inventory& inventory) {
  std::set<BoardId> boards;
  if (selection.devices.empty()) return boards;
  for (const Board& board : inventory.boards) {
    const bool asked = std::ranges::any_of(board.devices, [&](const DeviceId& id) {
      return std::ranges::find(selection.devices, id) != selection.devices.end();
    });
    if (!asked) boards.insert(board.id);
  }
  return boards;
}

// A device of which a selection leaves out something that it can multiply was not measured whole:
// nothing may rest on what was not looked at. A board that was not asked for at all is said to be
// that, and narrows no other.
void mark_narrowed(const Selection& selection, const Survey& survey, PassResult& result) {
  Inventory& inventory = result.report.inventory;
  for (const SurveyedBackend& backend : survey.backends) {
    for (const record::Planned& planned : backend.listing.benchmarks) {
      if (!can_run(planned) || !precision_of(planned.benchmark)) continue;
      if (wanted(selection, planned.benchmark)) continue;
      const auto device =
          std::ranges::find(inventory.devices, planned.benchmark.device, &Device::id);
      if (device == inventory.devices.end()) continue;
      if (!result.not_asked_for.contains(device->board)) device->forced = true;
    }
  }
}

// One device after another: devices of a node share power and memory.
class Measuring {
 public:
  Measuring(const PassRequest& request, const PassObserver& observer, PassResult& result)
      : request_(request), observer_(observer), result_(result) {}

  void run(const Survey& survey) {
    for (const SurveyedBackend& backend : survey.backends) {
      progress_.total += static_cast<int>(select(backend, request_.selection).size());
    }
    for (const Device& device : survey.inventory.devices) {
      for (const SurveyedBackend& backend : survey.backends) {
        if (backend.module.name == device.backend) measure(device, backend);
      }
    }
  }

 private:
  void measure(const Device& device, const SurveyedBackend& backend) {
    WorkerRequest work;
    work.bench = request_.survey.bench;
    work.module = backend.module;
    work.device = device.id;
    work.mode = request_.survey.mode;
    work.silence_s = request_.silence_s;
    work.deadline_s = request_.deadline_s - seconds_since(started_);
    for (const record::Planned& planned : select(backend, request_.selection)) {
      if (planned.benchmark.device == device.id) work.benchmarks.push_back(planned.benchmark);
    }
    if (work.benchmarks.empty()) return;
    const WorkerResult worked = run_worker(work, [this](const record::Progress& progress) {
      if (progress_.now.benchmark != progress.benchmark) ++progress_.done;
      progress_.now = progress;
      observer_(progress_);
    });
    Report& report = result_.report;
    const auto append = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(report.measurements, worked.measurements);
    append(report.findings, worked.findings);
    for (const LibraryUse& use : worked.libraries) {
      const auto same = [&](const LibraryUse& other) { return other.path == use.path; };
      if (std::ranges::none_of(report.libraries, same)) report.libraries.push_back(use);
    }
    result_.deadline_passed |= worked.deadline_passed;
  }

  const PassRequest& request_;
  const PassObserver& observer_;
  PassResult& result_;
  PassProgress progress_;
  const Clock::time_point started_ = Clock::now();
};

void add_environment_findings(Report& report) {
  for (const std::string& variable : distrusted_variables()) {
    report.findings.push_back(
        {.code = "environment.ignored",
         .finding_class = FindingClass::condition,
         .severity = Severity::warning,
         .subject = "",
         .message = fmt::format("{} is set and could talk a measurement down; it was not passed on "
                                "to the measurement",
                                variable)});
  }
}

std::string method_version(const Survey& survey) {
  std::vector<std::string> parts;
  for (const SurveyedBackend& backend : survey.backends) {
    if (!backend.listing.devices.empty()) {
      parts.push_back(fmt::format("{} {}", backend.module.name, backend.listing.method_version));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void classify_all(const PassRequest& request, const Inputs& inputs, PassResult& result) {
  Report& report = result.report;
  report.performances = aggregate(report.inventory, report.measurements, inputs.catalog);
  if (inputs.shipped) {
    const auto boards = aggregate(report.inventory, report.measurements, *inputs.shipped);
    hold_against_shipped({*inputs.shipped, boards}, inputs.catalog, report.performances);
  }
  for (BoardPerformance& board : report.performances) {
    if (result.not_asked_for.contains(board.board)) {
      board.facts.partial.push_back(
          fmt::format("board {} was not asked for: nothing of it was measured", board.board.value));
    }
  }
  report.findings.insert(report.findings.end(), inputs.findings.begin(), inputs.findings.end());
  ClassifyOptions options;
  options.readings = request.readings;
  options.classify_cpu = request.classify_cpu;
  options.mode = report.mode;
  options.as_of = report.started_at.substr(0, 10);
  for (const Rule& rule : inputs.rules) {
    const auto overridden = inputs.overridden.find(rule.id);
    options.rule_overridden =
        overridden == inputs.overridden.end() ? std::nullopt : std::optional(overridden->second);
    const Classification classes = classify(report.performances, report.inventory, rule, options);
    report.verdicts.insert(report.verdicts.end(), classes.verdicts.begin(), classes.verdicts.end());
    for (const Finding& finding : classes.findings) {
      // Two editions of a rule see the same evidence: what is wrong with it is said once.
      if (std::ranges::find(report.findings, finding) == report.findings.end()) {
        report.findings.push_back(finding);
      }
    }
  }
  if (const auto late = known_through_finding("the chip catalogue", inputs.catalog.known_through,
                                              options.as_of)) {
    report.findings.push_back(*late);
  }
  report.rules = inputs.rules;
  for (const BoardPerformance& board : report.performances) {
    const auto row = std::ranges::find_if(inputs.catalog.chips, [&](const Chip& chip) {
      return board.chip && chip.id == *board.chip;
    });
    const bool known = std::ranges::any_of(
        report.chips, [&](const Chip& chip) { return board.chip && chip.id == *board.chip; });
    if (row != inputs.catalog.chips.end() && !known) report.chips.push_back(*row);
  }
}

}  // namespace

std::vector<std::string> banners_of(const PassRequest& request, const Inventory& inventory) {
  const auto any = [&](bool Device::*member) {
    return std::ranges::any_of(inventory.devices, [&](const Device& d) { return d.*member; });
  };
  std::vector<std::string> banners;
  const auto add = [&banners](const std::string& banner) {
    if (std::ranges::find(banners, banner) == banners.end()) banners.push_back(banner);
  };
  if (any(&Device::simulated)) add(kSimulatedBanner);
  if (any(&Device::forced)) {
    add("FORCED: an option narrowed what was measured; a device measured in part shows no board to "
        "be below");
  }
  for (const std::string& banner : request.banners) add(banner);
  return banners;
}

PassResult run_pass(const PassRequest& request, const PassObserver& observer) {
  const auto started = Clock::now();
  PassResult result;
  Report& report = result.report;
  report.agent_version = kVersion;
  report.mode = request.survey.mode;
  report.started_at = utc_now();
  const Inputs inputs = read_inputs(request);
  const Survey surveyed = survey(request.survey);
  check_selection(request.selection, surveyed);
  report.inventory = surveyed.inventory;
  result.not_asked_for = boards_not_asked_for(request.selection, report.inventory);
  mark_narrowed(request.selection, surveyed, result);
  report.findings = surveyed.inventory.findings;
  report.method_version = method_version(surveyed);
  add_environment_findings(report);
  report.banners = banners_of(request, report.inventory);
  report.banners.insert(report.banners.end(), inputs.banners.begin(), inputs.banners.end());
  if (report.mode != PassMode::inventory) Measuring(request, observer, result).run(surveyed);
  classify_all(request, inputs, result);
  report.duration_s = seconds_since(started);
  return result;
}

Plan plan_pass(const PassRequest& request) {
  const Inputs inputs = read_inputs(request);
  const Survey surveyed = survey(request.survey);
  check_selection(request.selection, surveyed);
  // Declared power of the board is the bound that is known without load.
  const auto performances = aggregate(surveyed.inventory, {}, inputs.catalog);
  const auto power_w = [&](const DeviceId& id) -> std::optional<double> {
    const Device* device = find_device(surveyed.inventory, id);
    for (const BoardPerformance& board : performances) {
      if (device == nullptr || board.board != device->board || !board.chip) continue;
      for (const Chip& chip : inputs.catalog.chips) {
        if (chip.id == *board.chip && chip.board_power_w) return chip.board_power_w->value;
      }
    }
    return std::nullopt;
  };
  Plan plan;
  plan.banners = banners_of(request, surveyed.inventory);
  plan.banners.insert(plan.banners.end(), inputs.banners.begin(), inputs.banners.end());
  plan.findings = surveyed.inventory.findings;
  for (const SurveyedBackend& backend : surveyed.backends) {
    for (const record::Planned& planned : select(backend, request.selection)) {
      PlanRow row;
      row.id = planned.benchmark;
      row.status = "ready";
      row.expected_s = planned.expected_s;
      if (planned.unsupported) {
        row.status = fmt::format("unsupported by {}: {}", planned.unsupported->by,
                                 planned.unsupported->reason);
        row.expected_s = 0;
      } else if (const auto power = power_w(planned.benchmark.device)) {
        row.expected_j = *power * planned.expected_s;
      }
      plan.rows.push_back(std::move(row));
    }
  }
  return plan;
}

}  // namespace tpp
