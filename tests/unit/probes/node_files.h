// A node made of files, for one test.
#ifndef TPP_TESTS_UNIT_PROBES_NODE_FILES_H
#define TPP_TESTS_UNIT_PROBES_NODE_FILES_H

#include <filesystem>
#include <fstream>
#include <string>

#include "probes/node_files.h"
#include "tests/unit/temporary_directory.h"

namespace tpp::test {

class MadeNode {
 public:
  void write(const std::filesystem::path& file, const std::string& text) const {
    std::filesystem::create_directories((root() / file).parent_path());
    std::ofstream(root() / file) << text << '\n';
  }
  const std::filesystem::path& root() const { return folder_.path(); }
  NodeFiles files(NodeReadObserver observer = nullptr) const {
    return NodeFiles(root(), std::move(observer));
  }

 private:
  const TemporaryDirectory folder_;
};

}  // namespace tpp::test

#endif
