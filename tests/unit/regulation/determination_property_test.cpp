// What must hold for any figures: comparisons unrounded, more performance or less area never
// milder, more knowledge never less decided.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "tests/unit/regulation/shipped.h"

namespace tpp {
namespace {

using test::ask;

constexpr int kCases = 1500;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Figures around the thresholds, often exactly on one or a step beside it.
class Generator {
 public:
  explicit Generator(unsigned seed) : engine_(seed) {}

  bool chance(double probability) { return std::bernoulli_distribution(probability)(engine_); }
  double between(double low, double high) {
    return std::uniform_real_distribution<>(low, high)(engine_);
  }

  std::size_t index(std::size_t size) {
    return std::uniform_int_distribution<std::size_t>(0, size - 1)(engine_);
  }

  double tpp() {
    static constexpr double kEdges[] = {1600, 2400, 4800, 21000, 14000, 17500};
    const double edge = kEdges[index(std::size(kEdges))];
    switch (index(5)) {
      case 0:
        return edge;
      case 1:
        return std::nextafter(edge, 0);
      case 2:
        return std::nextafter(edge, kInfinity);
      case 3:
        return between(0, 30000);
      default:
        return between(1000, 6000);
    }
  }

  Figures figures() {
    static constexpr double kDensities[] = {1.6, 3.2, 5.92};
    Figures all;
    all.tpp = tpp();
    const double edge = kDensities[index(3)];
    const double density = chance(0.5) ? edge : between(0.3, 20);
    const double area = *all.tpp / density;
    all.die_area_mm2 = area > 0 ? (chance(0.3) ? std::nextafter(area, 0) : area) : 100;
    all.datacenter = chance(0.6);
    all.dram_bandwidth = between(100, 8000);
    all.interconnect = between(10, 1800);
    all.transistors = between(5, 120);
    all.hbm = chance(0.5);
    return all;
  }

 private:
  std::mt19937 engine_;
};

int strictness(const Determination& result) {
  const auto is = [&](const char* start) {
    return std::ranges::any_of(result.paragraphs, [&](const std::string& paragraph) {
      return paragraph.starts_with(start);
    });
  };
  return is("3A090.a") ? 2 : is("3A090.b") ? 1 : 0;
}

// Of license-required, exception-eligible, not-controlled.
int severity(const Determination& result) {
  switch (result.determination) {
    case DeterminationKind::license_required:
      return 2;
    case DeterminationKind::exception_eligible:
      return 1;
    default:
      return 0;
  }
}

// The rule's words once more, independently of rule files and classifier.
std::vector<std::string> paragraphs_by_hand(double tpp, double pd, bool datacenter) {
  if (!datacenter && tpp < 4800) return {};
  std::vector<std::string> a;
  if (tpp >= 4800) a.emplace_back("3A090.a.1");
  if (tpp >= 1600 && pd >= 5.92) a.emplace_back("3A090.a.2");
  if (!a.empty()) return a;
  std::vector<std::string> b;
  if (tpp >= 2400 && tpp < 4800 && pd >= 1.6 && pd < 5.92) b.emplace_back("3A090.b.1");
  if (tpp >= 1600 && pd >= 3.2 && pd < 5.92) b.emplace_back("3A090.b.2");
  return b;
}

template <class Check>
void for_any_figures(Check check) {
  Generator generator(2023);
  for (int i = 0; i < kCases; ++i) {
    const Figures figures = generator.figures();
    check(figures, generator);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(AnyFigures, AreComparedUnrounded) {
  for_any_figures([](const Figures& figures, Generator&) {
    const double pd = *figures.tpp / *figures.die_area_mm2;
    EXPECT_EQ(ask(figures).paragraphs, paragraphs_by_hand(*figures.tpp, pd, *figures.datacenter))
        << *figures.tpp << " " << pd;
  });
}

TEST(AnyFigures, NameAtLeastOneComparison) {
  for_any_figures([](const Figures& figures, Generator& generator) {
    Figures fewer = figures;
    if (generator.chance(0.5)) fewer.die_area_mm2.reset();
    if (generator.chance(0.5)) fewer.datacenter.reset();
    for (const char* day : {"2022-10-07", "2023-11-17", "2024-12-02", test::kToday}) {
      EXPECT_FALSE(ask(fewer, day).comparisons.empty()) << day;
    }
  });
}

TEST(AnyFigures, WithMorePerformanceOrLessAreaAreNeverMilder) {
  for_any_figures([](const Figures& figures, Generator& generator) {
    const Determination before = ask(figures);
    Figures more = figures;
    *more.tpp *= generator.chance(0.3) ? 1 + 1e-15 : generator.between(1, 3);
    Figures smaller = figures;
    *smaller.die_area_mm2 *= generator.chance(0.3) ? 1 - 1e-15 : generator.between(0.2, 1);
    for (const Figures& other : {more, smaller}) {
      const Determination after = ask(other);
      EXPECT_GE(strictness(after), strictness(before)) << *figures.tpp << " " << *other.tpp;
      EXPECT_GE(severity(after), severity(before)) << *figures.tpp << " " << *other.tpp;
    }
  });
}

TEST(AnyFigures, ForDatacentersAreNeverMilderThanWithout) {
  for_any_figures([](const Figures& figures, Generator&) {
    Figures without = figures;
    without.datacenter = false;
    Figures with = figures;
    with.datacenter = true;
    Figures unknown = figures;
    unknown.datacenter.reset();
    EXPECT_GE(strictness(ask(with)), strictness(ask(without)));
    EXPECT_GE(severity(ask(with)), severity(ask(without)));
    EXPECT_EQ(ask(unknown).determination, ask(with).determination);
  });
}

// Truth of each paragraph: decided both ways or not.
std::map<std::string, Truth> decided(const Determination& result) {
  std::map<std::string, Truth> truths;
  std::map<std::string, std::vector<Truth>> rows;
  for (const Comparison& row : result.comparisons) rows[row.paragraph].push_back(row.truth);
  for (const auto& [paragraph, all] : rows) {
    const bool none = std::ranges::find(all, Truth::not_met) != all.end();
    const bool open = std::ranges::find(all, Truth::not_decided) != all.end();
    truths[paragraph] = none ? Truth::not_met : open ? Truth::not_decided : Truth::met;
  }
  return truths;
}

TEST(AnyFigures, KnownBetterAreNeverLessDecided) {
  for_any_figures([](const Figures& figures, Generator& generator) {
    Figures fewer = figures;
    if (generator.chance(0.7)) fewer.die_area_mm2.reset();
    if (generator.chance(0.5)) fewer.dram_bandwidth.reset();
    if (generator.chance(0.5)) fewer.interconnect.reset();
    if (generator.chance(0.5)) fewer.hbm.reset();
    for (const char* day : {"2022-10-07", test::kToday}) {
      const Determination before = ask(fewer, day);
      const Determination after = ask(figures, day);
      if (before.determination != DeterminationKind::undetermined) {
        EXPECT_EQ(after.determination, before.determination) << day << " " << *figures.tpp;
      }
      const auto truths = decided(after);
      for (const auto& [paragraph, truth] : decided(before)) {
        if (truth == Truth::not_decided) continue;
        EXPECT_TRUE(!truths.contains(paragraph) || truths.at(paragraph) == truth)
            << day << " " << paragraph;
      }
    }
  });
}

// A design may be asked about without a TPP.
TEST(AnyFigures, OfADesignAreNeverLessDecidedOnceItsTppIsKnown) {
  for_any_figures([](const Figures& figures, Generator&) {
    Figures fewer = figures;
    fewer.tpp.reset();
    const auto of_design = [](const Figures& all) {
      return determine(design_item(all), test::shipped_editions(), test::shipped_countries(),
                       {test::kToday, Scope::text, {}, std::nullopt});
    };
    const Determination before = of_design(fewer);
    EXPECT_EQ(before.determination, DeterminationKind::undetermined);
    const auto truths = decided(of_design(figures));
    for (const auto& [paragraph, truth] : decided(before)) {
      if (truth == Truth::not_decided) continue;
      EXPECT_TRUE(!truths.contains(paragraph) || truths.at(paragraph) == truth) << paragraph;
    }
  });
}

// Strictest last; what no policy is said of counts as the mildest.
int strictness(const LicenceAnswer& answer) {
  if (answer.requirement == Truth::not_met) return 0;
  if (answer.requirement == Truth::not_decided) return 1;
  const std::string policy = answer.review_policy.value_or("");
  int strict = 2 + (answer.exception ? 0 : 10);
  if (policy == "case by case") strict += 1;
  if (policy == "presumption of denial") strict += 2;
  return strict;
}

TEST(AnyFigures, WithMorePerformanceOrLessAreaNeedNoMilderLicence) {
  const std::vector<const char*> places = {"CN", "MO", "AE", "SA", "VN", "DE", "IL", "RU"};
  for_any_figures([&](const Figures& figures, Generator& generator) {
    Figures more = figures;
    *more.tpp *= generator.between(1, 3);
    Figures smaller = figures;
    *smaller.die_area_mm2 *= generator.between(0.2, 1);
    Transaction transaction;
    transaction.destination = places[generator.index(places.size())];
    transaction.headquarters = {places[generator.index(places.size())]};
    if (generator.chance(0.5)) transaction.exported_from = "US";
    const Scope scope = generator.chance(0.5) ? Scope::text : Scope::enforced;
    const auto answer = [&](const Figures& all, const char* day) {
      return determine(figures_item(all, ""), test::shipped_editions(), test::shipped_countries(),
                       {day, scope, {}, transaction})
          .licence->decides;
    };
    for (const char* day : {"2022-11-01", "2023-11-17", "2024-12-02", test::kToday}) {
      const LicenceAnswer before = answer(figures, day);
      for (const Figures& other : {more, smaller}) {
        const LicenceAnswer after = answer(other, day);
        EXPECT_GE(strictness(after), strictness(before))
            << day << " " << transaction.destination << " " << transaction.headquarters.front()
            << " " << *figures.tpp << "/" << *figures.die_area_mm2 << " " << *other.tpp << "/"
            << *other.die_area_mm2;
      }
    }
  });
}

TEST(AnyFigures, WithoutAnAreaStillShowWhatIsMetWithoutIt) {
  for_any_figures([](const Figures& figures, Generator&) {
    Figures without = figures;
    without.die_area_mm2.reset();
    const auto full = ask(figures).paragraphs;
    const auto partial = ask(without).paragraphs;
    const bool by_tpp_alone = *figures.tpp >= 4800;
    EXPECT_EQ(std::ranges::find(partial, "3A090.a.1") != partial.end(), by_tpp_alone);
    for (const std::string& paragraph : partial) {
      EXPECT_NE(std::ranges::find(full, paragraph), full.end()) << paragraph;
    }
    if (!full.empty() && partial.empty()) {
      EXPECT_EQ(ask(without).determination, DeterminationKind::undetermined);
    }
  });
}

}  // namespace
}  // namespace tpp
