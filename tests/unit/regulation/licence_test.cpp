// Licence answers by destination, party and item, as CSET's table of the rule of October 2023 and
// the later rules have them. Expectations by hand.
#include "agent/regulation/licence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/regulation/licence_matrix.h"
#include "agent/support/error.h"
#include "tests/unit/core/boards.h"
#include "tests/unit/regulation/licences.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

using test::a_datacenter;
using test::a_other;
using test::a_window;
using test::a_without_links;
using test::b_item;
using test::below;
using test::below_and_slow;
using test::licence_of;
using test::text;
using test::with_rates;

struct Row {
  Figures figures;
  const char* destination;
  std::vector<std::string> headquarters;
  const char* day;
  Scope scope;
  const char* answer;
};

constexpr Scope kText = Scope::text;
constexpr Scope kEnforced = Scope::enforced;

TEST(Licence, IsAsTheTableOfTheRuleHasIt) {
  const Row rows[] = {
      // October 2023: to D:5 and Macau.
      {a_datacenter(), "CN", {"CN"}, "2023-12-01", kText, "required/presumption of denial"},
      {a_datacenter(), "HK", {"CN"}, "2023-12-01", kText, "required/presumption of denial"},
      {a_datacenter(), "MO", {"DE"}, "2023-12-01", kText, "required/presumption of denial"},
      {b_item(), "CN", {"CN"}, "2023-12-01", kText, "required/NAC 25/presumption of denial"},
      {a_other(), "MO", {"DE"}, "2023-12-01", kText, "required/NAC 25/presumption of denial"},
      // To the other countries of D:1 and D:4, by headquarters.
      {a_datacenter(), "SA", {"CN"}, "2023-12-01", kText, "required/presumption of denial"},
      {a_datacenter(), "SA", {"SA"}, "2023-12-01", kText, "required/presumption of approval"},
      {a_datacenter(), "AE", {"AE"}, "2023-12-01", kText, "required/presumption of approval"},
      {b_item(), "SA", {"SA"}, "2023-12-01", kText, "required/NAC 0/presumption of approval"},
      // Elsewhere: only the headquarters rule.
      {a_datacenter(), "DE", {"CN"}, "2023-12-01", kText, "required/case by case"},
      {a_datacenter(), "DE", {"MO"}, "2023-12-01", kText, "required/case by case"},
      {a_datacenter(), "DE", {"DE"}, "2023-12-01", kText, "none"},
      {a_datacenter(), "IL", {"IL"}, "2023-12-01", kText, "none"},
      {b_item(), "DE", {"DE"}, "2023-12-01", kText, "none"},
      // The ultimate parent counts as the party does.
      {a_datacenter(), "DE", {"DE", "CN"}, "2023-12-01", kText, "required/case by case"},
      {a_datacenter(), "SA", {"SA", "CN"}, "2023-12-01", kText, "required/presumption of denial"},
      // April 2024: notice for parties of D:5 or Macau anywhere, none for others, review case by
      // case.
      {b_item(), "CN", {"CN"}, "2024-04-03", kText, "required/NAC 25/presumption of denial"},
      {b_item(), "CN", {"CN"}, "2024-04-04", kText, "required/NAC 25/case by case"},
      {b_item(), "SA", {"SA"}, "2024-04-04", kText, "required/ACA 0/case by case"},
      {b_item(), "SA", {"CN"}, "2024-04-04", kText, "required/NAC 25/case by case"},
      {a_other(), "SA", {"SA"}, "2024-04-04", kText, "required/ACA 0/case by case"},
      {b_item(), "DE", {"CN"}, "2024-04-04", kText, "required/NAC 25/case by case"},
      // January 2025: worldwide in the text, and not enforced.
      {a_datacenter(), "DE", {"DE"}, "2025-06-01", kText, "required/-"},
      {a_datacenter(), "DE", {"DE"}, "2025-06-01", kEnforced, "none"},
      {b_item(), "DE", {"DE"}, "2025-06-01", kText, "none"},
      {a_other(), "DE", {"DE"}, "2025-06-01", kText, "required/ACA 0/case by case"},
      {a_other(), "DE", {"DE"}, "2025-06-01", kEnforced, "none"},
      {a_other(), "DE", {"DE"}, "2025-01-12", kText, "none"},
      {a_datacenter(), "DE", {"DE"}, "2025-01-12", kText, "none"},
      // July 2026: the Emirates are in A:5 and named all the same.
      {b_item(), "AE", {"AE"}, "2026-07-09", kText, "required/ACA 0/case by case"},
      {b_item(), "AE", {"AE"}, "2026-07-10", kText, "required/ACA 0/case by case"},
      {a_datacenter(), "AE", {"AE"}, "2026-07-10", kEnforced, "required/-"},
      {a_other(), "AE", {"AE"}, "2026-07-10", kEnforced, "required/ACA 0/case by case"},
      {b_item(), "SG", {"SG"}, "2026-07-10", kText, "none"},
      {b_item(), "MO", {"DE"}, "2024-06-01", kText, "required/NAC 25/case by case"},
      // Of D:4 and of A:6: elsewhere, so that headquarters alone decide.
      {a_datacenter(), "IL", {"CN"}, "2023-12-01", kText, "required/case by case"},
      {b_item(), "IL", {"IL"}, "2023-12-01", kText, "none"},
      // The window of January 2026 is no denial for a party without headquarters in D:5 or Macau.
      {a_window(), "SA", {"SA"}, test::kToday, kText, "required/presumption of approval"},
      {a_window(), "SA", {"MO"}, test::kToday, kText, "required/presumption of denial"},
      {a_window(), "DE", {"MO"}, test::kToday, kText, "required/presumption of denial"},
      {a_window(), "DE", {"MO"}, "2026-01-14", kText, "required/case by case"},
      {a_window(), "IL", {"ZW"}, test::kToday, kText, "required/presumption of denial"},
      {a_window(), "DE", {"DE"}, test::kToday, kEnforced, "none"},
      // Below: none by the list; what the letter of April 2025 reaches is not public.
      {below(), "SA", {"SA"}, test::kToday, kText, "none"},
      {below(), "CN", {"CN"}, "2025-04-08", kText, "none"},
      {below(), "CN", {"CN"}, "2025-04-09", kText, "open/-"},
      {below(), "SA", {"CN"}, test::kToday, kText, "open/-"},
      {below(), "MO", {"DE"}, test::kToday, kText, "open/-"},
      {below(), "DE", {"MO"}, test::kToday, kText, "open/-"},
      {below(), "US", {"CN"}, test::kToday, kText, "none"},
      // Whatever it is for: memory or links alone suffice.
      {with_rates(1100, 64), "CN", {"CN"}, test::kToday, kText, "open/-"},
      {with_rates(300, 600), "DE", {"CN"}, test::kToday, kText, "open/-"},
      {with_rates(1099, 599), "CN", {"CN"}, test::kToday, kText, "none"},
      {below_and_slow(), "CN", {"CN"}, test::kToday, kText, "none"},
      // An embargo: no exception, no easier review, and nothing is free.
      {b_item(), "IR", {"IR"}, test::kToday, kText, "required/presumption of denial"},
      {b_item(), "RU", {"RU"}, test::kToday, kText, "required/presumption of denial"},
      {b_item(), "BY", {"BY"}, "2024-03-01", kText, "required/presumption of denial"},
      {a_other(), "KP", {"KP"}, test::kToday, kText, "required/presumption of denial"},
      {b_item(), "CU", {"CU"}, test::kToday, kText, "required/presumption of denial"},
      {below_and_slow(), "SY", {"SY"}, test::kToday, kText, "open/-"},
      // Letters of October 2023, before the rule's own date.
      {a_datacenter(), "CN", {"CN"}, "2023-10-22", kText, "open/-"},
      {a_without_links(), "CN", {"CN"}, "2023-10-22", kText, "none"},
      {a_without_links(), "CN", {"CN"}, "2023-10-23", kText, "open/-"},
      {a_without_links(), "SA", {"SA"}, "2023-11-16", kText, "open/-"},
      {a_without_links(), "VN", {"VN"}, "2023-11-16", kText, "open/-"},
      {a_without_links(), "ZW", {"ZW"}, "2023-11-16", kText, "open/-"},
      {a_without_links(), "IL", {"IL"}, "2023-11-16", kText, "none"},
      {a_without_links(), "DE", {"DE"}, "2023-11-16", kText, "none"},
      // Not an export.
      {a_datacenter(), "US", {"CN"}, test::kToday, kText, "none"},
      // October 2022: China and Hong Kong, Macau from 2023-01-17 on.
      {a_datacenter(), "DE", {"CN"}, "2022-11-01", kText, "none"},
  };
  for (const Row& row : rows) {
    const Licence licence = licence_of(
        {row.figures, {row.destination, row.headquarters, std::nullopt}, row.day, row.scope});
    EXPECT_EQ(text(licence.decides), row.answer)
        << row.destination << " " << testing::PrintToString(row.headquarters) << " " << row.day;
  }
}

// What NAC and ACA are for: 3A090.b, and what is not for datacenters at the level of 3A090.a.
// Of a stack of memory with 2.5, and with 4 GB/s per mm2.
// An item that NAC would spare by its class, and a letter reaches or may reach.
TEST(Licence, Of2022ReachesMacauFromJanuary2023) {
  Figures figures = test::board(4992, 826);
  figures.interconnect = 600;
  const auto answer = [&](const char* destination, const char* day) {
    return text(licence_of({figures, {destination, {"DE"}, std::nullopt}, day}).decides);
  };
  EXPECT_EQ(answer("CN", "2022-11-01"), "required/presumption of denial");
  EXPECT_EQ(answer("HK", "2022-11-01"), "required/presumption of denial");
  EXPECT_EQ(answer("MO", "2023-01-16"), "none");
  EXPECT_EQ(answer("MO", "2023-01-17"), "required/presumption of denial");
  EXPECT_EQ(answer("SA", "2023-06-01"), "none");
}

TEST(WindowOfJanuary2026, IsCaseByCaseToChinaAndMacauFromTheUnitedStatesAlone) {
  const auto answer = [](const Figures& figures, const char* destination,
                         std::optional<std::string> from, const char* day = test::kToday) {
    return text(licence_of({figures, {destination, {"CN"}, std::move(from)}, day}).decides);
  };
  const char* denial = "required/presumption of denial";
  const char* by_case = "required/case by case";
  EXPECT_EQ(answer(a_window(), "CN", "US"), by_case);
  EXPECT_EQ(answer(a_window(), "MO", "US"), by_case);
  EXPECT_EQ(answer(a_window(), "CN", "SG"), denial);
  EXPECT_EQ(answer(a_window(), "CN", std::nullopt), "required/-");
  EXPECT_EQ(answer(a_window(), "RU", "US"), denial);
  // A party of another country of D:5 is not what the review of January 2026 is for.
  EXPECT_EQ(text(licence_of({a_window(), {"CN", {"ZW", "ZW"}, "US"}}).decides), denial);
  EXPECT_EQ(text(licence_of({a_window(), {"CN", {"CN", "ZW"}, "US"}}).decides), denial);
  EXPECT_EQ(text(licence_of({a_window(), {"CN", {"DE", "DE"}, "US"}}).decides), by_case);
  EXPECT_EQ(answer(a_window(), "DE", "US"), denial);  // headquarters in D:5
  EXPECT_EQ(answer(a_datacenter(), "CN", "US"), denial);
  EXPECT_EQ(answer(a_datacenter(), "DE", "US"), denial);  // never milder than within the window
  EXPECT_EQ(answer(a_datacenter(), "DE", "US", "2026-01-14"), by_case);
  EXPECT_EQ(answer(a_window(), "CN", "US", "2026-01-14"), denial);
  Figures unknown = a_window();
  unknown.dram_bandwidth.reset();
  const Licence open = licence_of({unknown, {"CN", {"CN"}, "US"}});
  EXPECT_EQ(text(open.decides), "required/-");
  EXPECT_THAT(
      open.decides.notes,
      Contains(HasSubstr("review policy may be case by case: it hangs on the item's class")));
  EXPECT_THAT(open.decides.notes, Contains("review policy is presumption of denial otherwise"));
}

TEST(Licence, IsOpenWhereTheHeadquartersDecideAndAreNotKnown) {
  const Licence licence =
      licence_of({a_datacenter(), {"DE", {}, std::nullopt}, test::kToday, Scope::enforced});
  EXPECT_EQ(licence.decides.requirement, Truth::not_decided);
  ASSERT_EQ(licence.branches.size(), 3U);
  EXPECT_THAT(licence.branches[0].condition, HasSubstr("E:1 or E:2 or RU or BY, under an embargo"));
  EXPECT_EQ(text(licence.branches[0].answer), "required/presumption of denial");
  EXPECT_THAT(licence.branches[1].condition, HasSubstr("else headquarters of the party"));
  EXPECT_THAT(licence.branches[1].condition, HasSubstr("D:5 or MO"));
  EXPECT_EQ(text(licence.branches[1].answer), "required/presumption of denial");
  EXPECT_EQ(text(licence.branches[2].answer), "none");
  EXPECT_EQ(text(licence.beside), "required/-");  // by the text, worldwide
}

TEST(Licence, BranchesWhereARowNamesAPartOfTheParties) {
  const Licence licence = licence_of({a_window(), {"CN", {}, "US"}});
  ASSERT_EQ(licence.branches.size(), 4U);
  EXPECT_THAT(licence.branches[1].condition, HasSubstr("parent in D:5 or MO"));
  EXPECT_EQ(text(licence.branches[1].answer), "required/case by case");
  EXPECT_THAT(licence.branches[2].condition, HasSubstr("in D:5 but not CN or HK or MO"));
  EXPECT_EQ(text(licence.branches[2].answer), "required/presumption of denial");
  EXPECT_EQ(text(licence.decides), "required/-");  // it may be either
}

TEST(Licence, SaysWhereNoPolicyOfReviewIsKnown) {
  const Licence licence = licence_of({a_datacenter(), {"DE", {"DE", "DE"}, std::nullopt}});
  EXPECT_EQ(text(licence.decides), "required/-");
  EXPECT_THAT(licence.decides.notes,
              Contains("no edition in force says how an application is reviewed"));
}

TEST(Licence, NeedsNoBranchesWhereTheHeadquartersChangeNothing) {
  EXPECT_THAT(licence_of({a_datacenter(), {"CN", {}, std::nullopt}}).branches, IsEmpty());
  EXPECT_THAT(licence_of({below(), {"CN", {}, std::nullopt}}).branches, IsEmpty());
}

TEST(Licence, OfAnUndeterminedItemIsOpen) {
  const Licence licence = licence_of({test::board(3000), {"CN", {"CN"}, std::nullopt}});
  EXPECT_EQ(licence.decides.requirement, Truth::not_decided);
  EXPECT_FALSE(licence.decides.exception);
}

TEST(Licence, OffersNoExceptionWhereAStricterClassIsOpen) {
  // TPP over 4800 without datacenter known counts as datacenter: no exception.
  const Licence licence =
      licence_of({test::board(5285, 608.5, std::nullopt), {"CN", {"CN"}, std::nullopt}});
  EXPECT_EQ(licence.decides.requirement, Truth::met);
  EXPECT_FALSE(licence.decides.exception);
}

TEST(Licence, TellsOfEmbargoesWhateverTheItem) {
  const Licence iran = licence_of({below_and_slow(), {"IR", {"IR"}, std::nullopt}});
  EXPECT_EQ(iran.decides.requirement, Truth::not_decided);
  EXPECT_THAT(iran.decides.notes, Contains(HasSubstr("nearly every item needs a licence")));
  EXPECT_THAT(iran.notices, Contains(HasSubstr("nearly every item of the EAR needs a licence")));
  EXPECT_THAT(licence_of({below(), {"US", {}, std::nullopt}}).notices,
              Contains(HasSubstr("not an export")));
  EXPECT_THAT(licence_of({below(), {"DE", {"DE"}, std::nullopt}}).notices,
              testing::Not(Contains(HasSubstr("nearly every item"))));
}

TEST(Licence, NamesWhatMayAskForOneByFiguresThatAreNotPublic) {
  const Licence licence = licence_of({below(), {"CN", {"CN"}, std::nullopt}});
  EXPECT_EQ(licence.decides.requirement, Truth::not_decided);
  EXPECT_THAT(licence.decides.notes,
              Contains(HasSubstr("letter of April 2025) hangs on figures that are not public")));
}

TEST(Licence, IsRequiredOfTheChipThatALetterNames) {
  Chip h20 = test::small_chip();
  h20.id.value = "nvidia-h20-96-gb";
  const auto answer = [&](const Transaction& transaction) {
    const Determination result =
        determine(chip_item(h20, {}), test::shipped_editions(), test::shipped_countries(),
                  {test::kToday, Scope::text, {}, transaction});
    EXPECT_EQ(result.determination, DeterminationKind::not_controlled);
    return text(result.licence->decides);
  };
  EXPECT_EQ(answer({"CN", {"CN", "CN"}, "US"}), "required/-");
  EXPECT_EQ(answer({"SG", {"SG", "CN"}, "US"}), "required/-");
  EXPECT_EQ(answer({"SG", {"SG", "SG"}, "US"}), "none");
  EXPECT_EQ(answer({"SG", {"SG"}, "US", true}), "open/-");
}

// A class that a site defines without licence rows is at its strictest, and not free.
TEST(Licence, OfAClassThatNoRowSpeaksOfIsOpen) {
  std::vector<Edition> editions = test::shipped_editions();
  std::erase_if(editions,
                [](const Edition& each) { return each.rule.id.value != "us-ear-2023-10"; });
  editions[0].licence.clear();
  const Determination result =
      determine(figures_item(b_item(), ""), editions, test::shipped_countries(),
                {test::kToday, Scope::text, {}, Transaction{"CN", {"CN", "CN"}, "US"}});
  EXPECT_EQ(result.licence->decides.requirement, Truth::not_decided);
}

TEST(Licence, SaysWhatItCitesAndWhatWasNotReadInTheLawsOwnWords) {
  const Licence licence = licence_of({a_datacenter(), {"CN", {"CN"}, std::nullopt}});
  EXPECT_THAT(licence.decides.citations, Contains(HasSubstr("742.6(a)(6)(iii)")));
  EXPECT_THAT(licence.decides.notes,
              Contains(HasSubstr("presumption of denial: not read in the law's own words")));
}

TEST(Licence, RefusesUnknownCountriesByOption) {
  for (const auto& [transaction, option] :
       {std::pair{Transaction{"XX", {}, std::nullopt}, "--destination"},
        std::pair{Transaction{"CN", {"YY"}, std::nullopt}, "--headquarters"},
        std::pair{Transaction{"CN", {}, "ZZ"}, "--exported-from"}}) {
    try {
      licence_of({below(), transaction});
      ADD_FAILURE() << option;
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), HasSubstr(option));
    }
  }
}

TEST(Hbm, IsControlledToD5AndMacauAndByHeadquarters) {
  Figures stack;
  stack.hbm_bandwidth = 819;
  stack.package_area_mm2 = 110;
  const auto answer = [&](const char* destination, const char* headquarters) {
    return text(licence_of({stack, {destination, {headquarters}, std::nullopt}}).decides);
  };
  EXPECT_EQ(answer("CN", "CN"), "required/presumption of denial");
  EXPECT_EQ(answer("MO", "DE"), "required/presumption of denial");
  EXPECT_EQ(answer("CN", "DE"), "required/presumption of denial");
  EXPECT_EQ(answer("KR", "CN"), "required/-");
  EXPECT_EQ(answer("KR", "KR"), "none");
  EXPECT_EQ(answer("SA", "SA"), "none");
  stack.hbm_bandwidth = 250;
  EXPECT_EQ(answer("CN", "CN"), "required/HBM -1/presumption of denial");
}

// The whole table agrees, cell by cell, with what each country is answered by itself.
// "A Bigger Yard, A Higher Fence", table 2, for the rule as published in October 2023.

}  // namespace
}  // namespace tpp
