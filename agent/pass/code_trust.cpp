#include "agent/pass/code_trust.h"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

// Where packages and makers' installers put libraries: ROCm below /opt, Nix below its store.
constexpr std::array kSystem = {"/usr",    "/lib", "/lib32",    "/lib64",
                                "/libx32", "/opt", "/nix/store"};
constexpr const char* kPreloadFile = "/etc/ld.so.preload";
// What the loader puts into a program before all else.
constexpr std::array kPreloadVariables = {"LD_PRELOAD", "LD_AUDIT"};

// Belongs to the machine's root whoever looks at it: in a user namespace that does not know that
// user, the kernel shows it as nobody's.
constexpr const char* kOfRoot = "/proc/version";
// What tpp-bench is linked with beyond this program.
constexpr std::string_view kLinkedByBench = "libbenchmark.so";

// Who may be able to change a file without that being told.
struct Owners {
  std::vector<uid_t> users;
  std::vector<gid_t> groups;
};

bool is_below(const fs::path& path, const std::vector<fs::path>& folders) {
  return std::ranges::any_of(folders, [&](const fs::path& folder) {
    const auto [rest, at] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return rest == folder.end() && at != path.end();
  });
}

// "" if only `owners` can change what is at `path`; the mode's group bits also tell what an access
// control list gives at most. In a folder with the sticky bit nobody can take away what is
// another's.
std::string who_else(const fs::path& path, const Owners& owners) {
  struct stat status;
  if (::lstat(path.c_str(), &status) != 0) {
    return fmt::format("{} cannot be looked at: {}", path.string(), std::strerror(errno));
  }
  const bool folder = S_ISDIR(status.st_mode);
  if (!folder && !S_ISREG(status.st_mode)) {
    return fmt::format("{} is neither a file nor a folder", path.string());
  }
  if (std::ranges::find(owners.users, status.st_uid) == owners.users.end()) {
    return fmt::format("{} belongs to user {}", path.string(), status.st_uid);
  }
  if (folder && (status.st_mode & S_ISVTX) != 0) return "";
  if ((status.st_mode & S_IWOTH) != 0) {
    return fmt::format("{} can be written by everybody", path.string());
  }
  const bool known = std::ranges::find(owners.groups, status.st_gid) != owners.groups.end();
  if ((status.st_mode & S_IWGRP) == 0 || known) return "";
  return fmt::format("{} can be written by group {}", path.string(), status.st_gid);
}

// The file and every folder above it, which may be the system's own.
std::string who_else_could_change(const fs::path& file, Owners owners) {
  for (fs::path path = file;; path = path.parent_path()) {
    if (std::string reason = who_else(path, owners); !reason.empty()) return reason;
    if (path == path.parent_path()) return "";
    owners.users.push_back(0);
  }
}

void add_words(std::string text, std::vector<std::string>& words) {
  std::ranges::replace_if(
      text, [](char c) { return c == ':' || c == ' ' || c == '\t' || c == '\n'; }, '\n');
  for (std::string& word : split(text, '\n')) {
    if (!word.empty()) words.push_back(std::move(word));
  }
}

// The loader takes links, names without a folder, and words that it fills in ("$LIB"); the kernel
// tells where they led. What it filled in is not known here: such an entry counts by its name.
bool is_preloaded(const fs::path& path, const std::vector<std::string>& preloaded) {
  return std::ranges::any_of(preloaded, [&](const std::string& entry) {
    std::error_code error;
    if (entry.find('/') != entry.npos && entry.find('$') == entry.npos) {
      return path == entry || fs::canonical(entry, error) == path;
    }
    const fs::path name = fs::path(entry).filename();
    return path.filename() == name || fs::canonical(path.parent_path() / name, error) == path;
  });
}

std::optional<uid_t> root_of_the_machine() {
  struct statfs system;
  struct stat status;
  const bool known = ::statfs(kOfRoot, &system) == 0 && system.f_type == PROC_SUPER_MAGIC &&
                     ::stat(kOfRoot, &status) == 0 && status.st_uid == 0;
  return known ? std::optional<uid_t>(0) : std::nullopt;
}

// Libraries that a bundle brings along. A maker's that somebody put beside them is none: those are
// never linked with, but loaded where they are found.
std::vector<std::string> linked_libraries(const fs::path& folder) {
  std::vector<std::string> linked;
  for (MappedFile& file : mapped_code()) {
    if (fs::path(file.path).parent_path() == folder) linked.push_back(std::move(file.path));
  }
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename().string().starts_with(kLinkedByBench)) linked.push_back(at->path());
  }
  return linked;
}

// The kernel writes blanks and backslashes in a path as "\040".
std::string unescaped(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    const bool escaped = path.size() >= 4 && path[0] == '\\';
    text += escaped ? static_cast<char>((path[1] - '0') * 64 + (path[2] - '0') * 8 + path[3] - '0')
                    : path[0];
    path.remove_prefix(escaped ? 4 : 1);
  }
  return text;
}

}  // namespace

// "36 25 0:32 / /mnt/x rw,nosuid - fuse.sshfs y rw,user_id=1000,group_id=1000"
std::vector<fs::path> user_mounts(std::string_view mountinfo) {
  constexpr std::size_t kMountPoint = 4;
  std::vector<fs::path> found;
  for (const std::string& line : split(mountinfo, '\n')) {
    const auto user = line.rfind(",user_id=");
    if (user == line.npos || line.substr(user).starts_with(",user_id=0,")) continue;
    const auto fields = split(line, ' ');
    if (fields.size() > kMountPoint) found.emplace_back(unescaped(fields[kMountPoint]));
  }
  return found;
}

TrustPolicy trust_policy(const fs::path& agent) {
  const fs::path root = agent.parent_path().parent_path();
  TrustPolicy policy{.system = {kSystem.begin(), kSystem.end()},
                     .own = {root / "bin", root / "lib/tpp"},
                     .linked = linked_libraries(root / "lib"),
                     .preloaded = {},
                     .user_mounts = user_mounts(try_read_file("/proc/self/mountinfo").value_or("")),
                     .administrator = root_of_the_machine(),
                     .user = ::geteuid(),
                     .group = ::getegid()};
  for (const char* variable : kPreloadVariables) {
    const char* value = std::getenv(variable);
    if (value != nullptr) add_words(value, policy.preloaded);
  }
  add_words(try_read_file(kPreloadFile).value_or(""), policy.preloaded);
  return policy;
}

Trust judge(const MappedFile& file, const TrustPolicy& policy) {
  const auto untrusted = [](std::string reason) {
    return Trust{FileTrust::untrusted, std::move(reason)};
  };
  if (file.deleted) return untrusted("it was removed or replaced after it was loaded");
  if (is_preloaded(file.path, policy.preloaded)) return untrusted("it was preloaded");
  if (is_below(file.path, policy.user_mounts)) {
    return untrusted("it lies in a file system that a user mounted, whose owners tell nothing");
  }
  const bool own = is_below(file.path, policy.own) ||
                   std::ranges::find(policy.linked, file.path) != policy.linked.end();
  if (!own && !is_below(file.path, policy.system)) {
    return untrusted(
        "it lies neither in a folder of the system nor is it one of this program's own files");
  }
  if (!policy.administrator) {
    return untrusted(
        "in this user namespace root is not the machine's root, and owners tell nothing");
  }
  Owners owners{.users = {*policy.administrator}, .groups = {}};
  std::string reason = who_else_could_change(file.path, owners);
  if (reason.empty()) return {};
  if (!own) return untrusted(std::move(reason));
  owners.users.push_back(policy.user);
  owners.groups.push_back(policy.group);
  std::string others = who_else_could_change(file.path, owners);
  if (!others.empty()) return untrusted(std::move(others));
  return {FileTrust::own_build, std::move(reason)};
}

}  // namespace tpp
