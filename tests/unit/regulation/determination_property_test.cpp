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

#ifdef TPP_SANITIZED
constexpr int kCases = 150;  // sanitizers slow each down
#else
constexpr int kCases = 1500;
#endif
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

bool is_open_policy(const LicenceAnswer& answer) {
  return std::ranges::any_of(answer.notes, [](const std::string& note) {
    return note.find("review policy may be") != std::string::npos;
  });
}

// Whether what is open counts as the mildest that it may be, or as the strictest.
enum class Open { mildest, strictest };

// Strictest last; where no policy is known, that is the mildest.
int strictness_of_policy(const LicenceAnswer& answer, Open open) {
  if (!answer.review_policy) return is_open_policy(answer) && open == Open::strictest ? 4 : 0;
  const std::vector<std::string> mildest_first = {"presumption of approval", "case by case",
                                                  "presumption of denial"};
  const auto place = std::ranges::find(mildest_first, *answer.review_policy);
  EXPECT_NE(place, mildest_first.end()) << *answer.review_policy;
  return 1 + static_cast<int>(place - mildest_first.begin());
}

int strictness(const LicenceAnswer& answer, Open open) {
  if (answer.requirement == Truth::not_met) return 0;
  if (answer.requirement == Truth::not_decided) return 1;
  return 2 + (answer.exception ? 0 : 10) + strictness_of_policy(answer, open);
}

// What `open` says for certain is not milder than `closed`, one of the answers that it leaves open.
void expect_no_milder(const LicenceAnswer& open, const LicenceAnswer& closed,
                      const std::string& where) {
  const std::string both = where + ": " + words_of(open) + " // " + words_of(closed);
  if (closed.requirement == Truth::not_met) return;
  EXPECT_NE(open.requirement, Truth::not_met) << both;
  if (open.exception) {
    EXPECT_TRUE(closed.exception) << both;
    EXPECT_GE(open.notice_days.value_or(0), closed.notice_days.value_or(0)) << both;
  }
  if (open.review_policy && closed.review_policy) {
    EXPECT_GE(strictness_of_policy(open, Open::strictest),
              strictness_of_policy(closed, Open::mildest))
        << both;
  }
}

const std::vector<std::string>& tried_places() {
  static const std::vector<std::string> places = {"CN", "MO", "AE", "SA", "VN", "DE", "US",
                                                  "RU", "IL", "TW", "KP", "VE", "BY"};
  return places;
}

// One of the days, scopes, destinations and origins, as the generator has it.
struct AnyTransaction {
  Transaction transaction;
  std::string day;
  Scope scope = Scope::text;

  LicenceAnswer answer(const Figures& figures, const Transaction& asked) const {
    return determine(figures_item(figures, ""), test::shipped_editions(), test::shipped_countries(),
                     {day, scope, {}, asked})
        .licence->decides;
  }
  std::string words() const {
    return day + (scope == Scope::text ? " text" : " enforced") + " to " + transaction.destination;
  }
};

AnyTransaction any_transaction(Generator& generator) {
  const std::vector<std::string> days = {"2023-11-17", "2024-06-01", "2025-06-01", "2026-02-01",
                                         "2026-09-01"};
  AnyTransaction any;
  any.day = days[generator.index(days.size())];
  any.scope = generator.chance(0.5) ? Scope::text : Scope::enforced;
  any.transaction.destination = tried_places()[generator.index(tried_places().size())];
  if (generator.chance(0.5)) any.transaction.exported_from = "US";
  return any;
}

TEST(AnyTransaction, OfWhichTheHeadquartersAreOpenIsNoMilderThanAnyItMayBe) {
  for_any_figures([](const Figures& figures, Generator& generator) {
    const AnyTransaction any = any_transaction(generator);
    const std::string known = tried_places()[generator.index(tried_places().size())];
    const bool one_known = generator.chance(0.5);
    Transaction open = any.transaction;
    open.headquarters_open = true;
    if (one_known) open.headquarters = {known};
    const LicenceAnswer answer = any.answer(figures, open);
    for (int i = 0; i < 4; ++i) {
      const std::string other = tried_places()[generator.index(tried_places().size())];
      Transaction closed = any.transaction;
      closed.headquarters = {one_known ? known : other, other};
      expect_no_milder(answer, any.answer(figures, closed), any.words() + " headquarters " + other);
    }
  });
}

TEST(AnyTransaction, ByWayOfAPlaceIsNoMilderThanToThere) {
  for_any_figures([](const Figures& figures, Generator& generator) {
    const AnyTransaction any = any_transaction(generator);
    const std::string party = tried_places()[generator.index(tried_places().size())];
    for (int i = 0; i < 2; ++i) {
      const std::string way = tried_places()[generator.index(tried_places().size())];
      if (way == any.transaction.destination) continue;
      Transaction there = any.transaction;
      there.headquarters = {party, party};
      Transaction by_way = there;
      by_way.by_way_of = {way};
      there.destination = way;
      expect_no_milder(any.answer(figures, by_way), any.answer(figures, there),
                       any.words() + " by way of " + way);
    }
  });
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
        EXPECT_GE(strictness(after, Open::strictest), strictness(before, Open::mildest))
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
