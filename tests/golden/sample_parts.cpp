#include "tests/golden/sample_parts.h"

namespace tpp::samples {
namespace {

Figure sourced(double value, const char* source) { return {value, Confidence::source, source}; }
Figure derived(double value, const char* from) { return {value, Confidence::derived, from}; }

Condition at_least(RuleQuantity quantity, double threshold) {
  return {quantity, Operator::greater_equal, threshold, "3A090 technical note"};
}

Chip chip(const char* id, const char* vendor, const char* product, const char* pci_id) {
  Chip row;
  row.id.value = id;
  row.vendor = vendor;
  row.name = product;
  row.pci_ids = {pci_id};
  row.nonplanar = true;
  row.origin = "catalog/samples.yaml:1";
  return row;
}

}  // namespace

Rule october_2023() {
  Rule rule;
  rule.id.value = "us-ear-2023-10";
  rule.title = "Advanced computing items";
  rule.citation = "88 FR 73458";
  rule.in_force_from = "2023-11-17";
  rule.known_through = "2026-09-30";
  rule.below_text = "not 3A090.a/.b; normally 3A991.p";
  rule.origin = "rules/us-ear-2023-10.yaml";
  rule.provisions.push_back({"3A090.a.1",
                             "3A090.a",
                             2,
                             {at_least(RuleQuantity::tpp, 4800)},
                             {"15 CFR 774 Supp. 1", true, false, true, true, {}, {}}});
  rule.provisions.push_back({"3A090.a.2",
                             "3A090.a",
                             2,
                             {at_least(RuleQuantity::tpp, 1600), at_least(RuleQuantity::pd, 5.92)},
                             {"15 CFR 774 Supp. 1", true, false, true, true, {}, {}}});
  rule.exclusions.push_back({"Note 2 to 3A090",
                             {"3A090.b.1"},
                             {{RuleQuantity::datacenter, Operator::equal, 0, "Note 2"}},
                             {"15 CFR 774 Supp. 1", true, false, true, true, {}, {}}});
  rule.readings.push_back({"tf32_bits",
                           "Which bit length does TF32 have?",
                           {{"32", "stored in 32 bits"}, {"19", "19 bits take part"}},
                           "32"});
  return rule;
}

Chip h100() {
  Chip row = chip("nvidia-h100-sxm5-80gb", "NVIDIA", "H100 SXM5 80 GB", "10de:2330");
  row.reported_names = {"NVIDIA H100 80GB HBM3"};
  row.applicable_die_area_mm2 = sourced(814, "Hopper white paper");
  row.unit_kind = "SM";
  row.units = sourced(132, "Hopper white paper");
  row.boost_clock_hz = sourced(1980e6, "data sheet");
  row.matrix_clock_hz = derived(1830e6, "989.4 / (132 x 4096)");
  row.memory_bytes = sourced(80e9, "data sheet");
  row.memory_bandwidth = sourced(3.35e12, "data sheet");
  row.declared = {{Precision::fp64, sourced(66.9e12, "data sheet")},
                  {Precision::tf32, sourced(494.7e12, "data sheet")},
                  {Precision::fp16, sourced(989.4e12, "data sheet")},
                  {Precision::bf16, sourced(989.4e12, "data sheet")},
                  {Precision::fp8_e4m3, sourced(1978.9e12, "data sheet")},
                  {Precision::int8, sourced(1978.9e12, "data sheet")}};
  row.per_clock_per_unit = {{Precision::fp16, derived(4096, "white paper, table 2")}};
  return row;
}

Chip h20() {
  Chip row = chip("nvidia-h20", "NVIDIA", "H20", "10de:2329");
  row.applicable_die_area_mm2 = sourced(814, "Hopper white paper");
  row.unit_kind = "SM";
  row.units = sourced(78, "export table");
  row.boost_clock_hz = sourced(1980e6, "export table");
  row.memory_bandwidth = sourced(4e12, "data sheet");
  row.declared = {{Precision::fp16, sourced(148e12, "export table")},
                  {Precision::int8, sourced(296e12, "export table")}};
  return row;
}

Chip t4() {
  Chip row = chip("nvidia-t4", "NVIDIA", "Tesla T4", "10de:1eb8");
  row.applicable_die_area_mm2 = sourced(545, "Turing white paper");
  row.unit_kind = "SM";
  row.units = sourced(40, "data sheet");
  row.boost_clock_hz = sourced(1590e6, "data sheet");
  row.memory_bandwidth = sourced(320e9, "data sheet");
  row.declared = {{Precision::fp16, sourced(65.1e12, "data sheet")},
                  {Precision::int8, sourced(130e12, "data sheet")},
                  {Precision::int4, derived(260e12, "int8 x 2")},
                  {Precision::int1, {1042e12, Confidence::recall, "memory"}}};
  return row;
}

Chip mi250x() {
  Chip row = chip("amd-instinct-mi250x", "AMD", "Instinct MI250X", "1002:7408");
  row.devices_per_package = 2;
  row.applicable_die_area_mm2 = sourced(1448, "2 x 724");
  row.unit_kind = "CU";
  row.units = sourced(220, "data sheet");
  row.boost_clock_hz = sourced(1700e6, "data sheet");
  row.memory_bandwidth = sourced(3.2768e12, "data sheet");
  row.declared = {{Precision::fp64, sourced(95.7e12, "data sheet")},
                  {Precision::fp16, sourced(383e12, "data sheet")}};
  return row;
}

Interval about(double value) { return {value * 0.998, value * 1.001}; }

Measurement rate(const Device& device, const RateSpec& spec) {
  Measurement measurement;
  measurement.id = {device.id, spec.kernel, spec.subject, ""};
  measurement.backend = device.backend;
  measurement.method_version = device.backend + " 1";
  measurement.wall_s = 0.75;
  const std::string benchmark = to_string(measurement.id);
  measurement.command = "tpp-bench --backend=lib/tpp/backends/" + device.backend +
                        ".so --benchmark_filter='^" + benchmark + "'";
  Rate result;
  const std::string kernel = spec.kernel;
  if (kernel == "dram" || kernel == "link") result.quantity = Quantity::bytes;
  result.per_second = spec.per_second;
  result.interval = about(spec.per_second);
  result.bootstrap = true;
  result.batches = 40;
  result.steady = true;
  result.sustained_s = 0.5;
  if (spec.clock_hz > 0) result.clock_hz = spec.clock_hz;
  if (spec.per_clock > 0) {
    result.per_clock_per_unit = spec.per_clock;
    result.per_clock_interval = about(spec.per_clock);
  }
  if (spec.grid > 0) result.snapped_per_clock = spec.grid;
  result.units = device.units.value_or(1);
  result.max_error = 6.1e-5;
  result.error_bound = 4.9e-4;
  result.checked_values = 4096;
  result.timer_ratio = 1.0002;
  result.path = spec.path;
  measurement.outcome = result;
  return measurement;
}

Measurement failed(const Device& device, const char* kernel, const char* subject,
                   const char* reason) {
  Measurement measurement = rate(device, {kernel, subject, 1});
  measurement.outcome = Failed{reason};
  return measurement;
}

Measurement unsupported(const Device& device, const char* kernel, const char* subject,
                        const char* reason) {
  Measurement measurement = rate(device, {kernel, subject, 1});
  measurement.outcome = Unsupported{"hardware", reason};
  measurement.wall_s = 0;
  measurement.command.clear();
  return measurement;
}

Rate& rate_in(Measurement& measurement) { return std::get<Rate>(measurement.outcome); }

Device gpu(const char* id, const char* name, const char* pci_id, int units) {
  Device device;
  device.id.value = id;
  device.package.value = id;
  device.board.value = id;
  device.name = name;
  device.vendor = "NVIDIA";
  device.unit_kind = "SM";
  device.units = units;
  device.pci_id = pci_id;
  device.backend = "cuda";
  device.driver_version = "570.86.15";
  device.seen_by = {"sysfs", "nvml", "cuda"};
  return device;
}

void add_board(Report& report, const Device& device, const char* name) {
  Board board;
  board.id = device.board;
  board.name = name;
  board.devices = {device.id};
  board.grouped_by = Source::read;
  board.grouping_reason = "one PCI function is one board";
  board.datacenter = true;
  report.inventory.devices.push_back(device);
  report.inventory.boards.push_back(board);
}

Report empty_report(const char* hostname) {
  Report report;
  report.agent_version = "0.1.0";
  report.method_version = "1";
  report.started_at = "2026-10-05T08:30:00Z";
  report.duration_s = 8.4375;
  Node& node = report.inventory.node;
  node.hostname = hostname;
  node.machine = "x86_64";
  node.kernel = "Linux 6.1.0-18-amd64";
  node.memory_bytes = std::uint64_t{1} << 40;
  node.topology = "2 sockets, 96 cores, 4 NUMA nodes";
  report.rules = {october_2023()};
  return report;
}

PrecisionRate precision_rate(Precision precision, double per_second, const char* origin) {
  PrecisionRate result;
  result.precision = precision;
  result.ops_per_second = per_second;
  result.interval = {per_second, per_second};
  result.origin = origin;
  return result;
}

Tpp tpp(double value, Precision precision) {
  Tpp result;
  result.value = value;
  result.interval = {value, value};
  result.precision = precision;
  result.best_then_sum = value;
  result.sum_then_best = value;
  return result;
}

Comparison compare(const char* paragraph, Basis basis, double value, double threshold) {
  Comparison comparison;
  comparison.paragraph = paragraph;
  comparison.basis = basis;
  comparison.value = value;
  comparison.interval = Interval{value, value};
  comparison.threshold = threshold;
  comparison.margin = value - threshold;
  comparison.truth = value >= threshold ? Truth::met : Truth::not_met;
  comparison.citation = "15 CFR 774 Supp. 1";
  return comparison;
}

}  // namespace tpp::samples
