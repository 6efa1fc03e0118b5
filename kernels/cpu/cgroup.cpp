#include "kernels/cpu/cgroup.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>

namespace tpp::cpu {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// The number that `text` begins with; nullopt for "max" and for nothing.
std::optional<uint64_t> number(const std::string& text) {
  uint64_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

// "0::/system.slice/x.service" -> "system.slice/x.service"; nullopt without version 2.
std::optional<fs::path> own_group(const fs::path& root) {
  std::ifstream self(root / "proc/self/cgroup");
  std::string line;
  while (std::getline(self, line)) {
    // Of a path that is absolute, the way up would never end.
    if (line.rfind("0::/", 0) == 0) return fs::path(line.substr(4)).relative_path();
  }
  return std::nullopt;
}

void tighten(CgroupLimits& limits, const fs::path& group) {
  const std::string cpu = first_line(group / "cpu.max");  // "200000 100000" or "max 100000"
  const auto space = cpu.find(' ');
  const auto quota = number(cpu);
  const auto period = space == std::string::npos ? std::nullopt : number(cpu.substr(space + 1));
  if (quota && period && *period > 0) {
    const double processors = static_cast<double>(*quota) / static_cast<double>(*period);
    limits.processors =
        limits.processors > 0 ? std::min(limits.processors, processors) : processors;
  }
  const auto most = number(first_line(group / "memory.max"));
  const auto used = number(first_line(group / "memory.current"));
  if (most && used) {
    limits.memory_left = std::min(limits.memory_left, *most > *used ? *most - *used : 0);
  }
}

}  // namespace

CgroupLimits cgroup_limits(const fs::path& root) {
  CgroupLimits limits;
  auto group = own_group(root);
  if (!group) return limits;
  const fs::path mount = root / "sys/fs/cgroup";
  while (!group->empty()) {
    tighten(limits, mount / *group);
    group = group->parent_path();
  }
  // In a container with a namespace of its own the group is "/", and its limits are the mount's.
  tighten(limits, mount);
  return limits;
}

}  // namespace tpp::cpu
