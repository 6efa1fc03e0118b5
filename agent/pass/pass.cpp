#include "agent/pass/pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "agent/boards/aggregate.h"
#include "agent/boards/baseboard_sum.h"
#include "agent/boards/classify.h"
#include "agent/boards/evidence.h"
#include "agent/boards/evidence_age.h"
#include "agent/boards/measurement_findings.h"
#include "agent/boards/outside_facts.h"
#include "agent/boards/same_silicon.h"
#include "agent/boards/system.h"
#include "agent/chips/catalog_override.h"
#include "agent/chips/catalog_row.h"
#include "agent/chips/identify.h"
#include "agent/pass/measuring.h"
#include "agent/pass/together.h"
#include "agent/pass/unseen_rows.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/regulation/rule_file.h"
#include "agent/regulation/rule_override.h"
#include "agent/support/add_once.h"
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
  std::vector<Edition> editions;         // of these, with what follows for computers
  std::vector<Edition> in_force;         // all of today, as the catalogue is listed by
  std::map<RuleId, Finding> overridden;  // rules that were not shipped
  std::vector<Finding> findings;         // rules that are not in force
  std::vector<std::string> banners;      // what is not as it shipped
};

// None on a day without any, which the findings of the rules say.
std::vector<Edition> all_in_force(const Regulation& regulation, const std::string& today) {
  try {
    return editions_in_force(regulation.editions, today);
  } catch (const UsageError&) {
    return {};
  }
}

void read_rules(const PassRequest& request, const std::string& today, Inputs& inputs) {
  Regulation regulation = load_regulation(request.rules);
  inputs.banners.insert(inputs.banners.end(), regulation.banners.begin(), regulation.banners.end());
  inputs.in_force = all_in_force(regulation, today);
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
      inputs.rules.push_back(rule);
      inputs.editions.push_back(std::move(edition));
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
  check_readings(inputs.rules, request.readings);
  return inputs;
}

// A daemon says what is attached also where nothing of what it is to measure is there any more: a
// driver that was unloaded makes no inventory fail. Refused in all others.
std::vector<Finding> check_what_is_wanted(const PassRequest& request, const Survey& surveyed) {
  const auto unfit = check_selection(request.selection, surveyed);
  if (!unfit) return {};
  if (!request.earlier || request.survey.mode != PassMode::inventory) refuse(*unfit);
  return {{.code = "backend.none_fits",
           .finding_class = FindingClass::condition,
           .severity = Severity::warning,
           .subject = "",
           .message = unfit->message}};
}

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

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// After the measurements, which load what they need.
void add_code(const PassRequest& request, const Survey& surveyed, PassResult& result) {
  Report& report = result.report;
  report.libraries = result.code.judged(trust_policy(request.survey.agent));
  add_digests(report.libraries);
  if (request.earlier) {
    result.carried = carry_measurements(
        surveyed, {*request.earlier, request.further_back, request.unread, request.of_this_boot},
        report);
  }
  append(report.banners, code_banners(report.libraries));
  for (Finding& finding : code_findings(report.libraries)) {
    report.findings.push_back(std::move(finding));
  }
}

std::string method_version(const Survey& survey) {
  std::vector<std::string> parts;
  for (const SurveyedBackend& backend : survey.backends) {
    if (backend.listing.benchmarks.empty()) continue;
    add_once(fmt::format("{} {}", backend.module.name, backend.listing.method_version), parts);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

// The rows that boards were held against, each once.
void add_rows(const Catalog& catalog, Report& report) {
  for (const BoardPerformance& board : report.performances) {
    for (const ChipId& id : rows_of(board)) {
      const auto row = std::ranges::find(catalog.chips, id, &Chip::id);
      const bool known = std::ranges::find(report.chips, id, &Chip::id) != report.chips.end();
      if (row != catalog.chips.end() && !known) report.chips.push_back(*row);
    }
  }
}

void classify_all(const PassRequest& request, const Inputs& inputs, PassResult& result) {
  Report& report = result.report;
  const auto aggregated = [&](const Catalog& catalog) {
    return aggregate(report.inventory, report.measurements, catalog, request.thresholds);
  };
  report.performances = aggregated(inputs.catalog);
  ClassifyOptions options;
  if (inputs.shipped) {
    const auto boards = aggregated(*inputs.shipped);
    const BoardsByCatalog shipped{*inputs.shipped, boards};
    options.shipped = shipped_otherwise(shipped, inputs.catalog.chips, report.performances);
    hold_against_shipped(shipped, inputs.catalog, report.performances);
    hold_against_silicon(*inputs.shipped, inputs.catalog, report.inventory, report.performances);
  }
  for (BoardPerformance& board : report.performances) {
    add_outside_facts(report, board);
    if (result.not_asked_for.contains(board.board)) {
      board.facts.partial.push_back(
          fmt::format("board {} was not asked for: nothing of it was measured", board.board.value));
    }
  }
  report.baseboards = baseboard_sums(report.inventory, report.performances);
  report.findings.insert(report.findings.end(), inputs.findings.begin(), inputs.findings.end());
  options.readings = request.readings;
  options.classify_cpu = request.classify_cpu;
  options.mode = report.mode;
  options.thresholds = request.thresholds;
  options.clocks = clock_allowances(report.inventory, report.measurements, report.performances,
                                    inputs.catalog.chips);
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
  for (const Edition& edition : inputs.editions) {
    for (Finding& finding : system_findings(edition, report.verdicts, options.as_of)) {
      report.findings.push_back(std::move(finding));
    }
  }
  if (const auto late = known_through_finding("the chip catalogue", inputs.catalog.known_through,
                                              options.as_of)) {
    report.findings.push_back(*late);
  }
  report.rules = inputs.rules;
  add_rows(inputs.catalog, report);
}

// What every device of a board is ready for runs once more, on all of them at once. The power that
// a row has is the board's already.
void add_together(const Inventory& inventory, Plan& plan) {
  const std::vector<PlanRow> alone = plan.rows;
  for (const std::vector<DeviceId>& devices : boards_together(inventory)) {
    for (const PlanRow& row : alone) {
      if (row.id.device != devices.front() || !runs_together(row.id)) continue;
      const auto ready = std::ranges::count_if(alone, [&](const PlanRow& other) {
        BenchmarkId id = row.id;
        id.device = other.id.device;
        return other.id == id && other.status == "ready" &&
               std::ranges::find(devices, id.device) != devices.end();
      });
      if (ready != std::ssize(devices)) continue;
      plan.rows.push_back(row);
      plan.rows.back().at_once = static_cast<int>(devices.size());
    }
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

Survey survey_boards(const PassRequest& request, const Catalog& catalog) {
  std::optional<BoardMap> map;
  if (request.board_map) map = load_board_map(*request.board_map);
  SurveyRequest asked = request.survey;
  asked.boards.catalog = &catalog;
  asked.boards.map = map ? &*map : nullptr;
  return survey(asked);
}

void check_inputs(const PassRequest& request) {
  read_inputs(request);
  if (request.board_map) load_board_map(*request.board_map);
}

PassResult run_pass(const PassRequest& request, const PassObserver& observer) {
  const auto started = Clock::now();
  PassResult result;
  Report& report = result.report;
  report.agent_version = kVersion;
  report.mode = request.survey.mode;
  report.started_at = utc_now();
  const Inputs inputs = read_inputs(request);
  Survey surveyed = survey_boards(request, inputs.catalog);
  tell_rows_of_unseen(inputs.catalog, inputs.in_force, surveyed.inventory);
  report.findings = check_what_is_wanted(request, surveyed);
  report.inventory = surveyed.inventory;
  Selection narrowing = request.selection;
  if (request.earlier) {
    narrowing.devices.clear();  // of the others, what earlier passes measured stands
  } else {
    result.not_asked_for = boards_not_asked_for(request.selection, report.inventory);
  }
  mark_narrowed(narrowing, surveyed, result.not_asked_for, report.inventory);
  report.findings.insert(report.findings.end(), surveyed.inventory.findings.begin(),
                         surveyed.inventory.findings.end());
  report.method_version = method_version(surveyed);
  const auto changed = request.thresholds.changed();
  if (!changed.empty()) report.thresholds = changed;
  // Of a recorded node this machine's environment says nothing.
  if (!request.survey.modules) add_environment_findings(report);
  report.banners = banners_of(request, report.inventory);
  append(report.banners, inputs.banners);
  result.code = surveyed.code;
  result.probes = surveyed.probes;
  if (report.mode != PassMode::inventory) measure_devices(request, surveyed, observer, result);
  add_code(request, surveyed, result);
  classify_all(request, inputs, result);
  for (Finding& finding : measurement_findings(report, request.thresholds)) {
    report.findings.push_back(std::move(finding));
  }
  for (Finding& finding : evidence_age_findings(report, request.thresholds)) {
    report.findings.push_back(std::move(finding));
  }
  report.duration_s = seconds_since(started);
  return result;
}

Plan plan_pass(const PassRequest& request) {
  const Inputs inputs = read_inputs(request);
  PassRequest asked = request;
  asked.survey.measures = false;
  Survey surveyed = survey_boards(asked, inputs.catalog);
  tell_rows_of_unseen(inputs.catalog, inputs.in_force, surveyed.inventory);
  if (const auto unfit = check_selection(request.selection, surveyed)) refuse(*unfit);
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
  append(plan.banners, inputs.banners);
  plan.findings = surveyed.inventory.findings;
  const auto code = surveyed.code.judged(trust_policy(request.survey.agent));
  append(plan.banners, code_banners(code));
  for (Finding& finding : code_findings(code)) plan.findings.push_back(std::move(finding));
  for (const SurveyedBackend& backend : surveyed.backends) {
    for (const record::Planned& planned : select(backend, request.selection)) {
      PlanRow row;
      row.id = planned.benchmark;
      row.status = "ready";
      const auto limit_s = limit_each_s(
          planned_of(planned.benchmark.device, backend, request.selection), request.survey.mode);
      row.expected_s = std::min(planned.expected_s, limit_s.value_or(planned.expected_s));
      if (planned.unsupported) {
        row.status = fmt::format("unsupported by {}: {}", planned.unsupported->by,
                                 planned.unsupported->reason);
        row.expected_s = 0;
      } else if (const auto power = power_w(planned.benchmark.device)) {
        row.expected_j = *power * row.expected_s;
      }
      plan.rows.push_back(std::move(row));
    }
  }
  if (request.together) add_together(surveyed.inventory, plan);
  return plan;
}

}  // namespace tpp
