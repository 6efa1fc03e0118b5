// The seam through which probes read a node: every path goes through here, so that a node recorded
// once is a test for ever. Reading only; nothing that is read here changes or wakes a device.
//
// A recorded node is somebody else's: of its folder regular files are read, and nothing that leads
// out of it.
#ifndef TPP_PROBES_NODE_FILES_H
#define TPP_PROBES_NODE_FILES_H

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tpp {

// hwloc's view of a node, which stands beside its files where the node is recorded.
inline constexpr const char* kRecordedTopology = "topology.xml";

// The largest file that is read. /proc/cpuinfo of 768 hardware threads has over 1 MiB.
inline constexpr std::size_t kLargestNodeFile = 8u << 20;

// What was found at a path. What was not there is told to nobody: a recording lacks it, too.
struct NodeRead {
  enum class Kind { text, names, link };
  Kind kind = Kind::text;
  std::string path;                // "proc/cpuinfo"
  std::string text;                // of a file; of a symbolic link, where it points to
  std::vector<std::string> names;  // in a directory
};
using NodeReadObserver = std::function<void(const NodeRead&)>;

class NodeFiles {
 public:
  // The running node with root "/"; a recorded one with the directory that stands for it. The
  // observer is told each thing that was found.
  explicit NodeFiles(std::filesystem::path root = "/", NodeReadObserver observer = nullptr)
      : root_(std::move(root)), observer_(std::move(observer)) {}

  bool is_live() const { return root_ == "/"; }
  bool is_observed() const { return observer_ != nullptr; }

  // Text of "proc/cpuinfo" and the like, trimmed; nullopt if absent or unreadable.
  std::optional<std::string> text(const std::filesystem::path& relative) const;

  // Names in a directory, sorted; empty if absent.
  std::vector<std::string> names(const std::filesystem::path& relative) const;

  // What a symbolic link says, as it stands there; nullopt if it is none.
  std::optional<std::filesystem::path> link(const std::filesystem::path& relative) const;

  // For what stands in a recording in place of many files (kRecordedTopology).
  void tell(const std::string& path, std::string text) const;

  std::filesystem::path path(const std::filesystem::path& relative) const {
    return root_ / relative;
  }

 private:
  bool is_inside(const std::filesystem::path& path) const;

  std::filesystem::path root_;
  NodeReadObserver observer_;
};

}  // namespace tpp

#endif
