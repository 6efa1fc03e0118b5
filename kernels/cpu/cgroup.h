// What the control groups (version 2) of this process leave it: a limit may stand at any level
// between its own group and the root, and the tightest counts. Reads files only.
#ifndef TPP_KERNELS_CPU_CGROUP_H
#define TPP_KERNELS_CPU_CGROUP_H

#include <cstdint>
#include <filesystem>

namespace tpp::cpu {

struct CgroupLimits {
  double processors = 0;              // CPU quota / period; 0 = no quota
  uint64_t memory_left = UINT64_MAX;  // until the limit; UINT64_MAX = no limit
};

// `root` stands for "/" in tests. No limits where there is no version 2 hierarchy.
CgroupLimits cgroup_limits(const std::filesystem::path& root = "/");

}  // namespace tpp::cpu

#endif
