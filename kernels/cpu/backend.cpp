// The CPU backend behind the C interface: sockets as devices, and the list of their benchmarks.
#include <memory>
#include <string>
#include <vector>

#include "kernels/cpp_backend.h"
#include "kernels/cpu/device.h"
#include "kernels/cpu/workload.h"

namespace tpp::cpu {
namespace {

using boundary::set_text;

tpp_device_info info_of(const Device& device) {
  tpp_device_info info{};
  info.flags = TPP_DEVICE_TIMER_IS_HOST;
  if (!device.slice_reason.empty()) info.flags |= TPP_DEVICE_SLICE;
  if (!device.isa_option.empty()) info.flags |= TPP_DEVICE_FORCED;
  set_text(info.id, device.id);
  set_text(info.name, device.name);
  set_text(info.vendor, device.vendor);
  set_text(info.kind, "cpu");
  set_text(info.architecture, device.architecture);
  set_text(info.unit_kind, "core");
  set_text(info.package_id, "cpu:" + std::to_string(device.socket.package));
  set_text(info.slice_reason, device.slice_reason);
  info.units = static_cast<uint32_t>(device.socket.cpus.size());
  info.memory_bytes = device.memory_bytes;
  info.max_clock_hz = device.socket.max_clock_hz;
  return info;
}

boundary::Opened open_sockets(const boundary::Options& options) {
  const auto isa = options.find("isa");
  // Benchmarks refer to their devices, which therefore stay where they are.
  auto devices =
      std::make_shared<std::vector<Device>>(find_devices(isa == options.end() ? "" : isa->second));
  boundary::Opened opened;
  for (Device& device : *devices) {
    boundary::OpenedDevice& one = opened.devices.emplace_back();
    one.info = info_of(device);
    for (BenchmarkFamily family : benchmark_families()) {
      for (Benchmark& benchmark : family(device)) one.benchmarks.push_back(std::move(benchmark));
    }
  }
  opened.keep = std::move(devices);
  return opened;
}

struct Cpu {
  static boundary::BackendDefinition get() { return {"cpu", "1", {"isa"}, open_sockets}; }
};

}  // namespace
}  // namespace tpp::cpu

// A host of another major version learns ours from the first four members and stops there.
const tpp_backend_api* tpp_backend_query(uint32_t, uint32_t) {
  return tpp::boundary::BackendTable<tpp::cpu::Cpu>::api();
}
