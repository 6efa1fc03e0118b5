// docs/metrics.md and the table of metrics say the same.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "agent/support/file.h"
#include "agent/support/text.h"
#include "exporters/prometheus/metric_table.h"

namespace tpp {
namespace {

std::string page() { return read_file(std::filesystem::path(TPP_SOURCE) / "docs/metrics.md"); }

// Name, kind, labels, meaning, unit, when absent: the cells of the rows that begin with a metric.
std::multimap<std::string, std::vector<std::string>> rows() {
  std::multimap<std::string, std::vector<std::string>> rows;
  for (const std::string& line : split(page(), '\n')) {
    if (!line.starts_with("| `tpp_")) continue;
    std::vector<std::string> cells;
    for (const std::string& cell : split(line, '|')) cells.emplace_back(trim(cell));
    rows.emplace(cells.at(1), cells);
  }
  return rows;
}

std::string labels_on_page(const MetricInfo& metric) {
  std::string labels;
  if (metric.labels.empty()) return "–";
  for (const std::string& label : split(metric.labels, ' ')) {
    labels += fmt::format("{}`{}`", labels.empty() ? "" : " ", label);
  }
  return labels;
}

TEST(MetricsPage, HasARowOfEveryMetricWithItsKindAndLabelsAndNoOther) {
  const auto on_page = rows();
  std::set<std::string> known;
  for (const MetricInfo& metric : metrics()) {
    const std::string name = fmt::format("`{}`", metric.name);
    known.insert(name);
    ASSERT_EQ(on_page.count(name), 1u) << name;
    const std::vector<std::string>& cells = on_page.find(name)->second;
    ASSERT_EQ(cells.size(), 8u) << name;
    EXPECT_EQ(cells.at(2), metric.kind == MetricKind::counter ? "counter" : "gauge") << name;
    EXPECT_EQ(cells.at(3), labels_on_page(metric)) << name;
    for (const int told : {4, 5, 6}) EXPECT_FALSE(cells.at(told).empty()) << name;
  }
  for (const auto& [name, cells] : on_page) EXPECT_TRUE(known.contains(name)) << name;
}

TEST(MetricsPage, HasMetricsOfDetailBehindTheOthersUnderAHeadingOfTheirOwn) {
  const std::string text = page();
  const std::size_t heading = text.find("\n## With detail\n");
  ASSERT_NE(heading, std::string::npos);
  for (const MetricInfo& metric : metrics()) {
    const std::size_t row = text.find(fmt::format("| `{}` |", metric.name));
    EXPECT_EQ(row > heading, metric.detail) << metric.name;
  }
}

// Examples included.
TEST(MetricsPage, NamesNoMetricThatIsNone) {
  std::set<std::string> known;
  for (const MetricInfo& metric : metrics()) known.emplace(metric.name);
  const std::string text = page();
  const std::regex name("\\btpp_[a-z_]+\\b");
  std::set<std::string> named;
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) {
    EXPECT_TRUE(known.contains(at->str())) << at->str();
    named.insert(at->str());
  }
  EXPECT_EQ(named, known);
}

}  // namespace
}  // namespace tpp
