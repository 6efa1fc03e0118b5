// A report in which no member keeps its default: what a codec forgets shows as a difference.
#include "tests/golden/sample_reports.h"

namespace tpp::samples {
namespace {

Figure figure(double value) { return {value, Confidence::derived, "a source", Bound::at_most}; }

Device device() {
  Device row;
  row.id.value = "0000:17:00.0/MIG-1";
  row.package.value = "package-1";
  row.board.value = "board-1";
  row.kind = DeviceKind::accelerator;
  row.name = "Name \"quoted\" \\ \u00b5\u4e2d";
  row.vendor = "vendor";
  row.architecture = "arch";
  row.unit_kind = "unit";
  row.units = 7;
  row.whole_units = 14;
  row.max_clock_hz = 1.1e9;
  row.pci_id = "10de:2335";
  row.uuid = "uuid";
  row.serial = "serial";
  row.driver_version = "driver";
  row.memory_bytes = 18446744073709551615ULL;  // beyond what a double holds
  row.memory_bus_bits = 384;
  row.memory_transfers_per_s = 1.0 / 3;
  row.last_level_cache_bytes = 9007199254740993ULL;
  row.labels = {"0x900", true,   "part",    "10de:16c1", "vbios", "inforom", "gsp",
                7,       "hive", "chassis", 1,           2,       3};
  row.limits = {300.5, 700, 1.2e9, 1.755e9, 5};
  row.state = {true,
               18446744073709551615ULL,
               1,
               2,
               false,
               true,
               3.45e8,
               41.5,
               69.85,
               0.25,
               536870912,
               std::vector<std::string>{"idle", "power_cap"},
               3,
               2,
               true,
               "CPX",
               "NPS4",
               Virtualization::guest,
               true,
               false,
               ComputeMode::exclusive_process,
               "manual"};
  row.slice = true;
  row.slice_reason = "because";
  row.simulated = true;
  row.forced = true;
  row.backend = "sim";
  row.seen_by = {"one", "two"};
  return row;
}

Rate rate() {
  Rate row;
  row.quantity = Quantity::bytes;
  row.per_second = 0.1;
  row.interval = {0.09999999999999999, 5e-324};
  row.bootstrap = true;
  row.batches = 31;
  row.steady = true;
  row.sustained_s = 1.7976931348623157e308;
  row.clock_hz = 2.5e9;
  row.per_clock_per_unit = 31.4;
  row.per_clock_interval = Interval{31, 32};
  row.snapped_per_clock = 32;
  row.units = 6;
  row.max_error = 1e-17;
  row.error_bound = 1e-16;
  row.checked_values = 12;
  row.generic = true;
  row.emulated = true;
  row.suspect = "why";
  row.timer_ratio = -0.5;
  row.path = "path";
  return row;
}

Chip chip() {
  Chip row;
  row.id.value = "chip-1";
  row.vendor = "vendor";
  row.name = "name";
  row.kind = DeviceKind::cpu;
  row.datacenter = false;
  row.pci_ids = {"10de:2335"};
  row.reported_names = {"reported"};
  row.devices_per_package = 2;
  row.packages_per_board = 3;
  row.nonplanar = false;
  row.applicable_die_area_mm2 = figure(814);
  row.computing_die_area_mm2 = figure(614);
  row.units = figure(132);
  row.unit_kind = "SM";
  row.boost_clock_hz = figure(1.98e9);
  row.matrix_clock_hz = figure(1.83e9);
  row.board_power_w = figure(700);
  row.memory_bytes = figure(8e10);
  row.memory_bandwidth = figure(3.35e12);
  for (const PrecisionInfo& precision : precisions()) {
    row.declared[precision.precision] = figure(precision.bit_length);
  }
  row.per_clock_per_unit = {{Precision::int1, figure(1)}};
  row.declared_vector = {{Precision::fp32, figure(66.9e12)}};
  row.note = "note";
  row.origin = "file:1";
  return row;
}

GridCheck grid_check() { return {Precision::int8, 1024, 2048, Confidence::recall, false, "mma"}; }

BoardPerformance performance() {
  BoardPerformance row;
  row.board.value = "board-1";
  row.chip = ChipId{"chip-1"};
  row.rates[Basis::achieved] = {{Precision::tf32, 1.5, {1, 2}, false, true, "origin"}};
  Tpp tpp;
  tpp.value = 1.25;
  tpp.interval = {1, 2};
  tpp.precision = Precision::nvfp4;
  tpp.precisions = {Precision::int8, Precision::fp16};
  tpp.best_then_sum = 1.25;
  tpp.sum_then_best = 1.125;
  tpp.complete = false;
  tpp.tf32_at_19 = 0.75;
  tpp.confidence = Confidence::recall;
  tpp.readings = {{19,
                   "sum_then_best",
                   "added",
                   1.5,
                   {1, 2},
                   Precision::tf32,
                   Confidence::derived,
                   1.25,
                   Interval{1, 1.5}}};
  for (const Basis basis : {Basis::achieved, Basis::inferred_advertised_clock,
                            Basis::inferred_max_clock, Basis::declared}) {
    row.tpp[basis] = tpp;
    row.density[basis] = 2.5;
    row.memory_bandwidth[basis] = 3e9;
  }
  row.die_area_mm2 = figure(100);
  row.computing_die_area_mm2 = figure(80);
  row.match_reason = "matched";
  row.facts = {DeviceKind::cpu, true,           false,       "doubt",        true,
               {"agrees"},      {"missing"},    {"differs"}, {"units"},      {"raised"},
               {"partial"},     "uncertain",    {"failed"},  {"suspect"},    {"overtaken"},
               {"untrusted"},   {"undeclared"}, {"outcome"}, {grid_check()}, 1.125};
  const DeclaredProduct product{{"chip-1"}, {device().id}, tpp,     figure(100),
                                figure(80), false,         "doubt", true};
  row.candidates = {product};
  row.parts = {product};
  return row;
}

Rule rule() {
  Rule row;
  row.id.value = "rule-1";
  row.title = "title";
  row.citation = "citation";
  row.in_force_from = "2023-11-17";
  row.in_force_to = "2024-01-01";
  row.known_through = "2026-09-30";
  const Condition condition{RuleQuantity::pd, Operator::less, 5.92, "here"};
  const Standing standing{"there", false, true, true, false, "2023-12-01", "2023-12-31"};
  row.provisions = {{"p.1", "p", 3, {condition}, standing, ItemKind::memory}};
  row.exclusions = {{"note", {"p.1"}, {condition}, standing}};
  row.below_text = "below";
  row.not_controlled_text = "not controlled by it; normally another";
  row.figures_only = true;
  row.readings = {{"reading", "question", {{"option", "ground"}}, "option"}};
  row.origin = "file:2";
  return row;
}

Verdict verdict() {
  Verdict row;
  row.board.value = "board-1";
  row.rule.value = "rule-1";
  row.kind = ClassificationKind::below;
  row.classification = "below";
  row.rendered = "rendered";
  row.paragraphs = {"p.1"};
  row.decided_by = Basis::inferred_max_clock;
  row.presumed = "3A090.b";
  row.assurance = Assurance::contradicted;
  row.assurance_reasons = {"reason"};
  Comparison comparison;
  comparison.paragraph = "p.1";
  comparison.quantity = RuleQuantity::datacenter;
  comparison.basis = Basis::declared;
  comparison.value = 1;
  comparison.interval = Interval{0.5, 1.5};
  comparison.op = Operator::equal;
  comparison.threshold = 1;
  comparison.truth = Truth::met;
  comparison.margin = 0.25;
  comparison.within_uncertainty = true;
  comparison.citation = "citation";
  comparison.note = "note";
  row.comparisons = {comparison};
  row.sensitive_to = {"reading=other: p"};
  row.notes = {"note"};
  return row;
}

}  // namespace

Report every_member() {
  Report report;
  report.agent_version = "0.1.0";
  report.method_version = "1";
  report.mode = PassMode::full;
  report.started_at = "2026-10-05T08:30:00Z";
  report.duration_s = 1.5;
  report.banners = {"simulated", "forced: everything"};
  report.inventory.node = {
      "host", "kernel", "machine", "kvm", 1024, "topology", {{"driver", "1.2", "0A1B"}}};
  report.inventory.node.identity = {
      "maker", "product",       "product version", "serial",        "uuid",          "board maker",
      "board", "board version", "board serial",    "chassis maker", "chassis serial"};
  report.inventory.modules = {{"name", "path", ModuleState::failed, "reason"}};
  report.inventory.devices = {device()};
  Board board{{"board-1"}, "name", {device().id}, Source::entered, "reason",
              false,       2,      "uncertain",   "baseboard-1"};
  report.inventory.boards = {board};
  const Finding finding{"code.one", FindingClass::health, Severity::error, "board-1", "message"};
  report.inventory.findings = {finding};
  report.inventory.topology = {Source::entered,
                               "machine.xml",
                               {{3, 2048}},
                               {{PciKind::bridge,
                                 "0000:17:01.0",
                                 "0000:16:00.0",
                                 "8086:352a",
                                 "0604",
                                 "Bridge",
                                 {3},
                                 64e9,
                                 16,
                                 {"card0"}}}};
  report.inventory.bus = {{"0000:17:00.0",
                           {{"0000:17:00.0", "3"}, {"0000:16:01.0", "4"}},
                           "10de:2330",
                           "10de:16c1",
                           DeviceId{"cpu:0"},
                           "0000:16:00.0"}};
  const BenchmarkId id{device().id, "mma", "fp16", "fp32"};
  const std::vector<ClockLimit> limits = {{"power_cap", 0.5}};
  const Telemetry telemetry{"probe x", 7, 1.7e9, 2.6e9, 698.5, 64, 88, 0.75, limits};
  const std::string taken = "2026-10-05T08:29:58Z";
  report.measurements = {
      {id, "sim", "sim 1", rate(), 0.5, "command", telemetry, taken},
      {id, "sim", "sim 1", Unsupported{"library", "why not"}, 0.25, "command", telemetry, taken},
      {id, "sim", "sim 1", Failed{"somebody came", true}, 0.125, "command", telemetry, taken}};
  report.libraries = {{"/lib/x.so",
                       std::string(64, '0'),
                       {"backend sim"},
                       1000,
                       "01ab",
                       FileTrust::untrusted,
                       "preloaded",
                       {{"0000:17:00.0/mma/fp16"}}}};
  report.performances = {performance()};
  report.verdicts = {verdict()};
  report.findings = {finding};
  report.rules = {rule()};
  report.chips = {chip()};
  report.thresholds = {{{Threshold::identity_facts, 3}, {Threshold::clock_share, 0.875}}};
  report.together = {{{BoardId{"board"}, "mma", "fp16", "fp32", Quantity::bytes, 2, 1.5e15, 1.25e15,
                       0.96875, "why not"}}};
  report.baseboards = {{{"baseboard-1", {BoardId{"board"}}, {{Basis::declared, 2.5}}}}};
  return report;
}

Report no_optional_member() {
  Report report;
  report.inventory.node.kernel_drivers.resize(1);
  report.inventory.devices.resize(1);
  report.inventory.boards.resize(1);
  report.inventory.findings.resize(1);
  report.measurements.resize(3);
  report.measurements[1].outcome = Unsupported();
  report.measurements[2].outcome = Failed();
  report.libraries.resize(1);
  BoardPerformance& performance = report.performances.emplace_back();
  performance.rates[Basis::achieved].resize(1);
  performance.tpp[Basis::achieved].readings.resize(1);
  performance.facts.grid.resize(1);
  report.verdicts.resize(1);
  report.verdicts[0].comparisons.resize(1);
  report.findings.resize(1);
  Rule& rule = report.rules.emplace_back();
  rule.provisions.resize(1);
  rule.provisions[0].all.resize(1);
  rule.exclusions.resize(1);
  rule.readings.resize(1);
  rule.readings[0].options.resize(1);
  report.chips.resize(1);
  report.chips[0].declared[Precision::fp64] = Figure();
  return report;
}

}  // namespace tpp::samples
