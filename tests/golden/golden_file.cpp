#include "tests/golden/golden_file.h"

#include <gtest/gtest.h>

#include "agent/support/file.h"

namespace tpp {

bool& golden_update() {
  static bool update = false;
  return update;
}

std::filesystem::path golden_file(const std::string& name) {
  return std::filesystem::path(TPP_GOLDEN_DIRECTORY) / name;
}

void expect_golden(const std::string& name, const std::string& actual) {
  const auto path = golden_file(name);
  if (golden_update()) replace_file(path, actual);
  EXPECT_EQ(read_file(path), actual) << path << ": run tpp_golden_test --update and read the diff";
}

}  // namespace tpp
