// Both sides of every threshold of every edition, as the law's words have it. The expectations are
// written by hand from the text, not taken from the rule files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <cmath>
#include <limits>

#include "agent/support/error.h"
#include "tests/unit/regulation/shipped.h"

namespace tpp {
namespace {

using test::ask;
using test::board;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
double under(double value) { return std::nextafter(value, 0); }
double over(double value) { return std::nextafter(value, kInfinity); }

using Kind = DeterminationKind;
constexpr Kind kRequired = Kind::license_required;
constexpr Kind kEligible = Kind::exception_eligible;
constexpr Kind kNot = Kind::not_controlled;
constexpr Kind kOpen = Kind::undetermined;

struct Row {
  const char* name;
  double tpp;
  double area;  // 0: unknown
  std::optional<bool> datacenter;
  Kind kind;
  std::vector<std::string> paragraphs;
};

class October2023 : public testing::TestWithParam<Row> {};

TEST_P(October2023, IsReadAsItsWordsSay) {
  const Row& row = GetParam();
  for (const char* day : {"2023-11-17", "2024-04-04", "2025-06-01", test::kToday}) {
    const Determination result = ask(board(row.tpp, row.area, row.datacenter), day);
    EXPECT_EQ(result.determination, row.kind) << day << " " << result.rendered;
    EXPECT_EQ(result.paragraphs, row.paragraphs) << day;
    EXPECT_FALSE(result.comparisons.empty()) << day;
  }
}

const std::vector<std::string> kA1 = {"3A090.a.1"};
const std::vector<std::string> kA2 = {"3A090.a.2"};
const std::vector<std::string> kA12 = {"3A090.a.1", "3A090.a.2"};
const std::vector<std::string> kB1 = {"3A090.b.1"};
const std::vector<std::string> kB2 = {"3A090.b.2"};
const std::vector<std::string> kB12 = {"3A090.b.1", "3A090.b.2"};
const std::vector<std::string> kNone = {};

// Areas are chosen so that the quotient is the density named, or one step beside it: 592 / 100
// is 5.92 in doubles, and scaling TPP and area together leaves it so.
INSTANTIATE_TEST_SUITE_P(
    Rows, October2023,
    testing::Values(
        // a.1: TPP of 4800 or more, whatever else.
        Row{"a1_at", 4800, 0, true, kRequired, kA1},
        Row{"a1_under_without_area", under(4800), 0, true, kOpen, kNone},
        Row{"a1_over", over(4800), 0, true, kRequired, kA1},
        Row{"a1_large_die", 4800, 1e5, true, kRequired, kA1},
        Row{"a1_not_datacenter", 4800, 1e5, false, kEligible, kA1},
        Row{"a1_under_not_datacenter", under(4800), 100, false, kNot, kNone},
        Row{"a1_datacenter_unknown", 4800, 1e5, std::nullopt, kRequired, kA1},
        // a.2: 1600 or more, and density of 5.92 or more.
        Row{"a2_at_both", 1600, 1600 / 5.92, true, kRequired, kA2},
        Row{"a2_tpp_under", under(1600), 100, true, kNot, kNone},
        Row{"a2_density_under", 1600, over(1600 / 5.92) + 1e-9, true, kEligible, kB2},
        Row{"a2_not_datacenter", 1600, 100, false, kNot, kNone},
        Row{"a2_and_a1", 5920, 1000, true, kRequired, kA12},
        // b.1: 2400 to under 4800, density 1.6 to under 5.92.
        Row{"b1_at_low_ends", 2400, 1500, true, kEligible, kB1},
        Row{"b1_tpp_under", under(2400), 1500, true, kNot, kNone},
        Row{"b1_density_under", 2400, over(1500) + 1e-9, true, kNot, kNone},
        Row{"b1_tpp_at_high_end", 4800, 3000, true, kRequired, kA1},
        Row{"b1_tpp_under_high_end", under(4800), 3000, true, kNot, kNone},
        Row{"b1_just_under_high_end", 4799, 2999, true, kEligible, kB1},
        Row{"b1_density_at_high_end", 2400, 2400 / 5.92, true, kRequired, kA2},
        // b.2: 1600 or more, density 3.2 to under 5.92.
        Row{"b2_at_both", 1600, 500, true, kEligible, kB2},
        Row{"b2_tpp_under", under(1600), 500, true, kNot, kNone},
        Row{"b2_density_under", 1600, over(500) + 1e-9, true, kNot, kNone},
        Row{"b1_and_b2", 2400, 750, true, kEligible, kB12},
        Row{"b2_over_4800_is_a", 4800, 1500, true, kRequired, kA1},
        // Nothing else matters under 1600.
        Row{"small", 1599.999, 0, true, kNot, kNone},
        Row{"small_unknown", 1042, 0, std::nullopt, kNot, kNone},
        Row{"least", 0.001, 0, true, kNot, kNone},
        Row{"middle_without_area", 3000, 0, true, kOpen, kNone},
        Row{"middle_without_area_not_datacenter", 3000, 0, false, kNot, kNone}),
    [](const auto& instance) { return std::string(instance.param.name); });

// Quotients of decimals that are exactly on a limit, whose doubles fall a step beside it.
TEST(Density, ExactlyOnALimitIsOnIt) {
  const auto paragraphs = [](double tpp, double area) { return ask(board(tpp, area)).paragraphs; };
  EXPECT_LT(1849.6 / 578, 3.2);
  EXPECT_EQ(paragraphs(1849.6, 578), kB2);
  EXPECT_EQ(paragraphs(1630.72, 509.6), kB2);
  EXPECT_EQ(paragraphs(1667.072, 281.6), kA2);
  EXPECT_EQ(paragraphs(4689.824, 792.2), kA2);
  EXPECT_EQ(paragraphs(1849.5999, 578), kNone);
  Figures stack;
  stack.hbm_bandwidth = 428.34;
  stack.package_area_mm2 = 129.8;
  EXPECT_EQ(ask(stack).determination, kRequired);
  // Every area of one decimal that a die may have, on every limit.
  for (int tenths = 2800; tenths <= 8300; ++tenths) {
    const double area = tenths / 10.0;
    for (const int limit : {592, 320, 160}) {
      const double tpp = tenths * limit / 1000.0;
      if (tpp < 2400 || tpp >= 4800) continue;
      const auto expected = limit == 592 ? kA2 : limit == 320 ? kB12 : kB1;
      ASSERT_EQ(paragraphs(tpp, area), expected) << tpp << " / " << area;
    }
  }
}

TEST(Planar, LeavesTheThresholdOfTppAlone) {
  Figures figures = board(4799);
  figures.planar = true;
  EXPECT_EQ(ask(figures).determination, kNot);
  EXPECT_EQ(ask(figures).rendered, "not controlled by 3A090; normally 3A991.p");
  figures.tpp = 4800;
  EXPECT_EQ(ask(figures).determination, kRequired);
}

// October 2022: bit length x TOPS of 4800 or more AND 600 GB/s or more.
struct Row2022 {
  double tpp;
  std::optional<double> interconnect;
  Kind kind;
};

TEST(October2022, WantsBothFigures) {
  const Row2022 rows[] = {{4800, 600, kRequired},
                          {under(4800), 600, kNot},
                          {4800, under(600), kNot},
                          {over(4800), over(600), kRequired},
                          {4992, 400, kNot},
                          {4992, std::nullopt, kOpen},
                          {under(4800), std::nullopt, kNot}};
  for (const Row2022& row : rows) {
    Figures figures = board(row.tpp, 826);
    figures.interconnect = row.interconnect;
    const Determination result = ask(figures, "2022-11-01");
    EXPECT_EQ(result.determination, row.kind) << row.tpp << " " << row.interconnect.value_or(-1);
    EXPECT_EQ(result.paragraphs,
              row.kind == kRequired ? std::vector<std::string>{"3A090.a"} : kNone);
  }
}

TEST(October2022, EndsOnTheDayThatItsSuccessorBegins) {
  Figures figures = board(4992, 826);
  figures.interconnect = 400;
  EXPECT_EQ(ask(figures, "2023-11-16").determination, kNot);
  EXPECT_EQ(ask(figures, "2023-11-17").determination, kRequired);
}

TEST(Dates, BeforeTheFirstEditionAreRefusedWithTheFirstOne) {
  EXPECT_NO_THROW(ask(board(100), "2022-10-07"));
  try {
    ask(board(100), "2022-10-06");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("expected a date from 2022-10-07 on"));
  }
}

// December 2024: memory bandwidth density over 2; exception under 3.3.
TEST(Hbm, IsHeldAgainstItsDensity) {
  struct MemoryRow {
    double bandwidth;
    double area;
    Kind kind;
  };
  const MemoryRow rows[] = {
      {200, 100, kNot},      {over(200), 100, kEligible}, {under(330), 100, kEligible},
      {330, 100, kRequired}, {819, 110, kRequired},       {100, 100, kNot}};
  for (const MemoryRow& row : rows) {
    Figures figures;
    figures.hbm_bandwidth = row.bandwidth;
    figures.package_area_mm2 = row.area;
    const Determination result = ask(figures);
    EXPECT_EQ(result.determination, row.kind) << row.bandwidth;
    EXPECT_EQ(result.paragraphs.empty(), row.kind == kNot);
    EXPECT_FALSE(result.comparisons.empty());
  }
}

TEST(Hbm, WasInNoEditionBeforeDecember2024) {
  Figures figures;
  figures.hbm_bandwidth = 819;
  figures.package_area_mm2 = 110;
  EXPECT_EQ(ask(figures, "2024-12-01").determination, kOpen);
  EXPECT_EQ(ask(figures, "2024-12-02").determination, kRequired);
}

// Statuses of other controls by name; several rows may have one.
std::vector<std::string> statuses(const Determination& result, const std::string& name) {
  std::vector<std::string> found;
  for (const OtherControlResult& control : result.other_controls) {
    if (control.name == name) found.push_back(control.status);
  }
  return found;
}

TEST(Floor, HoldsFromEightTopsOrFromTheRateOfItsLinks) {
  // Bit lengths go from 1 to 64: what is 8 TOPS at any of them, and what may be.
  EXPECT_THAT(statuses(ask(board(512)), "3A991.p"), ElementsAre("applies", "not decided"));
  EXPECT_THAT(statuses(ask(board(under(512))), "3A991.p"),
              ElementsAre("not decided", "not decided"));
  EXPECT_THAT(statuses(ask(board(8)), "3A991.p"), ElementsAre("not decided", "not decided"));
  EXPECT_THAT(statuses(ask(board(under(8))), "3A991.p"), ElementsAre("not met", "not decided"));
  Figures links = board(1);
  links.interconnect = 150;
  EXPECT_THAT(statuses(ask(links), "3A991.p"), ElementsAre("not met", "applies"));
  links.interconnect = under(150);
  EXPECT_THAT(statuses(ask(links), "3A991.p"), ElementsAre("not met", "not met"));
}

// Both ends of both bands are strict.
TEST(Tariff, IsStrictOnBothEndsOfBothBands) {
  struct Band {
    const char* name;
    double low, high, slow, fast;
  };
  for (const Band& band : {Band{"section 232 duty, first band", 14000, 17500, 4500, 5000},
                           Band{"section 232 duty, second band", 20800, 21100, 5800, 6200}}) {
    const auto status = [&](double tpp, double bandwidth) {
      Figures figures = board(tpp, 814);
      figures.dram_bandwidth = bandwidth;
      return statuses(ask(figures), band.name).front();
    };
    EXPECT_EQ(status(over(band.low), over(band.slow)), "applies");
    EXPECT_EQ(status(under(band.high), under(band.fast)), "applies");
    EXPECT_EQ(status(band.low, over(band.slow)), "not met");
    EXPECT_EQ(status(band.high, over(band.slow)), "not met");
    EXPECT_EQ(status(over(band.low), band.slow), "not met");
    EXPECT_EQ(status(over(band.low), band.fast), "not met");
    EXPECT_EQ(statuses(ask(board(over(band.low), 814)), band.name).front(), "not decided");
  }
  EXPECT_THAT(statuses(ask(board(15000, 814), "2026-01-14"), "section 232 duty, first band"),
              IsEmpty());
}

std::string item_class(const Determination& result, const std::string& name) {
  for (const ItemClassResult& row : result.item_classes) {
    if (row.name != name) continue;
    return row.truth == Truth::met ? "met" : row.truth == Truth::not_met ? "not met" : "open";
  }
  return "absent";
}

// January 2026: TPP < 21,000 and total DRAM bandwidth < 6,500 GB/s.
TEST(WindowOfJanuary2026, IsStrictOnBothSides) {
  const auto window = [](double tpp, std::optional<double> bandwidth,
                         const char* day = test::kToday) {
    Figures figures = board(tpp, 814);
    figures.dram_bandwidth = bandwidth;
    return item_class(ask(figures, day), "a-datacenter-window");
  };
  EXPECT_EQ(window(under(21000), under(6500)), "met");
  EXPECT_EQ(window(21000, under(6500)), "not met");
  EXPECT_EQ(window(under(21000), 6500), "not met");
  EXPECT_EQ(window(15832, 4800), "met");
  EXPECT_EQ(window(15832, std::nullopt), "open");
  EXPECT_EQ(window(21000, std::nullopt), "not met");
  EXPECT_EQ(window(1000, 100), "not met");
  EXPECT_EQ(window(15832, 4800, "2026-01-14"), "absent");
}

TEST(RedFlag, IsOverFiftyBillionTransistorsWithMemory) {
  const auto flag = [](double transistors, std::optional<bool> hbm) {
    Figures figures = board(5000, 814);
    figures.transistors = transistors;
    figures.hbm = hbm;
    return statuses(ask(figures), "foundry red flag").front();
  };
  EXPECT_EQ(flag(over(50), true), "applies");
  EXPECT_EQ(flag(50, true), "not met");
  EXPECT_EQ(flag(over(50), false), "not met");
  EXPECT_EQ(flag(over(50), std::nullopt), "not decided");
}

// The limit of Note 1 to 3A090.a by year: 30, and without memory 35 in 2027 and 40 from 2029 on.
TEST(FoundryPresumption, HasALimitByYearAndMemory) {
  struct Limit {
    const char* day;
    bool hbm;
    double limit;
  };
  for (const Limit& row : {Limit{"2026-06-01", true, 30}, Limit{"2026-06-01", false, 30},
                           Limit{"2026-12-31", false, 30}, Limit{"2027-01-01", true, 30},
                           Limit{"2027-01-01", false, 35}, Limit{"2027-12-31", false, 35},
                           Limit{"2028-01-01", false, 30}, Limit{"2028-12-31", true, 30},
                           Limit{"2029-01-01", false, 40}, Limit{"2031-05-05", true, 30}}) {
    const auto applies = [&](double transistors) {
      Figures figures = board(5000, 814);
      figures.transistors = transistors;
      figures.hbm = row.hbm;
      const auto found = statuses(ask(figures, row.day), "presumption of 3A090.a");
      return std::ranges::count(found, std::string("applies")) == 1;
    };
    EXPECT_TRUE(applies(row.limit)) << row.day << " " << row.hbm;
    EXPECT_FALSE(applies(under(row.limit))) << row.day << " " << row.hbm;
  }
}

}  // namespace
}  // namespace tpp
