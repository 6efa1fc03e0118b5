// Licence answers by destination, party and item, as CSET's table of the rule of October 2023 and
// the later rules have them. Expectations by hand.
#include "agent/regulation/licence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/regulation/licence_matrix.h"
#include "agent/support/error.h"
#include "tests/unit/core/boards.h"
#include "tests/unit/regulation/shipped.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

struct Asked {
  Figures figures;
  Transaction transaction;
  std::string day = test::kToday;
  Scope scope = Scope::text;
};

Licence licence_of(const Asked& asked) {
  const auto result =
      determine(figures_item(asked.figures, ""), test::shipped_editions(),
                test::shipped_countries(), {asked.day, asked.scope, {}, asked.transaction});
  return *result.licence;
}

Figures a_datacenter() {
  Figures figures = test::board(15832, 814);
  figures.dram_bandwidth = 8000;  // outside the window of January 2026
  return figures;
}
Figures a_window() {
  Figures figures = test::board(15832, 814);
  figures.dram_bandwidth = 4800;
  return figures;
}
Figures a_other() { return test::board(5285, 608.5, false); }
Figures b_item() { return test::board(2400, 1000); }
Figures below() { return test::board(1042, 545); }
Figures below_not_datacenter() { return test::board(1042, 545, false); }
// Outside of the rule of 2022, which asked for 600 GB/s.
Figures a_without_links() {
  Figures figures = test::board(4992, 826);
  figures.interconnect = 400;
  return figures;
}

std::string text(const LicenceAnswer& answer) {
  if (answer.requirement == Truth::not_met) return "none";
  std::string words = answer.requirement == Truth::met ? "required" : "open";
  if (answer.exception) {
    words += "/" + *answer.exception + " " + std::to_string(answer.notice_days.value_or(-1));
  }
  return words + "/" + answer.review_policy.value_or("-");
}

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
      {below_not_datacenter(), "CN", {"CN"}, test::kToday, kText, "none"},
      // An embargo: no exception, no easier review, and nothing is free.
      {b_item(), "IR", {"IR"}, test::kToday, kText, "required/presumption of denial"},
      {b_item(), "RU", {"RU"}, test::kToday, kText, "required/presumption of denial"},
      {b_item(), "BY", {"BY"}, "2024-03-01", kText, "required/presumption of denial"},
      {a_other(), "KP", {"KP"}, test::kToday, kText, "required/presumption of denial"},
      {b_item(), "CU", {"CU"}, test::kToday, kText, "required/presumption of denial"},
      {below_not_datacenter(), "SY", {"SY"}, test::kToday, kText, "open/-"},
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
TEST(Licence, OfWhatNoticeMaySpareIsByDestinationAndHeadquarters) {
  struct Case {
    const char* destination;
    const char* headquarters;
    const char* of_2023;
    const char* of_2024;  // from 2024-04-04 on
  };
  const char* notice_denial = "required/NAC 25/presumption of denial";
  const char* denial = "required/NAC 0/presumption of denial";
  const char* approval = "required/NAC 0/presumption of approval";
  const char* by_case = "required/NAC 0/case by case";
  const char* nac = "required/NAC 25/case by case";
  const char* aca = "required/ACA 0/case by case";
  for (const Case& row :
       {Case{"CN", "CN", notice_denial, nac}, Case{"ZW", "ZW", notice_denial, nac},
        Case{"MO", "MO", notice_denial, nac}, Case{"MO", "DE", notice_denial, nac},
        Case{"SA", "CN", denial, nac}, Case{"VN", "MO", denial, nac}, Case{"SA", "ZW", denial, nac},
        Case{"SA", "SA", approval, aca}, Case{"VN", "VN", approval, aca},
        Case{"SA", "DE", approval, aca}, Case{"DE", "CN", by_case, nac},
        Case{"DE", "MO", by_case, nac}, Case{"IL", "ZW", by_case, nac},
        Case{"IL", "IL", "none", "none"}, Case{"TW", "TW", "none", "none"},
        Case{"DE", "DE", "none", "none"}, Case{"US", "CN", "none", "none"}}) {
    for (const Figures& figures : {a_other(), b_item()}) {
      const auto on = [&](const char* day) {
        return text(licence_of({figures, {row.destination, {row.headquarters}, std::nullopt}, day})
                        .decides);
      };
      for (const char* day : {"2023-11-17", "2024-04-03"}) {
        EXPECT_EQ(on(day), row.of_2023) << row.destination << " " << row.headquarters << " " << day;
      }
      for (const char* day : {"2024-04-04", "2025-01-12"}) {
        EXPECT_EQ(on(day), row.of_2024) << row.destination << " " << row.headquarters << " " << day;
      }
    }
  }
}

// Of a stack of memory with 2.5, and with 4 GB/s per mm2.
TEST(Licence, OfMemoryIsByDestinationAndHeadquarters) {
  const auto stack = [](double density) {
    Figures figures;
    figures.hbm_bandwidth = density * 100;
    figures.package_area_mm2 = 100;
    return figures;
  };
  struct Case {
    const char* destination;
    const char* headquarters;
    const char* under;  // 3.3
    const char* over;
  };
  const char* denial = "required/presumption of denial";
  const char* hbm_denial = "required/HBM -1/presumption of denial";
  for (const Case& row :
       {Case{"CN", "CN", hbm_denial, denial}, Case{"ZW", "DE", hbm_denial, denial},
        Case{"MO", "DE", hbm_denial, denial}, Case{"SA", "CN", "required/HBM -1/-", "required/-"},
        Case{"DE", "MO", "required/HBM -1/-", "required/-"}, Case{"SA", "SA", "none", "none"},
        Case{"VN", "DE", "none", "none"}, Case{"US", "CN", "none", "none"},
        Case{"RU", "RU", denial, denial}, Case{"IR", "DE", denial, denial}}) {
    const auto answer = [&](double density, const char* day) {
      return text(
          licence_of({stack(density), {row.destination, {row.headquarters}, std::nullopt}, day})
              .decides);
    };
    for (const char* day : {"2024-12-02", test::kToday}) {
      EXPECT_EQ(answer(2.5, day), row.under) << row.destination << " " << row.headquarters;
      EXPECT_EQ(answer(4, day), row.over) << row.destination << " " << row.headquarters;
    }
  }
  Item item = figures_item(stack(2.5), "");
  item.form = ItemForm::technology;
  const Determination result =
      determine(item, test::shipped_editions(), test::shipped_countries(),
                {test::kToday, Scope::text, {}, Transaction{"CN", {"CN"}, std::nullopt}});
  EXPECT_FALSE(result.licence->decides.exception);
}

TEST(Licence, OfTechnologyIsSparedByNoExceptionForItems) {
  for (const char* destination : {"CN", "SA", "DE"}) {
    for (const char* day : {"2023-12-01", "2024-06-01", test::kToday}) {
      Item item = figures_item(b_item(), "");
      item.form = ItemForm::technology;
      const Determination result =
          determine(item, test::shipped_editions(), test::shipped_countries(),
                    {day, Scope::text, {}, Transaction{destination, {"CN"}, std::nullopt}});
      EXPECT_EQ(result.determination, DeterminationKind::license_required) << day;
      EXPECT_EQ(result.licence->decides.requirement, Truth::met) << destination << day;
      EXPECT_FALSE(result.licence->decides.exception) << destination << day;
    }
  }
}

TEST(Licence, OffersNoNoticeUnderAnEmbargo) {
  for (const char* destination : {"RU", "BY", "IR", "SY", "KP", "CU"}) {
    for (const char* day : {"2023-12-01", "2024-06-01", test::kToday}) {
      for (const Figures& figures : {a_other(), b_item()}) {
        EXPECT_EQ(text(licence_of({figures, {destination, {"DE"}, std::nullopt}, day}).decides),
                  "required/presumption of denial")
            << destination << " " << day;
      }
    }
  }
}

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
  EXPECT_EQ(answer(a_window(), "CN", std::nullopt), denial);
  EXPECT_EQ(answer(a_window(), "RU", "US"), denial);
  EXPECT_EQ(answer(a_window(), "DE", "US"), denial);  // headquarters in D:5
  EXPECT_EQ(answer(a_datacenter(), "CN", "US"), denial);
  EXPECT_EQ(answer(a_datacenter(), "DE", "US"), denial);  // never milder than within the window
  EXPECT_EQ(answer(a_datacenter(), "DE", "US", "2026-01-14"), by_case);
  EXPECT_EQ(answer(a_window(), "CN", "US", "2026-01-14"), denial);
  Figures unknown = a_window();
  unknown.dram_bandwidth.reset();
  const Licence open = licence_of({unknown, {"CN", {"CN"}, "US"}});
  EXPECT_EQ(text(open.decides), denial);
  EXPECT_THAT(
      open.decides.notes,
      Contains(HasSubstr("review policy may be case by case: it hangs on the item's class")));
}

TEST(Licence, IsOpenWhereTheHeadquartersDecideAndAreNotKnown) {
  const Licence licence =
      licence_of({a_datacenter(), {"DE", {}, std::nullopt}, test::kToday, Scope::enforced});
  EXPECT_EQ(licence.decides.requirement, Truth::not_decided);
  ASSERT_EQ(licence.branches.size(), 2U);
  EXPECT_THAT(licence.branches[0].condition, HasSubstr("D:5 or MO"));
  EXPECT_EQ(text(licence.branches[0].answer), "required/presumption of denial");
  EXPECT_EQ(text(licence.branches[1].answer), "none");
  EXPECT_EQ(text(licence.beside), "required/-");  // by the text, worldwide
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
  const Licence iran = licence_of({below_not_datacenter(), {"IR", {"IR"}, std::nullopt}});
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
        determine(chip_item(h20), test::shipped_editions(), test::shipped_countries(),
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
TEST(Matrix, SaysWhatEachCountryIsAnswered) {
  for (const char* day : {"2022-11-01", "2023-12-01", "2024-06-01", test::kToday}) {
    for (const Scope scope : {Scope::text, Scope::enforced}) {
      const LicenceMatrix matrix =
          licence_matrix(test::shipped_editions(), test::shipped_countries(), day, scope);
      EXPECT_GE(matrix.cells.size(), 2U) << day;
      for (const MatrixCell& cell : matrix.cells) {
        EXPECT_FALSE(cell.answers.empty()) << day << " " << cell.destination << cell.party;
        // Either all countries alike, or every answer names its own.
        for (const MatrixAnswer& answer : cell.answers) {
          EXPECT_EQ(answer.countries.empty(), cell.answers.size() == 1);
        }
      }
    }
  }
}

const LicenceAnswer& cell_of(const LicenceMatrix& matrix, const char* destination,
                             const char* party, const char* item) {
  for (const MatrixCell& cell : matrix.cells) {
    const bool here = cell.destination.find(destination) != std::string::npos &&
                      cell.party.find(party) != std::string::npos && cell.item == item;
    if (here) return cell.answers.front().answer;
  }
  throw Error("no such cell");
}

// "A Bigger Yard, A Higher Fence", table 2, for the rule as published in October 2023.
TEST(Matrix, OfOctober2023IsThePublishedTable) {
  const LicenceMatrix matrix = licence_matrix(test::shipped_editions(), test::shipped_countries(),
                                              "2023-11-17", Scope::text);
  struct Cell {
    const char* destination;
    const char* party;
    const char* item;
    const char* answer;
  };
  const char* a = "a-datacenter";
  const char* b = "nac-eligible-b";
  for (const Cell& cell :
       {Cell{"D:5 or Macau", "in D:5", a, "required/presumption of denial"},
        Cell{"D:5 or Macau", "other", a, "required/presumption of denial"},
        Cell{"D:5 or Macau", "in D:5", b, "required/NAC 25/presumption of denial"},
        Cell{"other D:1", "in D:5", a, "required/presumption of denial"},
        Cell{"other D:1", "other party", a, "required/presumption of approval"},
        Cell{"other D:1", "other party", b, "required/NAC 0/presumption of approval"},
        Cell{"elsewhere", "in D:5", a, "required/case by case"},
        Cell{"elsewhere", "other party", a, "none"}, Cell{"elsewhere", "other party", b, "none"}}) {
    EXPECT_EQ(text(cell_of(matrix, cell.destination, cell.party, cell.item)), cell.answer)
        << cell.destination << " " << cell.party << " " << cell.item;
  }
}

TEST(Matrix, HasMacauBesideD5AndEveryCountryAbroadOnce) {
  const auto& editions = test::shipped_editions();
  const auto edition = std::ranges::find_if(
      editions, [](const Edition& each) { return each.rule.id.value == "us-ear-2023-10"; });
  const auto titled = [&](const std::vector<PlaceClass>& classes, const char* code) {
    const CountryTable day = countries_on(test::shipped_countries(), test::kToday);
    const Country& country = day.countries.at(code);
    for (const PlaceClass& each : classes) {
      if (contains(each.place, country)) return each.title;
    }
    return std::string("none");
  };
  for (const char* code : {"MO", "CN", "RU", "HT"}) {
    EXPECT_EQ(titled(edition->destination_classes, code), "D:5 or Macau") << code;
    EXPECT_EQ(titled(edition->party_classes, code),
              "headquarters or ultimate parent in D:5 or Macau");
  }
  EXPECT_EQ(titled(edition->destination_classes, "SA"), "other D:1 or D:4, not A:5 or A:6");
  EXPECT_EQ(titled(edition->destination_classes, "DE"), "elsewhere abroad");
  EXPECT_EQ(titled(edition->destination_classes, "IL"), "elsewhere abroad");
  EXPECT_EQ(titled(edition->destination_classes, "US"), "none");
  EXPECT_EQ(titled(edition->party_classes, "US"), "other party");
}

TEST(Matrix, ShowsWhatHangsOnTheCountryOfExport) {
  const LicenceMatrix matrix = licence_matrix(test::shipped_editions(), test::shipped_countries(),
                                              test::kToday, Scope::text);
  const auto cell = std::ranges::find_if(matrix.cells, [](const MatrixCell& each) {
    return each.destination.starts_with("D:5") && each.item == "a-datacenter-window";
  });
  ASSERT_NE(cell, matrix.cells.end());
  const auto from_us =
      std::ranges::find(cell->answers, "if exported from US", &MatrixAnswer::condition);
  ASSERT_NE(from_us, cell->answers.end());
  EXPECT_EQ(from_us->countries, (std::vector<std::string>{"CN", "HK", "MO"}));
  EXPECT_EQ(text(from_us->answer), "required/case by case");
  EXPECT_FALSE(from_us->answer.text_verified);
}

TEST(Matrix, SplitsAClassOfPartiesWhereARowNamesAPartOfIt) {
  std::vector<Edition> editions = test::shipped_editions();
  const auto edition = std::ranges::find_if(
      editions, [](const Edition& each) { return each.rule.id.value == "us-ear-2023-10"; });
  LicenceRow row = edition->licence.front();
  row.items = {"a-datacenter"};
  row.destination = {{"DE"}, {}};
  row.party = Place{{"FR"}, {}};
  edition->licence.push_back(row);
  const LicenceMatrix matrix =
      licence_matrix(editions, test::shipped_countries(), "2023-11-17", Scope::text);
  const auto cell = std::ranges::find_if(matrix.cells, [](const MatrixCell& each) {
    return each.destination.starts_with("elsewhere") && each.party.starts_with("other") &&
           each.item == "a-datacenter";
  });
  ASSERT_NE(cell, matrix.cells.end());
  const auto french =
      std::ranges::find(cell->answers, "if the party is of FR", &MatrixAnswer::condition);
  ASSERT_NE(french, cell->answers.end());
  EXPECT_EQ(french->countries, std::vector<std::string>{"DE"});
  EXPECT_EQ(french->answer.requirement, Truth::met);
  EXPECT_EQ(cell->answers.front().condition, "");
  EXPECT_EQ(cell->answers.front().answer.requirement, Truth::not_met);
}

TEST(Matrix, SplitsAClassWhereTheRuleNamesACountry) {
  const LicenceMatrix matrix = licence_matrix(test::shipped_editions(), test::shipped_countries(),
                                              test::kToday, Scope::enforced);
  const auto cell = std::ranges::find_if(matrix.cells, [](const MatrixCell& each) {
    return each.destination.starts_with("elsewhere") && each.party == "other party" &&
           each.item == "nac-eligible-b";
  });
  ASSERT_NE(cell, matrix.cells.end());
  ASSERT_EQ(cell->answers.size(), 2U);
  EXPECT_EQ(cell->answers[1].countries, std::vector<std::string>{"AE"});
}

}  // namespace
}  // namespace tpp
