#include "probes/node_files.h"

#include <algorithm>
#include <system_error>

#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {

// Whoever made a recording could have put a link into it to a file of the reader's.
bool NodeFiles::is_inside(const std::filesystem::path& path) const {
  if (is_live()) return true;
  std::error_code error;
  const auto root = std::filesystem::canonical(root_, error);
  if (error) return false;
  const auto real = std::filesystem::canonical(path, error);
  if (error) return false;
  return std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end();
}

std::optional<std::string> NodeFiles::text(const std::filesystem::path& relative) const {
  std::error_code error;
  // Or a pipe, which nobody may ever write into.
  const bool readable = is_live() || std::filesystem::is_regular_file(path(relative), error);
  if (!readable || !is_inside(path(relative))) return std::nullopt;
  const auto content = try_read_file(path(relative), kLargestNodeFile);
  if (!content) return std::nullopt;
  std::string trimmed(trim(*content));
  if (observer_) observer_({NodeRead::Kind::text, relative.string(), trimmed, {}});
  return trimmed;
}

std::vector<std::string> NodeFiles::names(const std::filesystem::path& relative) const {
  std::vector<std::string> names;
  if (!is_inside(path(relative))) return names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(path(relative), error), end; !error && at != end;
       at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  std::ranges::sort(names);
  if (observer_ && !names.empty()) {
    observer_({NodeRead::Kind::names, relative.string(), "", names});
  }
  return names;
}

std::optional<std::filesystem::path> NodeFiles::link(const std::filesystem::path& relative) const {
  std::error_code error;
  std::filesystem::path target = std::filesystem::read_symlink(path(relative), error);
  if (error) return std::nullopt;
  if (observer_) observer_({NodeRead::Kind::link, relative.string(), target.string(), {}});
  return target;
}

void NodeFiles::tell(const std::string& path, std::string text) const {
  if (observer_) observer_({NodeRead::Kind::text, path, std::move(text), {}});
}

}  // namespace tpp
