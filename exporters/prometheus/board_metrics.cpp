// A board: what it adds up to, its class, and how far that can be relied on.
#include <algorithm>
#include <map>
#include <tuple>

#include "agent/model/names.h"
#include "agent/support/add_once.h"
#include "agent/support/text.h"
#include "exporters/prometheus/metric_sections.h"
#include "exporters/table_sections.h"

namespace tpp {
namespace {

std::string word(auto value) { return std::string(enum_name(value)); }

bool is_on(const BoardView& view, const DeviceId& id) {
  return std::ranges::find(view.board->devices, id) != view.board->devices.end();
}

bool is_about(const BoardView& view, const Finding& finding) {
  return finding.subject == view.board->id.value || is_on(view, {finding.subject});
}

// A host processor that its maker does not count as a part of the rules: its TPP is arithmetic, and
// no sum over boards may hold it.
bool is_for_information(const BoardView& view) {
  if (view.verdicts.empty()) {
    return !view.devices.empty() && std::ranges::all_of(view.devices, [](const Device* device) {
      return is_host_cpu(*device);
    });
  }
  return std::ranges::all_of(view.verdicts, [](const Verdict* verdict) {
    return verdict->kind == ClassificationKind::information_only;
  });
}

bool is_partial(const BoardView& view) {
  if (view.performance != nullptr && !view.performance->facts.partial.empty()) return true;
  return std::ranges::any_of(view.devices,
                             [](const Device* device) { return device->slice || device->forced; });
}

std::string serial_of(const BoardView& view) {
  std::vector<std::string> serials;
  for (const Device* device : added_devices(view)) {
    add_once(device->serial.value_or(""), serials);
  }
  return serials.size() == 1 ? serials.front() : "";
}

std::string kind_of(const BoardView& view) {
  const std::vector<const Device*> added = added_devices(view);
  return added.empty() ? "" : word(added.front()->kind);
}

void add_info(const std::string& key, const BoardView& view, MetricFamilies& families) {
  const Board& board = *view.board;
  const BoardPerformance* performance = view.performance;
  std::string chip, confidence, datacenter;
  auto is_datacenter = board.datacenter;
  if (performance != nullptr) {
    if (performance->chip) chip = performance->chip->value;
    const auto declared = performance->tpp.find(Basis::declared);
    if (declared != performance->tpp.end()) confidence = word(declared->second.confidence);
    if (performance->facts.datacenter) is_datacenter = performance->facts.datacenter;
  }
  if (is_datacenter) datacenter = *is_datacenter ? "true" : "false";
  families.add(
      Metric::board_info, 1,
      {key, board.id.value, product_name(view), chip, confidence, kind_of(view),
       std::to_string(board.devices.size()), word(board.grouped_by), datacenter, serial_of(view)});
}

void add_tpp(const std::string& key, const BoardView& view, MetricFamilies& families) {
  const bool information = is_for_information(view);
  for (const auto& [basis, tpp] : view.performance->tpp) {
    families.add(information ? Metric::board_tpp_for_information : Metric::board_tpp, tpp.value,
                 {key, word(basis)});
    families.add(Metric::board_tpp_complete, tpp.complete, {key, word(basis)});
  }
  if (information) return;
  for (const auto& [basis, density] : view.performance->density) {
    // A part's rate over the whole board's area is no density of either.
    const auto tpp = view.performance->tpp.find(basis);
    if (tpp != view.performance->tpp.end() && !tpp->second.complete) continue;
    families.add(Metric::board_density, density, {key, word(basis)});
  }
}

// All classes that a board can have under the edition; the one that it has, too, should a report
// hold no such edition.
std::vector<std::string> classes_of(const Rule* rule, const std::string& own) {
  std::vector<std::string> classes;
  if (rule != nullptr) {
    for (const Provision& provision : rule->provisions) {
      if (provision.item == ItemKind::circuit) add_once(provision.gives, classes);
    }
  }
  for (const auto& row : EnumNames<ClassificationKind>::rows) {
    if (row.value != ClassificationKind::controlled) add_once(std::string(row.name), classes);
  }
  add_once(own, classes);
  return classes;
}

void add_verdict(const std::string& key, const Rule* rule, const Verdict& verdict,
                 MetricFamilies& families) {
  const std::string& edition = verdict.rule.value;
  const std::string own =
      verdict.kind == ClassificationKind::controlled ? verdict.classification : word(verdict.kind);
  for (const std::string& name : classes_of(rule, own)) {
    families.add(Metric::board_classification, name == own, {key, edition, name});
  }
  for (const auto& row : EnumNames<Assurance>::rows) {
    families.add(Metric::board_assurance, row.value == verdict.assurance,
                 {key, edition, std::string(row.name)});
  }
  const Comparison* nearest = nearest_threshold(verdict);
  if (nearest == nullptr) return;
  families.add(Metric::board_margin, *nearest->margin / nearest->threshold, {key, edition});
}

void add_verdicts(const MetricScene& scene, const std::string& key, const BoardView& view,
                  MetricFamilies& families) {
  for (const Verdict* verdict : view.verdicts) {
    const auto rule = std::ranges::find(scene.report.rules, verdict->rule, &Rule::id);
    const bool known = rule != scene.report.rules.end();
    if (known && !scene.detail && !in_force(scene.report, *rule)) continue;
    add_verdict(key, known ? &*rule : nullptr, *verdict, families);
  }
}

void add_findings(const MetricScene& scene, const std::string& key, const BoardView& view,
                  MetricFamilies& families) {
  std::map<FindingClass, int> by_class;
  std::map<std::tuple<std::string, FindingClass, Severity>, int> by_code;
  for (const Finding& finding : scene.report.findings) {
    if (!is_about(view, finding)) continue;
    if (finding.severity != Severity::info) ++by_class[finding.finding_class];
    ++by_code[{finding.code, finding.finding_class, finding.severity}];
  }
  for (const auto& row : EnumNames<FindingClass>::rows) {
    families.add(Metric::board_findings, by_class[row.value], {key, std::string(row.name)});
  }
  if (!scene.detail) return;
  for (const auto& [what, count] : by_code) {
    const auto& [code, finding_class, severity] = what;
    families.add(Metric::board_finding, count, {key, code, word(finding_class), word(severity)});
  }
}

bool is_fault(const Measurement& measurement) {
  const auto* rate = std::get_if<Rate>(&measurement.outcome);
  if (rate != nullptr) return rate->suspect || !verified(*rate);
  return std::holds_alternative<Failed>(measurement.outcome);
}

// A device that is missing has no measurement that could have failed.
void add_measured(const MetricScene& scene, const std::string& key, const BoardView& view,
                  MetricFamilies& families) {
  bool any = false;
  std::string newest;  // "" where none tells its time
  bool faults = view.performance != nullptr && !view.performance->facts.failed.empty();
  for (const Measurement& measurement : scene.report.measurements) {
    // What was left to somebody else is neither measured nor wrong.
    if (!is_on(view, measurement.id.device) || is_interrupted(measurement.outcome)) continue;
    any = true;
    // A report may hold what earlier passes measured: when it began says nothing of those.
    newest = std::max(newest, measurement.taken_at.value_or(""));
    faults = faults || is_fault(measurement);
  }
  if (!any) return;
  families.add(Metric::board_measurement_success, !faults, {key});
  if (const auto at = parse_utc_s(newest)) {
    families.add(Metric::board_last_measurement, *at, {key});
  }
}

void add_reading(const std::string& key, Basis basis, const TppReading& reading,
                 MetricFamilies& families) {
  families.add(Metric::board_tpp_reading, reading.value,
               {key, word(basis), std::to_string(reading.tf32_bits), reading.board_sum,
                reading.processing_units});
}

void add_detail(const std::string& key, const BoardView& view, MetricFamilies& families) {
  for (const auto& [basis, tpp] : view.performance->tpp) {
    families.add(Metric::board_tpp_low, tpp.interval.low, {key, word(basis)});
    families.add(Metric::board_tpp_high, tpp.interval.high, {key, word(basis)});
    for (const TppReading& reading : tpp.readings) add_reading(key, basis, reading, families);
  }
  for (const auto& [basis, rates] : view.performance->rates) {
    for (const PrecisionInfo& row : precisions()) {
      const auto rate = board_rate(view, basis, row.precision);
      if (!rate) continue;
      families.add(Metric::board_throughput, *rate, {key, word(basis), std::string(row.name)});
    }
  }
  for (const auto& [basis, bandwidth] : view.performance->memory_bandwidth) {
    families.add(Metric::board_memory_bandwidth, bandwidth, {key, word(basis)});
  }
}

}  // namespace

void add_board_metrics(const MetricScene& scene, const BoardView& view, MetricFamilies& families) {
  const std::string key = scene.keys.board(view);
  add_info(key, view, families);
  families.add(Metric::board_partial, is_partial(view), {key});
  if (view.performance != nullptr) add_tpp(key, view, families);
  add_verdicts(scene, key, view, families);
  add_findings(scene, key, view, families);
  add_measured(scene, key, view, families);
  if (scene.detail && view.performance != nullptr) add_detail(key, view, families);
}

}  // namespace tpp
