// docs/findings.md and the code name the same findings.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

using Codes = std::set<std::string>;

// Codes of this part of the program; others have families of their own.
const char* const kFamilies = R"((classification|device|evidence|data)\.[a-z_0-9]+)";

Codes codes_in(const std::string& text, const std::string& before, const std::string& after) {
  const std::regex pattern(before + "(" + kFamilies + ")" + after);
  Codes codes;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    codes.insert((*at)[1]);
  }
  return codes;
}

TEST(FindingsPage, ListsEveryCodeOnceAndNoOther) {
  const std::filesystem::path root = TPP_SOURCE;
  Codes in_code;
  for (const char* folder : {"agent", "probes"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() == ".cpp") {
        in_code.merge(codes_in(read_file(entry.path()), "\"", "\""));
      }
    }
  }
  const std::string page = read_file(root / "docs/findings.md");

  EXPECT_GT(in_code.size(), 15u);
  EXPECT_EQ(codes_in(page, "\\| `", "` \\|"), in_code);
  for (const std::string& code : in_code) {
    const std::string row = "| `" + code + "` |";
    EXPECT_EQ(page.find(row), page.rfind(row)) << code;
  }
}

}  // namespace
}  // namespace tpp
