#include "kernels/sim/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "kernels/sim/did_you_mean.h"
#include "kernels/sim/yaml_reader.h"

namespace tpp::sim {
namespace {

constexpr std::string_view kScenarioKeys[] = {"version", "description", "open", "devices"};
constexpr std::string_view kDeviceKeys[] = {
    "id",          "name",          "vendor",    "kind",       "architecture",    "pci_id",
    "uuid",        "serial",        "board_id",  "package_id", "driver_version",  "units",
    "unit_kind",   "max_clock_mhz", "clock_mhz", "memory_gb",  "memory_bus_bits", "memory_gtps",
    "slice",       "datacenter",    "forced",    "fault",      "benchmarks",      "bus_way",
    "host_socket", "link_group",    "module_id", "heeds"};
constexpr std::string_view kBenchmarkKeys[] = {
    "kernel",           "subject",     "accumulator", "ops_per_clock_per_unit",
    "bytes_per_second", "clock_mhz",   "efficiency",  "noise",
    "clock_counter",    "variants",    "path",        "generic",
    "emulated",         "unsupported", "fault"};
constexpr std::string_view kUnsupportedKeys[] = {"by", "reason"};
constexpr std::string_view kUnsupportedBy[] = {"hardware", "library", "build"};
constexpr std::string_view kKinds[] = {"gpu", "cpu", "accelerator"};
constexpr std::string_view kUnitKinds[] = {"SM", "CU", "core"};
constexpr std::string_view kKernels[] = {"gemm", "mma", "fma", "dram", "link"};

enum class Argument { none, number, text };

struct FaultRow {
  std::string_view name;
  FaultKind kind;
  Argument argument;
  Range range;
  double otherwise;
  bool in_open;
  bool in_benchmark;
};

constexpr FaultRow kFaults[] = {
    {"hang", FaultKind::hang, Argument::none, {}, 0, true, true},
    {"crash", FaultKind::crash, Argument::none, {}, 0, true, true},
    {"illegal", FaultKind::illegal, Argument::none, {}, 0, true, true},
    {"memory", FaultKind::memory, Argument::none, {}, 0, true, true},
    {"garbage", FaultKind::garbage, Argument::none, {}, 0, true, true},
    {"fails", FaultKind::fails, Argument::text, {}, 0, true, true},
    {"unavailable", FaultKind::unavailable, Argument::text, {}, 0, true, false},
    {"wrong_product", FaultKind::wrong_product, Argument::none, {}, 0, false, true},
    {"slow", FaultKind::slow, Argument::number, {1, 1000}, 2, false, true},
    {"throttled", FaultKind::throttled, Argument::number, {0.05, 0.99}, 0.7, false, true},
    {"timer_lies", FaultKind::timer_lies, Argument::number, {0.1, 10}, 1.1, false, true},
};

constexpr std::size_t kLargestScenario = 1u << 20;
constexpr double kMega = 1e6;
constexpr double kGiga = 1e9;

class ScenarioParser {
 public:
  explicit ScenarioParser(std::string file) : file_(std::move(file)) {}
  Scenario parse(const YAML::Node& root);

 private:
  Device device(const YAML::Node& node);
  Benchmark benchmark(const YAML::Node& node, double clock_hz, const Fault& device_fault);
  void rate(const MappingReader& reader, Benchmark& benchmark);
  Fault fault(const MappingReader& reader, std::string_view key, bool in_open);
  const FaultRow& fault_row(const MappingReader& reader, const YAML::Node& at, bool in_open);
  void check_fits(const MappingReader& reader, std::string_view key, const std::string& value,
                  std::size_t size);

  std::string file_;
};

const FaultRow& ScenarioParser::fault_row(const MappingReader& reader, const YAML::Node& at,
                                          bool in_open) {
  std::vector<std::string_view> names;
  for (const FaultRow& row : kFaults) {
    if (!(in_open ? row.in_open : row.in_benchmark)) continue;
    if (at.IsScalar() && at.Scalar() == row.name) return row;
    names.push_back(row.name);
  }
  const std::string found = at.IsScalar() ? at.Scalar() : "";
  reader.fail(at, fmt::format("expected a fault, one of {}, found '{}'{}", fmt::join(names, ", "),
                              found, did_you_mean(found, names)));
}

// `fault: hang`, or with an argument `fault: {slow: 3}`.
Fault ScenarioParser::fault(const MappingReader& reader, std::string_view key, bool in_open) {
  const auto node = reader.child(key);
  if (!node) return {};
  if (!node->IsMap()) {
    const FaultRow& row = fault_row(reader, *node, in_open);
    return {.kind = row.kind, .value = row.otherwise, .text = "the scenario says so"};
  }
  if (node->size() != 1) reader.fail(*node, "expected one fault, as {slow: 3}");
  const FaultRow& row = fault_row(reader, node->begin()->first, in_open);
  const std::string_view known[] = {row.name};
  const MappingReader inner(file_, *node, "fault", known);
  Fault fault = {.kind = row.kind, .value = row.otherwise, .text = {}};
  if (row.argument == Argument::text) fault.text = inner.required_text(row.name);
  if (row.argument == Argument::number) fault.value = *inner.number(row.name, row.range);
  if (row.argument == Argument::none) inner.fail(fmt::format("'{}' takes no value", row.name));
  return fault;
}

void ScenarioParser::rate(const MappingReader& reader, Benchmark& benchmark) {
  benchmark.ops_per_clock_per_unit =
      reader.number("ops_per_clock_per_unit", {1e-3, 1e9}).value_or(0);
  benchmark.bytes_per_second = reader.number("bytes_per_second", {1, 1e18}).value_or(0);
  benchmark.efficiency = reader.number("efficiency", {1e-6, 100}).value_or(1);
  benchmark.noise = reader.number("noise", {0, 0.5}).value_or(0.0005);
  const bool operations = benchmark.ops_per_clock_per_unit > 0;
  if (operations == (benchmark.bytes_per_second > 0)) {
    reader.fail(
        "a benchmark needs one of 'ops_per_clock_per_unit', 'bytes_per_second' and 'unsupported'");
  }
  if (operations && benchmark.clock_hz <= 0) {
    reader.fail("operations per clock need 'clock_mhz', here or at the device");
  }
}

Benchmark ScenarioParser::benchmark(const YAML::Node& node, double clock_hz,
                                    const Fault& device_fault) {
  const MappingReader reader(file_, node, "benchmark", kBenchmarkKeys);
  Benchmark benchmark;
  benchmark.kernel = reader.word("kernel", kKernels);
  if (benchmark.kernel.empty()) reader.fail("a benchmark needs 'kernel'");
  benchmark.subject = reader.required_text("subject");
  benchmark.accumulator = reader.text("accumulator");
  check_fits(reader, "subject", benchmark.subject, 16);
  check_fits(reader, "accumulator", benchmark.accumulator, 16);
  benchmark.generic = reader.flag("generic", false);
  benchmark.emulated = reader.flag("emulated", false);
  benchmark.fault = reader.has("fault") ? fault(reader, "fault", false) : device_fault;
  benchmark.path = reader.text("path");
  benchmark.variants =
      static_cast<std::uint32_t>(reader.integer("variants", {1, 1000}).value_or(1));
  // A library's product has no counter of its own inside.
  benchmark.clock_counter = reader.flag("clock_counter", benchmark.kernel != "gemm");
  const auto clock_mhz = reader.number("clock_mhz", {1, 1e5});
  benchmark.clock_hz = clock_mhz ? *clock_mhz * kMega : clock_hz;
  if (const auto unsupported = reader.child("unsupported")) {
    const MappingReader inner(file_, *unsupported, "reason for being unsupported",
                              kUnsupportedKeys);
    benchmark.unsupported_by = inner.word("by", kUnsupportedBy);
    if (benchmark.unsupported_by.empty()) inner.fail("'unsupported' needs 'by'");
    benchmark.reason = inner.required_text("reason");
    if (reader.has("ops_per_clock_per_unit") || reader.has("bytes_per_second")) {
      reader.fail("what is unsupported has no rate: give one or the other");
    }
  } else {
    rate(reader, benchmark);
  }
  return benchmark;
}

void ScenarioParser::check_fits(const MappingReader& reader, std::string_view key,
                                const std::string& value, std::size_t size) {
  if (value.size() < size) return;
  reader.fail(*reader.child(key), fmt::format("'{}': expected at most {} bytes", key, size - 1));
}

Device ScenarioParser::device(const YAML::Node& node) {
  const MappingReader reader(file_, node, "device", kDeviceKeys);
  Device device;
  device.id = reader.required_text("id");
  device.name = reader.required_text("name");
  device.kind = reader.word("kind", kKinds);
  if (device.kind.empty()) reader.fail("a device needs 'kind'");
  device.vendor = reader.text("vendor");
  device.architecture = reader.text("architecture");
  device.unit_kind = reader.word("unit_kind", kUnitKinds);
  device.pci_id = reader.text("pci_id");
  device.uuid = reader.text("uuid");
  device.serial = reader.text("serial");
  device.board_id = reader.text("board_id");
  device.package_id = reader.text("package_id");
  device.driver_version = reader.text("driver_version");
  device.slice = reader.text("slice");
  device.bus_way = reader.text("bus_way");
  device.host_socket = reader.text("host_socket");
  device.link_group = reader.text("link_group");
  device.module_id = static_cast<std::uint32_t>(reader.integer("module_id", {1, 1024}).value_or(0));
  check_fits(reader, "bus_way", device.bus_way, 256);
  check_fits(reader, "host_socket", device.host_socket, 16);
  check_fits(reader, "link_group", device.link_group, 64);
  device.datacenter = reader.flag("datacenter", false);
  device.forced = reader.flag("forced", false);
  for (const YAML::Node& variable : reader.list("heeds")) {
    if (!variable.IsScalar()) reader.fail(variable, "expected the name of a variable");
    device.heeds.push_back(variable.Scalar());
  }
  device.units = static_cast<std::uint32_t>(reader.integer("units", {1, 1e6}).value_or(0));
  if (device.units == 0) reader.fail("a device needs 'units'");
  device.max_clock_hz = kMega * reader.number("max_clock_mhz", {1, 1e5}).value_or(0);
  device.memory_bus_bits =
      static_cast<std::uint32_t>(reader.integer("memory_bus_bits", {1, 1e6}).value_or(0));
  device.memory_transfers_per_s = kGiga * reader.number("memory_gtps", {1e-3, 1e4}).value_or(0);
  device.memory_bytes =
      static_cast<std::uint64_t>(kGiga * reader.number("memory_gb", {1e-3, 1e6}).value_or(0));
  check_fits(reader, "id", device.id, 64);
  check_fits(reader, "name", device.name, 128);

  const double clock_hz =
      reader.number("clock_mhz", {1, 1e5}).value_or(device.max_clock_hz / kMega) * kMega;
  const Fault device_fault = fault(reader, "fault", false);
  std::set<std::string> names;
  for (const YAML::Node& entry : reader.list("benchmarks")) {
    device.benchmarks.push_back(benchmark(entry, clock_hz, device_fault));
    const Benchmark& last = device.benchmarks.back();
    const auto name = fmt::format("{}/{}+{}", last.kernel, last.subject, last.accumulator);
    if (!names.insert(name).second) {
      reader.fail(entry, fmt::format("{}/{} is given twice; tell them apart by 'accumulator'",
                                     last.kernel, last.subject));
    }
  }
  if (device.benchmarks.empty()) reader.fail("a device needs 'benchmarks'");
  return device;
}

Scenario ScenarioParser::parse(const YAML::Node& root) {
  const MappingReader reader(file_, root, "scenario", kScenarioKeys);
  if (reader.integer("version", {1, 1}).value_or(0) != 1)
    reader.fail("a scenario needs 'version: 1'");
  Scenario scenario;
  scenario.description = reader.text("description");
  scenario.open_fault = fault(reader, "open", true);
  std::set<std::string> ids;
  for (const YAML::Node& node : reader.list("devices")) {
    scenario.devices.push_back(device(node));
    if (!ids.insert(scenario.devices.back().id).second) {
      reader.fail(node, fmt::format("two devices are called '{}'", scenario.devices.back().id));
    }
  }
  if (scenario.devices.empty() && scenario.open_fault.kind == FaultKind::none) {
    reader.fail("a scenario needs 'devices', or 'open' that says why there are none");
  }
  return scenario;
}

}  // namespace

Scenario parse_scenario(const std::string& text, const std::string& name) {
  try {
    // yaml-cpp takes a quote that nothing closes for one that ends with the file, unless a document
    // ends inside.
    return ScenarioParser(name).parse(YAML::Load(text + "\n...\n"));
  } catch (const YAML::Exception& error) {
    fail_at(name, error.mark, "not YAML: " + error.msg);
  }
}

Scenario read_scenario(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!file || !std::filesystem::is_regular_file(status)) {
    const char* why = std::filesystem::is_directory(status) ? "a directory, expected a file"
                      : std::filesystem::exists(status)     ? "not a file that may be read"
                                                            : "no such file";
    throw ScenarioError(fmt::format("{}: cannot be read: {}", path.string(), why));
  }
  if (std::filesystem::file_size(path, error) > kLargestScenario) {
    throw ScenarioError(fmt::format("{}: larger than the {} bytes expected at most", path.string(),
                                    kLargestScenario));
  }
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return parse_scenario(text, path.string());
}

}  // namespace tpp::sim
