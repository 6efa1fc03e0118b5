#include "probes/cpu/cpu_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string>

#include "agent/support/text.h"
#include "probes/cpu/topology.h"
#include "probes/node_identity.h"

namespace tpp {
namespace {

constexpr double kHertzPerKilohertz = 1e3;

// First "key : value" of proc/cpuinfo with that key.
std::optional<std::string> cpuinfo(const std::string& text, std::string_view key) {
  for (const std::string& line : split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || trim(line.substr(0, colon)) != key) continue;
    return std::string(trim(line.substr(colon + 1)));
  }
  return std::nullopt;
}

bool has_flag(const std::string& text, std::string_view flag) {
  const auto flags = cpuinfo(text, "flags");
  if (!flags) return false;
  const auto words = split(*flags, ' ');
  return std::ranges::find(words, flag) != words.end();
}

// What runs beneath this kernel, by the names that firmware tables carry; nullopt on bare metal.
std::optional<std::string> hypervisor(const NodeFiles& files, const std::string& cpu) {
  if (const auto type = files.text("sys/hypervisor/type")) return type;
  if (!has_flag(cpu, "hypervisor")) return std::nullopt;
  const auto vendor = files.text("sys/class/dmi/id/sys_vendor");
  const auto product = files.text("sys/class/dmi/id/product_name");
  if (!vendor && !product) return "a hypervisor that the firmware tables do not name";
  return std::string(trim(fmt::format("{} {}", vendor.value_or(""), product.value_or(""))));
}

// The highest clock that the kernel's frequency driver admits. "cpu MHz" of proc/cpuinfo is not
// used: it is a momentary value, and in a virtual machine the host's time-stamp rate.
std::optional<double> max_clock_hz(const NodeFiles& files) {
  std::optional<double> highest;
  for (const std::string& name : files.names("sys/devices/system/cpu")) {
    const auto text = files.text(std::filesystem::path("sys/devices/system/cpu") / name /
                                 "cpufreq/cpuinfo_max_freq");
    const auto kilohertz = text ? parse_double(*text) : std::nullopt;
    if (!kilohertz || *kilohertz <= 0) continue;
    highest = std::max(highest.value_or(0), *kilohertz * kHertzPerKilohertz);
  }
  return highest;
}

template <class Number>
std::optional<Number> known(Number value) {
  return value > 0 ? std::optional(value) : std::nullopt;
}

Device device_of(const Socket& socket, const Node& node, std::optional<double> clock_hz) {
  Device device;
  device.id.value = fmt::format("cpu:{}", socket.number);
  device.kind = DeviceKind::cpu;
  device.name = socket.model.value_or("");
  device.vendor = socket.vendor.value_or("");
  device.architecture = node.machine;
  device.unit_kind = "core";
  device.units = known(socket.allowed_cores);
  device.max_clock_hz = clock_hz;
  device.memory_bytes = known(socket.memory_bytes);
  device.last_level_cache_bytes = known(socket.last_level_cache_bytes);
  device.seen_by = {"probe cpu"};
  std::vector<std::string> reasons;
  if (node.hypervisor) {
    reasons.push_back(fmt::format(
        "a virtual machine with {} cores of a socket whose size it cannot see", socket.cores));
  }
  if (socket.allowed_cores < socket.cores) {
    reasons.push_back(fmt::format("{} of {} cores are allowed to this process",
                                  socket.allowed_cores, socket.cores));
    // Of a virtual machine's socket nobody tells the size.
    if (!node.hypervisor) device.whole_units = known(socket.cores);
  }
  device.slice = !reasons.empty();
  device.slice_reason = fmt::format("{}", fmt::join(reasons, "; "));
  return device;
}

// Of accelerators' drivers, those that are loaded. Those of the kernel's own tree have no version
// but the kernel's; NVIDIA's tells one in a text of its own where /sys hides it from a container.
std::vector<KernelDriver> kernel_drivers(const NodeFiles& files, const std::string& release) {
  constexpr std::array kNames = {"nvidia", "nouveau", "amdgpu", "i915", "xe", "habanalabs"};
  std::vector<KernelDriver> drivers;
  for (const std::string name : kNames) {
    const std::filesystem::path folder = std::filesystem::path("sys/module") / name;
    const auto version = files.text(folder / "version");
    const auto sources = files.text(folder / "srcversion");
    const auto state = files.text(folder / "initstate");  // built into the kernel: none
    if (version || sources || state) drivers.push_back({name, version.value_or(release), sources});
  }
  const auto told = files.text("proc/driver/nvidia/version");
  const bool known = std::ranges::find(drivers, "nvidia", &KernelDriver::name) != drivers.end();
  if (told && !known) drivers.push_back({"nvidia", split(*told, '\n').front(), std::nullopt});
  return drivers;
}

std::string one_line(const Topology& topology) {
  int cores = 0;
  int threads = 0;
  std::uint64_t cache = 0;
  for (const Socket& socket : topology.sockets) {
    cores += socket.cores;
    threads += socket.threads;
    cache += socket.last_level_cache_bytes;
  }
  const auto plural = [](std::size_t n, const char* word) {
    return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s");
  };
  return fmt::format("{}, {}, {}, {}, {} MiB last-level cache",
                     plural(topology.sockets.size(), "socket"), plural(std::size_t(cores), "core"),
                     plural(std::size_t(threads), "hardware thread"),
                     plural(std::size_t(topology.numa_nodes), "NUMA node"), cache >> 20);
}

}  // namespace

Inventory probe_cpu(const NodeFiles& files) {
  const Topology topology = read_topology(files);
  const std::string cpu = files.text("proc/cpuinfo").value_or("");
  Inventory inventory;
  Node& node = inventory.node;
  node.hostname = files.text("proc/sys/kernel/hostname").value_or("");
  node.kernel = files.text("proc/sys/kernel/osrelease").value_or("");
  node.machine = files.text("proc/sys/kernel/arch").value_or("");
  node.hypervisor = hypervisor(files, cpu);
  node.memory_bytes = known(topology.memory_bytes);
  node.topology = one_line(topology);
  node.kernel_drivers = kernel_drivers(files, node.kernel);
  node.identity = read_node_identity(files);
  const auto clock_hz = max_clock_hz(files);
  for (const Socket& socket : topology.sockets) {
    inventory.devices.push_back(device_of(socket, node, clock_hz));
  }
  return inventory;
}

}  // namespace tpp
