// docs/findings.md and the code name the same findings and thresholds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "agent/model/thresholds.h"
#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

using Codes = std::set<std::string>;

const char* const kCodes =
    R"((backend|board|classification|data|device|environment|evidence|history|probe|report|telemetry|topology|worker)\.[a-z_0-9]+)";
// What looks like a code and is none: a file, the form of an option.
const Codes kOthers = {"backend.name", "history.boot", "history.lock", "history.sqlite",
                       "topology.xml"};

Codes codes_in(const std::string& text, const std::string& before, const std::string& after) {
  const std::regex pattern(before + "(" + kCodes + ")" + after);
  Codes codes;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    codes.insert((*at)[1]);
  }
  return codes;
}

std::string page() { return read_file(std::filesystem::path(TPP_SOURCE) / "docs/findings.md"); }

TEST(FindingsPage, ListsEveryCodeOnceAndNoOther) {
  Codes in_code;
  for (const char* folder : {"agent", "probes"}) {
    const auto root = std::filesystem::path(TPP_SOURCE) / folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      const auto kind = entry.path().extension();
      if (kind == ".cpp" || kind == ".h") {
        in_code.merge(codes_in(read_file(entry.path()), "\"", "\""));
      }
    }
  }
  for (const std::string& other : kOthers) in_code.erase(other);

  EXPECT_GT(in_code.size(), 15u);
  EXPECT_EQ(codes_in(page(), "\\| `", "` \\|"), in_code);
  for (const std::string& code : in_code) {
    const std::string row = "| `" + code + "` |";
    EXPECT_EQ(page().find(row), page().rfind(row)) << code;
  }
}

// The cells of the rows of both tables, by the name in the first one.
std::map<std::string, std::vector<std::string>> rows_of(const std::string& text) {
  std::map<std::string, std::vector<std::string>> rows;
  for (const std::string& line : split(text, '\n')) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    for (const std::string& cell : split(line, '|')) cells.emplace_back(trim(cell));
    rows[cells.at(1)] = cells;
  }
  return rows;
}

TEST(FindingsPage, HasEveryThresholdWithItsDefaultUnitAndRange) {
  const auto rows = rows_of(page());
  for (const ThresholdInfo& info : thresholds()) {
    const auto row = rows.find(fmt::format("`{}`", info.name));
    ASSERT_NE(row, rows.end()) << info.name;
    const std::string range =
        info.adjustable == Adjustable::no
            ? "fixed"
            : fmt::format("{:g} to {:g}{}", info.least, info.most,
                          info.adjustable == Adjustable::stricter ? " (stricter only)" : "");
    EXPECT_EQ(row->second.at(2), fmt::format("{:g}", info.standard)) << info.name;
    EXPECT_EQ(row->second.at(3), info.unit) << info.name;
    EXPECT_EQ(row->second.at(4), range) << info.name;
  }
}

TEST(FindingsPage, SaysOfEveryFindingWhatTriggersItByNamesOfTheTable) {
  std::set<std::string> known;
  for (const ThresholdInfo& info : thresholds()) known.emplace(info.name);
  std::set<std::string> used;
  const std::regex name("`([a-z_]+)`");
  for (const auto& [first, cells] : rows_of(page())) {
    if (first.find('.') == std::string::npos) continue;
    ASSERT_EQ(cells.size(), 8u) << first;
    const std::string& trigger = cells.at(5);
    EXPECT_FALSE(trigger.empty()) << first;
    for (std::sregex_iterator at(trigger.begin(), trigger.end(), name), end; at != end; ++at) {
      EXPECT_TRUE(known.contains((*at)[1])) << first << ": " << (*at)[1];
      used.insert((*at)[1]);
    }
  }
  EXPECT_EQ(used, known);
}

}  // namespace
}  // namespace tpp
