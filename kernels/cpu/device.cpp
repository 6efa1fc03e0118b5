#include "kernels/cpu/device.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "kernels/cpu/architecture.h"
#include "kernels/cpu/cgroup.h"
#include "kernels/cpu/workload.h"

namespace tpp::cpu {
namespace {

namespace fs = std::filesystem;

// First line of a small file; "" where there is none.
std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// The number at the start of `text`, or `otherwise`.
long long number_in(std::string_view text, long long otherwise) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return otherwise;
  text.remove_prefix(first);
  long long value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() ? value : otherwise;
}

// "0-3,8,10-11" -> the CPUs.
std::vector<int> parse_cpu_list(std::string_view text) {
  std::vector<int> cpus;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view range = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    const auto dash = range.find('-');
    const long long first = number_in(range, -1);
    const long long last =
        dash == std::string_view::npos ? first : number_in(range.substr(dash + 1), first);
    constexpr long long kMostCpus = 1 << 16;
    if (first < 0 || last >= kMostCpus) continue;
    for (long long cpu = first; cpu <= last; ++cpu) cpus.push_back(static_cast<int>(cpu));
  }
  return cpus;
}

fs::path cpu_folder(const fs::path& sysfs_cpu, int cpu) {
  return sysfs_cpu / fmt::format("cpu{}", cpu);
}

// All CPUs of the core that `cpu` is of. "core_cpus_list" from Linux 5.3 on.
std::vector<int> core_of(const fs::path& sysfs_cpu, int cpu) {
  const fs::path topology = cpu_folder(sysfs_cpu, cpu) / "topology";
  for (const char* name : {"core_cpus_list", "thread_siblings_list"}) {
    std::vector<int> cpus = parse_cpu_list(first_line(topology / name));
    if (!cpus.empty()) return cpus;
  }
  return {cpu};
}

// "266240K" -> bytes.
uint64_t parse_size(std::string_view text) {
  const long long number = std::max(0LL, number_in(text, 0));
  const char unit = text.empty() ? ' ' : text.back();
  const int shift = unit == 'K' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : 0;
  return static_cast<uint64_t>(number) << shift;
}

// Sizes of the caches of the highest level, each instance (named by who shares it) once.
uint64_t last_level_cache(const fs::path& sysfs_cpu, const std::vector<int>& cpus) {
  std::map<long long, std::map<std::string, uint64_t>> levels;
  for (int cpu : cpus) {
    constexpr int kMostIndices = 16;
    for (int index = 0; index < kMostIndices; ++index) {
      const fs::path cache = cpu_folder(sysfs_cpu, cpu) / fmt::format("cache/index{}", index);
      const long long level = number_in(first_line(cache / "level"), 0);
      if (level == 0) break;
      if (first_line(cache / "type") == "Instruction") continue;
      levels[level][first_line(cache / "shared_cpu_list")] = parse_size(first_line(cache / "size"));
    }
  }
  uint64_t bytes = 0;
  if (levels.empty()) return bytes;
  for (const auto& [sharers, size] : levels.rbegin()->second) bytes += size;
  return bytes;
}

// Highest "cpuinfo_max_freq" (kHz) of the CPUs. The "cpu MHz" of /proc/cpuinfo is not a maximum,
// and in a virtual machine not even the clock.
double max_clock(const fs::path& sysfs_cpu, const std::vector<int>& cpus) {
  long long khz = 0;
  for (int cpu : cpus) {
    const fs::path file = cpu_folder(sysfs_cpu, cpu) / "cpufreq/cpuinfo_max_freq";
    khz = std::max(khz, number_in(first_line(file), 0));
  }
  return static_cast<double>(khz) * 1e3;
}

// Of the whole machine.
uint64_t total_memory() {
  return static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// Memory of the NUMA nodes that hold a CPU of the socket; of the whole machine where none does.
uint64_t memory_of(const std::vector<int>& cpus) {
  uint64_t bytes = 0;
  const fs::path nodes = "/sys/devices/system/node";
  for (int node : parse_cpu_list(first_line(nodes / "online"))) {
    const fs::path folder = nodes / fmt::format("node{}", node);
    const std::vector<int> in_node = parse_cpu_list(first_line(folder / "cpulist"));
    const bool ours = std::find_first_of(in_node.begin(), in_node.end(), cpus.begin(),
                                         cpus.end()) != in_node.end();
    if (!ours) continue;
    const std::string line = first_line(folder / "meminfo");  // "Node 0 MemTotal:  123 kB"
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    bytes += static_cast<uint64_t>(std::max(0LL, number_in(line.substr(colon + 1), 0))) << 10;
  }
  return bytes != 0 ? bytes : total_memory();
}

// Why this is not the whole socket; "" if it is.
std::string slice_reason(const Socket& socket, std::size_t usable_cores_of_node) {
  const auto usable = socket.cpus.size();
  if (under_hypervisor().value_or(false)) {
    return fmt::format("in a virtual machine that shows {} cores", socket.cores_online);
  }
  if (usable < socket.cores_online) {
    return fmt::format("affinity mask or cpuset allows {} of {} cores", usable,
                       socket.cores_online);
  }
  const double quota = cgroup_limits().processors;
  if (quota > 0 && quota < static_cast<double>(usable_cores_of_node)) {
    return fmt::format("the cgroup's quota allows {:.2f} of {} cores", quota, usable_cores_of_node);
  }
  return {};
}

// The levels that this CPU has something of.
std::vector<const IsaLevel*> levels_here(const FeatureSet& detected) {
  std::vector<const IsaLevel*> here;
  for (const IsaLevel& level : isa_levels()) {
    if ((level.introduces & detected) != FeatureSet{}) here.push_back(&level);
  }
  return here;
}

FeatureSet allowed_features(const std::string& isa, const FeatureSet& detected) {
  if (isa.empty()) return detected;
  std::string known;
  for (const IsaLevel* level : levels_here(detected)) {
    if (level->name == isa) return detected & level->allowed;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", level->name);
  }
  throw Failure(TPP_INVALID, fmt::format("cpu: option isa={}: this CPU knows {}", isa, known));
}

std::string machine() {
  utsname name{};
  return uname(&name) == 0 ? name.machine : "";
}

}  // namespace

std::vector<int> allowed_cpus() {
  // The kernel refuses a set smaller than its own; double it until it fits.
  constexpr std::size_t kMostCpus = 1u << 16;
  for (std::size_t count = 1024; count <= kMostCpus; count *= 2) {
    cpu_set_t* set = CPU_ALLOC(count);
    const std::size_t bytes = CPU_ALLOC_SIZE(count);
    CPU_ZERO_S(bytes, set);
    std::vector<int> cpus;
    const bool fits = sched_getaffinity(0, bytes, set) == 0;
    for (std::size_t cpu = 0; fits && cpu < count; ++cpu) {
      if (CPU_ISSET_S(cpu, bytes, set)) cpus.push_back(static_cast<int>(cpu));
    }
    CPU_FREE(set);
    if (fits) return cpus;
  }
  return {};
}

std::vector<Socket> read_sockets(const fs::path& sysfs_cpu, const std::vector<int>& allowed) {
  std::map<long long, std::vector<int>> packages;  // every online CPU
  std::vector<int> online = parse_cpu_list(first_line(sysfs_cpu / "online"));
  if (online.empty()) online = allowed;
  for (int cpu : online) {
    const fs::path file = cpu_folder(sysfs_cpu, cpu) / "topology/physical_package_id";
    // -1 on Arm machines whose firmware does not say: one package.
    packages[std::max(0LL, number_in(first_line(file), 0))].push_back(cpu);
  }
  std::vector<Socket> sockets;
  for (const auto& [package, cpus] : packages) {
    Socket socket;
    socket.package = static_cast<int>(package);
    std::set<int> seen;  // CPUs of cores already counted
    for (int cpu : cpus) {
      if (seen.contains(cpu)) continue;
      ++socket.cores_online;
      const std::vector<int> core = core_of(sysfs_cpu, cpu);
      seen.insert(core.begin(), core.end());
      const auto usable =
          std::find_first_of(core.begin(), core.end(), allowed.begin(), allowed.end());
      if (usable != core.end()) socket.cpus.push_back(*usable);
    }
    if (socket.cpus.empty()) continue;
    std::sort(socket.cpus.begin(), socket.cpus.end());
    socket.cache_bytes = last_level_cache(sysfs_cpu, cpus);
    socket.max_clock_hz = max_clock(sysfs_cpu, cpus);
    sockets.push_back(std::move(socket));
  }
  return sockets;
}

Team& Device::team() {
  if (!team_) team_ = std::make_shared<Team>(socket.cpus);
  return *team_;
}

std::vector<Device> find_devices(const std::string& isa) {
  const FeatureSet features = allowed_features(isa, detect_features());
  const std::vector<Socket> sockets = read_sockets("/sys/devices/system/cpu", allowed_cpus());
  if (sockets.empty()) {
    throw Failure(TPP_UNAVAILABLE, "cpu: found no usable core in /sys/devices/system/cpu");
  }
  std::size_t cores = 0;
  for (const Socket& socket : sockets) cores += socket.cpus.size();
  std::vector<Device> devices;
  for (const Socket& socket : sockets) {
    Device device;
    device.socket = socket;
    device.id = fmt::format("cpu:{}", socket.package);
    const ProcessorIdentity identity = identify_processor(socket.cpus.front());
    device.name = identity.name;
    device.vendor = identity.vendor;
    device.architecture = machine();
    device.slice_reason = slice_reason(socket, cores);
    device.isa_option = isa;
    device.features = features;
    // A lone socket has all of it, also what a hypervisor adds to the nodes only as it is used.
    device.memory_bytes = sockets.size() == 1 ? total_memory() : memory_of(socket.cpus);
    devices.push_back(std::move(device));
  }
  return devices;
}

}  // namespace tpp::cpu
