// The files whose code is in a process, as its kernel lists them. What becomes of the list is
// decided elsewhere.
#ifndef TPP_AGENT_SUPPORT_MAPPED_FILES_H
#define TPP_AGENT_SUPPORT_MAPPED_FILES_H

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace tpp {

struct MappedFile {
  std::string path;      // without symbolic links, as it was when it was mapped
  bool deleted = false;  // no longer there under that name: removed, or another put in its place

  auto operator<=>(const MappedFile&) const = default;
};

// Files with an executable mapping in the text of a /proc/<pid>/maps, each once, in order of their
// address. Device nodes are left out: drivers map those.
std::vector<MappedFile> code_files(std::string_view maps);

// Those of this process. Throws Error if the kernel does not list them.
std::vector<MappedFile> mapped_code();

}  // namespace tpp

#endif
