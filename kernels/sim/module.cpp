// The module `sim`: devices out of a scenario file (option "scenario") behind the backend
// interface. Every device carries TPP_DEVICE_SIMULATED.
#include <memory>
#include <string>
#include <utility>

#include "kernels/cpp_backend.h"
#include "kernels/sim/faults.h"
#include "kernels/sim/scenario.h"
#include "kernels/sim/simulation.h"

namespace tpp::sim {
namespace {

using boundary::Failure;
using boundary::set_text;

// What every workload of one opening shares.
struct Stage {
  Scenario scenario;
  SimulatedClock clock;
};

class SimulatedWorkload final : public boundary::Workload {
 public:
  SimulatedWorkload(Stage& stage, const Device& device, const Benchmark& benchmark,
                    std::uint32_t variant, std::uint64_t seed)
      : stage_(stage),
        device_(device),
        benchmark_(benchmark),
        simulation_(device, benchmark, variant, seed) {}

  boundary::SessionInfo info() const override {
    boundary::SessionInfo info;
    info.units = device_.units;
    info.path = benchmark_.path.empty()
                    ? device_.architecture + " " + benchmark_.kernel + " " + benchmark_.subject
                    : benchmark_.path;
    const double amount = simulation_.amount_per_repeat();
    (benchmark_.bytes_per_second > 0 ? info.bytes_per_repeat : info.operations_per_repeat) = amount;
    info.product = simulation_.product();
    return info;
  }

  boundary::Batch run_batch(std::uint64_t repeats) override {
    const Fault& fault = benchmark_.fault;
    if (!ran_) strike(fault);
    if (fault.kind == FaultKind::fails) throw Failure(TPP_FAILED, fault.text);
    ran_ = true;
    return simulation_.run(repeats, stage_.clock);
  }

  boundary::Verification verify(std::uint64_t, bool corrupt) override {
    if (!ran_) throw Failure(TPP_INVALID, "sim: no batch has run yet");
    return check_product(benchmark_, corrupt);
  }

 private:
  Stage& stage_;
  const Device& device_;
  const Benchmark& benchmark_;
  Simulation simulation_;
  bool ran_ = false;
};

std::uint32_t flags_of(const Device& device) {
  std::uint32_t flags = TPP_DEVICE_SIMULATED;
  if (!device.slice.empty()) flags |= TPP_DEVICE_SLICE;
  if (device.forced) flags |= TPP_DEVICE_FORCED;
  if (device.datacenter) flags |= TPP_DEVICE_DATACENTER;
  return flags;
}

tpp_device_info info_of(const Device& device) {
  tpp_device_info info = {};
  info.flags = flags_of(device);
  set_text(info.id, device.id);
  set_text(info.name, device.name);
  set_text(info.vendor, device.vendor);
  set_text(info.kind, device.kind);
  set_text(info.architecture, device.architecture);
  set_text(info.unit_kind, device.unit_kind);
  set_text(info.pci_id, device.pci_id);
  set_text(info.uuid, device.uuid);
  set_text(info.serial, device.serial);
  set_text(info.board_id, device.board_id);
  set_text(info.package_id, device.package_id);
  set_text(info.driver_version, device.driver_version);
  set_text(info.slice_reason, device.slice);
  set_text(info.bus_way, device.bus_way);
  set_text(info.host_socket, device.host_socket);
  set_text(info.link_group, device.link_group);
  info.module_id = device.module_id;
  info.units = device.units;
  info.memory_bus_bits = device.memory_bus_bits;
  info.memory_bytes = device.memory_bytes;
  info.max_clock_hz = device.max_clock_hz;
  info.memory_transfers_per_s = device.memory_transfers_per_s;
  return info;
}

boundary::Benchmark benchmark_of(Stage& stage, const Device& device, const Benchmark& benchmark) {
  boundary::Benchmark result;
  if (benchmark.generic) result.flags |= TPP_BENCHMARK_GENERIC;
  if (benchmark.emulated) result.flags |= TPP_BENCHMARK_EMULATED;
  if (benchmark.bytes_per_second > 0) result.flags |= TPP_BENCHMARK_BYTES;
  result.kernel = benchmark.kernel;
  result.subject = benchmark.subject;
  result.accumulator = benchmark.accumulator;
  result.unsupported_by = benchmark.unsupported_by;
  result.reason = benchmark.reason;
  if (!benchmark.unsupported_by.empty()) return result;
  for (std::uint32_t variant = 0; variant < benchmark.variants; ++variant) {
    result.variants.emplace_back(
        [&stage, &device, &benchmark, variant](const boundary::Preparation& preparation) {
          return std::make_unique<SimulatedWorkload>(stage, device, benchmark, variant,
                                                     preparation.seed);
        });
  }
  return result;
}

Scenario read(const std::string& path) {
  try {
    return read_scenario(path);
  } catch (const ScenarioError& problem) {
    throw Failure(TPP_INVALID, problem.what());
  }
}

boundary::Opened open_scenario(const boundary::Options& options) {
  const auto path = options.find("scenario");
  // Nothing to simulate is the usual case: every real node has this module and no scenario.
  if (path == options.end()) throw Failure(TPP_UNAVAILABLE, "no scenario was given");
  auto stage = std::make_shared<Stage>(Stage{.scenario = read(path->second), .clock = {}});
  const Fault& fault = stage->scenario.open_fault;
  strike(fault);
  if (fault.kind == FaultKind::fails) throw Failure(TPP_FAILED, fault.text);
  if (fault.kind == FaultKind::unavailable) throw Failure(TPP_UNAVAILABLE, fault.text);
  boundary::Opened opened;
  for (const Device& device : stage->scenario.devices) {
    boundary::OpenedDevice& one = opened.devices.emplace_back();
    one.info = info_of(device);
    for (const Benchmark& benchmark : device.benchmarks) {
      one.benchmarks.push_back(benchmark_of(*stage, device, benchmark));
    }
  }
  opened.keep = std::move(stage);
  return opened;
}

struct Sim {
  static boundary::BackendDefinition get() { return {"sim", "sim-1", {"scenario"}, open_scenario}; }
};

}  // namespace
}  // namespace tpp::sim

// Newer hosts of the same major can use this table; of another major they read its head only.
const tpp_backend_api* tpp_backend_query(std::uint32_t, std::uint32_t) {
  return tpp::boundary::BackendTable<tpp::sim::Sim>::api();
}
