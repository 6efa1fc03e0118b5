// A directory of one test's own, removed with all that is in it. Test programs run side by side,
// and some twice (under a comma-decimal locale), so that no fixed name would be safe.
#ifndef TPP_TESTS_UNIT_TEMPORARY_DIRECTORY_H
#define TPP_TESTS_UNIT_TEMPORARY_DIRECTORY_H

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace tpp::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = testing::TempDir() + "tpp-test-XXXXXX";  // TempDir() ends in a slash
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp: " + pattern);
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tpp::test

#endif
