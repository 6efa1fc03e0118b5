#include "agent/store/set_aside.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "agent/support/text.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

// The log and its index: SQLite's names for them.
constexpr const char* kLog = "-wal";
constexpr const char* kLogIndex = "-shm";
// What SQLite puts beside a file, also while somebody reads what can be had of it.
constexpr std::array<std::string_view, 3> kBeside = {kLog, kLogIndex, "-journal"};

std::string damaged_prefix(const fs::path& file) { return file.filename().string() + ".damaged-"; }

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

std::vector<fs::path> files_set_aside(const fs::path& file) {
  std::vector<fs::path> files;
  std::error_code error;
  const std::string prefix = damaged_prefix(file);
  for (fs::directory_iterator at(file.parent_path(), error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    const bool of_another = std::ranges::any_of(
        kBeside, [&](std::string_view ending) { return name.ends_with(ending); });
    if (name.starts_with(prefix) && !of_another) files.push_back(at->path());
  }
  std::ranges::sort(files);
  return files;
}

Stored<SetAside> set_aside(const fs::path& file, const std::string& reason) {
  if (files_set_aside(file).size() >= kMostSetAside) {
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
