#include "agent/daemon/own_cgroup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <optional>
#include <string_view>
#include <system_error>

#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProcesses = "cgroup.procs";
constexpr const char* kForChildren = "cgroup.subtree_control";
// The mark that systemd (251 and later) sets on a cgroup that it leaves to the service. That this
// process may write there is no sign: root may everywhere, and a user in all of a session.
constexpr const char* kMark = "user.delegate";

// Of version 2, whose line is "0::/system.slice/tpp-agent.service"; nullopt without one. Beside it
// version 1 may have the controllers: then there is no memory to limit here.
std::optional<fs::path> own_group(const CgroupPlaces& places) {
  constexpr std::string_view kBegin = "0::/";
  const auto text = try_read_file(places.own);
  if (!text) return std::nullopt;
  for (const std::string& line : split(*text, '\n')) {
    if (line.starts_with(kBegin)) return places.root / line.substr(kBegin.size());
  }
  return std::nullopt;
}

bool can_be_written(const fs::path& group) {
  return ::access((group / kProcesses).c_str(), W_OK) == 0 &&
         ::access((group / kForChildren).c_str(), W_OK) == 0;
}

// The kernel takes each in one write. Throws Error.
void write_to(const fs::path& file, const std::string& value) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  const bool written = descriptor >= 0 && ::write(descriptor, value.data(), value.size()) ==
                                              static_cast<ssize_t>(value.size());
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (written) return;
  throw Error(fmt::format("cannot write {} to {}: {}", value, file.string(), std::strerror(error)));
}

void make(const fs::path& group) {
  std::error_code error;
  fs::create_directory(group, error);  // one that is there is of a start before
  if (!error) return;
  throw Error(fmt::format("cannot make the cgroup {}: {}", group.string(), error.message()));
}

}  // namespace

bool has_mark_of_delegation(const fs::path& group) {
  std::array<char, 8> value{};
  const ssize_t size = ::getxattr(group.c_str(), kMark, value.data(), value.size());
  return size > 0 && std::string_view(value.data(), static_cast<std::size_t>(size)) == "1";
}

OwnCgroup enter_own_cgroup(std::uint64_t memory_bytes, const CgroupPlaces& places,
                           const IsDelegated& is_delegated) {
  OwnCgroup own;
  try {
    const auto group = own_group(places);
    if (!group) {
      own.words = "cgroups of version 2 are not in use";
      return own;
    }
    if (!is_delegated(*group)) {
      own.words = fmt::format("the cgroup {} is not delegated to this service", group->string());
      return own;
    }
    // So it is in most containers, which are marked as well.
    if (!can_be_written(*group)) {
      own.words = fmt::format("the cgroup {} is delegated, and cannot be written", group->string());
      return own;
    }
    own.delegated = true;
    const fs::path supervisor = *group / "supervisor";
    const fs::path work = *group / "work";
    make(supervisor);
    make(work);
    write_to(supervisor / kProcesses, "0");  // 0: whoever writes
    own.children = work / kProcesses;
    // A cgroup that hands a controller on must hold no process any more.
    write_to(*group / kForChildren, "+memory");
    write_to(supervisor / "memory.max", fmt::format("{}", memory_bytes));
    own.limited = true;
    own.words = fmt::format("this process is in {} with {} MiB of memory, its children are in {}",
                            supervisor.string(), memory_bytes >> 20, work.string());
  } catch (const std::exception& error) {
    own.words = fmt::format("no limit on this process's memory: {}", error.what());
  }
  return own;
}

}  // namespace tpp
