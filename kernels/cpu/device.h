// One socket of this node as a device: which cores may be used, what they can do, how much memory
// and cache stand behind them. Found from sysfs, the affinity mask and CPUID or HWCAP; the reading
// is a pure function of a directory so that recorded nodes can be tested.
#ifndef TPP_KERNELS_CPU_DEVICE_H
#define TPP_KERNELS_CPU_DEVICE_H

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "kernels/cpu/features.h"
#include "kernels/cpu/team.h"

namespace tpp::cpu {

// One socket, as far as this process may use it.
struct Socket {
  int package = 0;
  std::vector<int> cpus;      // logical CPUs to use: one of each usable physical core, ascending
  uint32_t cores_online = 0;  // physical cores of the socket, usable or not
  uint64_t cache_bytes = 0;   // last-level cache, all its instances; 0 = not known
  double max_clock_hz = 0;    // 0 = not known
};

// Sockets under `sysfs_cpu` ("/sys/devices/system/cpu") that hold a CPU of `allowed`, by package
// number. SMT siblings are skipped: they share the units that are measured.
std::vector<Socket> read_sockets(const std::filesystem::path& sysfs_cpu,
                                 const std::vector<int>& allowed);

// CPUs that this process may run on, ascending (affinity mask, which a cpuset narrows too).
std::vector<int> allowed_cpus();

struct Device {
  Socket socket;
  std::string id;  // "cpu:0"
  std::string name;
  std::string vendor;
  std::string architecture;  // "x86_64"
  std::string slice_reason;  // "" = the whole socket
  std::string isa_option;    // value of the option `isa`; "" = not forced
  FeatureSet features;       // usable ones, after that option
  uint64_t memory_bytes = 0;
  // One pinned thread per entry of socket.cpus; started at first use, parked between batches.
  Team& team();

 private:
  std::shared_ptr<Team> team_;
};

// All sockets. `isa` is a level of isa_levels() or "" for everything. Throws Failure: TPP_INVALID
// for an unknown level or one that this CPU lacks, TPP_UNAVAILABLE without a usable CPU.
std::vector<Device> find_devices(const std::string& isa);

}  // namespace tpp::cpu

#endif
