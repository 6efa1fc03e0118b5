#include "agent/store/set_aside.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "agent/support/text.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

// The log and its index: SQLite's names for them.
constexpr const char* kLog = "-wal";
constexpr const char* kLogIndex = "-shm";

std::string damaged_prefix(const fs::path& file) { return file.filename().string() + ".damaged-"; }

int count_set_aside(const fs::path& file) {
  int count = 0;
  std::error_code error;
  const std::string prefix = damaged_prefix(file);
  for (fs::directory_iterator at(file.parent_path(), error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(prefix) && !name.ends_with(kLog)) ++count;
  }
  return count;
}

fs::path free_name(const fs::path& file) {
  std::string first = damaged_prefix(file) + utc_now();
  std::erase(first, ':');  // which scp and others take for the end of a host's name
  fs::path name = file.parent_path() / first;
  std::error_code error;
  for (int more = 2; fs::exists(name, error) && more < 100; ++more) {
    name = file.parent_path() / fmt::format("{}.{}", first, more);
  }
  return name;
}

fs::path beside(const fs::path& file, const char* ending) { return file.string() + ending; }

}  // namespace

Stored<SetAside> set_aside(const fs::path& file, const std::string& reason) {
  if (count_set_aside(file) >= kMostSetAside) {
    return StoreProblem{
        StoreFailure::damaged,
        fmt::format("{} is damaged ({}), and so were {} before it, which stand beside it: see "
                    "whether the disk fails, and move them away",
                    file.string(), reason, kMostSetAside)};
  }
  const fs::path name = free_name(file);
  std::error_code error;
  // The log first: left alone, it would be played into the file that comes next.
  if (fs::exists(beside(file, kLog), error)) {
    fs::rename(beside(file, kLog), beside(name, kLog), error);
  }
  if (!error) fs::remove(beside(file, kLogIndex), error);
  if (!error) fs::rename(file, name, error);
  if (error) {
    return StoreProblem{failure_of_system(error.value(), StoreFailure::unusable),
                        fmt::format("{} is damaged ({}) and cannot be renamed: {}", file.string(),
                                    reason, error.message())};
  }
  return SetAside{name.string(), reason};
}

}  // namespace tpp
