// Every threshold of the rule, at it and one step of a double to each side.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>

#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using P = Precision;
using test::figure;

// A declared TPP to the last bit: rates in operations/s could not carry every value, so the sums
// are set where they are read.
std::string class_at(double tpp, std::optional<double> area, bool datacenter) {
  Chip row = test::chip("x", {}, area.value_or(0), datacenter);
  row.declared[P::int8] = figure(tpp * 125e9);
  test::Scene scene = test::inventory_of(row);
  std::vector<BoardPerformance> performances = test::aggregate_scene(scene);
  Tpp& total = performances.at(0).tpp.at(Basis::declared);
  for (TppReading& reading : total.readings) {
    reading.value = tpp;
    reading.interval = {tpp, tpp};
    reading.deciding_value = tpp;
    reading.deciding_interval = Interval{tpp, tpp};
  }
  return classify(performances, scene.inventory, test::october_2023(), scene.options)
      .verdicts.at(0)
      .classification;
}

double below(double value) { return std::nextafter(value, 0); }
double above(double value) { return std::nextafter(value, 1e9); }

struct Edge {
  const char* what;
  double tpp;
  double area;  // 0: unknown
  bool datacenter;
  const char* expected;
};

class Boundary : public testing::TestWithParam<Edge> {};

TEST_P(Boundary, IsDrawnWhereTheTextDrawsIt) {
  const Edge& edge = GetParam();
  EXPECT_EQ(
      class_at(edge.tpp, edge.area > 0 ? std::optional(edge.area) : std::nullopt, edge.datacenter),
      edge.expected);
}

// With an area of 1024 mm2 a PD is a power of two away from its TPP, thus exact.
constexpr double kArea = 1024;

INSTANTIATE_TEST_SUITE_P(
    Tpp4800, Boundary,
    testing::Values(Edge{"at", 4800, kArea, true, "3A090.a"},
                    Edge{"above", above(4800), kArea, true, "3A090.a"},
                    Edge{"below", below(4800), kArea, true, "3A090.b"},
                    Edge{"at_unknown_area", 4800, 0, true, "3A090.a"},
                    Edge{"below_unknown_area", below(4800), 0, true, "undetermined"},
                    Edge{"at_not_datacenter", 4800, kArea, false, "3A090.a"},
                    Edge{"below_not_datacenter", below(4800), kArea, false, "below"},
                    Edge{"below_not_datacenter_dense", below(4800), 100, false, "below"},
                    Edge{"below_not_datacenter_unknown_area", below(4800), 0, false, "below"}),
    [](const auto& row) { return std::string(row.param.what); });

INSTANTIATE_TEST_SUITE_P(
    Tpp1600, Boundary,
    testing::Values(Edge{"at_dense", 1600, 1600 / 8.0, true, "3A090.a"},
                    Edge{"below_dense", below(1600), 1600 / 8.0, true, "below"},
                    Edge{"at_middle", 1600, 1600 / 4.0, true, "3A090.b"},
                    Edge{"below_middle", below(1600), 1600 / 4.0, true, "below"},
                    Edge{"at_sparse", 1600, 1600 / 2.0, true, "below"},
                    Edge{"below_unknown_area", below(1600), 0, true, "below"},
                    Edge{"at_unknown_area", 1600, 0, true, "undetermined"}),
    [](const auto& row) { return std::string(row.param.what); });

INSTANTIATE_TEST_SUITE_P(Tpp2400, Boundary,
                         testing::Values(Edge{"at", 2400, kArea, true, "3A090.b"},  // PD 2.34
                                         Edge{"above", above(2400), kArea, true, "3A090.b"},
                                         Edge{"below", below(2400), kArea, true, "below"}),
                         [](const auto& row) { return std::string(row.param.what); });

INSTANTIATE_TEST_SUITE_P(Pd592, Boundary,
                         testing::Values(Edge{"at", 5.92 * 512, 512, true, "3A090.a"},
                                         Edge{"below", below(5.92) * 512, 512, true, "3A090.b"},
                                         Edge{"above", above(5.92) * 512, 512, true, "3A090.a"}),
                         [](const auto& row) { return std::string(row.param.what); });

INSTANTIATE_TEST_SUITE_P(Pd320, Boundary,
                         testing::Values(Edge{"at", 3.2 * 512, 512, true, "3A090.b"},  // TPP 1638
                                         Edge{"below", below(3.2) * 512, 512, true, "below"},
                                         Edge{"above", above(3.2) * 512, 512, true, "3A090.b"}),
                         [](const auto& row) { return std::string(row.param.what); });

INSTANTIATE_TEST_SUITE_P(Pd160, Boundary,
                         testing::Values(Edge{"at", 1.6 * 2048, 2048, true, "3A090.b"},  // TPP 3277
                                         Edge{"below", below(1.6) * 2048, 2048, true, "below"},
                                         Edge{"above", above(1.6) * 2048, 2048, true, "3A090.b"}),
                         [](const auto& row) { return std::string(row.param.what); });

}  // namespace
}  // namespace tpp
