#include "probes/node_files.h"

#include <algorithm>
#include <system_error>

#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {

std::optional<std::string> NodeFiles::text(const std::filesystem::path& relative) const {
  const auto content = try_read_file(path(relative));
  if (!content) return std::nullopt;
  return std::string(trim(*content));
}

std::vector<std::string> NodeFiles::names(const std::filesystem::path& relative) const {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(path(relative), error), end; !error && at != end;
       at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace tpp
