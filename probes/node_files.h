// The seam through which probes read a node: every path goes through here, so that a node recorded
// once is a test for ever. Reading only; nothing that is read here changes or wakes a device.
#ifndef TPP_PROBES_NODE_FILES_H
#define TPP_PROBES_NODE_FILES_H

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tpp {

class NodeFiles {
 public:
  // The running node with root "/"; a recorded one with the directory that stands for it.
  explicit NodeFiles(std::filesystem::path root = "/") : root_(std::move(root)) {}

  bool is_live() const { return root_ == "/"; }

  // Text of "proc/cpuinfo" and the like, trimmed; nullopt if absent or unreadable.
  std::optional<std::string> text(const std::filesystem::path& relative) const;

  // Names in a directory, sorted; empty if absent.
  std::vector<std::string> names(const std::filesystem::path& relative) const;

  std::filesystem::path path(const std::filesystem::path& relative) const {
    return root_ / relative;
  }

 private:
  std::filesystem::path root_;
};

}  // namespace tpp

#endif
