// Puts the long-lived process into a cgroup of its own, with a limit on its memory, below the one
// that the service manager delegated to it (Delegate=memory), and makes another beside it for its
// children: so the limit is on what supervises, and bends no measurement. systemd 254 could do the
// first part (DelegateSubgroup=); Debian 12 has 252. Version 2 of cgroups alone.
//
// Where nothing is delegated nothing is done: a shell's or a container's cgroup is not ours.
#ifndef TPP_AGENT_DAEMON_OWN_CGROUP_H
#define TPP_AGENT_DAEMON_OWN_CGROUP_H

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace tpp {

// Where the kernel shows cgroups; tests give a folder of their own.
struct CgroupPlaces {
  std::filesystem::path root = "/sys/fs/cgroup";
  std::filesystem::path own = "/proc/self/cgroup";  // which of them this process is in
};

// Whether the mark of a service manager is on a cgroup that it leaves to the service.
using IsDelegated = std::function<bool(const std::filesystem::path& group)>;
bool has_mark_of_delegation(const std::filesystem::path& group);

// What the long-lived process may take: an idle daemon of sixteen devices has 13 MiB
// (docs/measurements.md), and what it lets others have it hold is bounded. The documents of a pass
// have up to 64 MiB: they are there once as pages and as what the next pass is given, and that of
// metrics once more, with the agent's own; then in pages of the pass before that a client still
// takes, in the file that the pass that runs reads them from, and, in strings that may have grown
// to twice that, as what this one tells. Answers of the socket that clients do not take have 64
// MiB, too: 448 MiB, and what pages take when compressed. A page cache is in it as well, and goes
// first.
inline constexpr std::uint64_t kDaemonMemory = std::uint64_t{512} << 20;

struct OwnCgroup {
  std::filesystem::path children;  // "cgroup.procs" of where children belong; "" for nowhere else
  bool limited = false;            // the limit is in force
  bool delegated = false;          // to be used: then a limit is to be expected
  std::string words;               // what was done, or why nothing was
};

// Moves this process with all its threads; before any child is started. Never throws.
// A file system of tests may have no such marks: they say which are delegated.
OwnCgroup enter_own_cgroup(std::uint64_t memory_bytes, const CgroupPlaces& places = {},
                           const IsDelegated& is_delegated = has_mark_of_delegation);

}  // namespace tpp

#endif
