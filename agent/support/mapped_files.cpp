#include "agent/support/mapped_files.h"

#include <algorithm>

#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

// The kernel writes the end of a line in a path as this, and nothing else of it otherwise.
std::string unescaped(std::string_view path) {
  constexpr std::string_view kNewLine = "\\012";
  std::string text;
  for (auto at = path.find(kNewLine); at != path.npos; at = path.find(kNewLine)) {
    text += path.substr(0, at);
    text += '\n';
    path.remove_prefix(at + kNewLine.size());
  }
  return text += path;
}

bool is_executable(std::string_view line) {
  const auto permissions = line.find(' ');  // "55d0-55d1 r-xp 00000000 fe:00 1 /usr/bin/x"
  return permissions != line.npos && line.substr(permissions + 1, 4).find('x') != line.npos;
}

// Files in shared memory are files like others.
bool is_device_node(std::string_view path) {
  return path.starts_with("/dev/") && !path.starts_with("/dev/shm/");
}

}  // namespace

std::vector<MappedFile> code_files(std::string_view maps) {
  std::vector<MappedFile> files;
  for (const std::string& line : split(maps, '\n')) {
    const auto slash = line.find('/');  // the fields before the path hold none
    if (slash == line.npos || !is_executable(line)) continue;
    MappedFile file{.path = line.substr(slash)};
    file.deleted = file.path.ends_with(kDeleted);
    if (file.deleted) file.path.resize(file.path.size() - kDeleted.size());
    if (is_device_node(file.path)) continue;
    file.path = unescaped(file.path);
    if (std::ranges::find(files, file) == files.end()) files.push_back(std::move(file));
  }
  return files;
}

std::vector<MappedFile> mapped_code() { return code_files(read_file("/proc/self/maps")); }

}  // namespace tpp
