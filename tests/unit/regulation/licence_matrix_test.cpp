#include "agent/regulation/licence_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/regulation/country_file.h"
#include "agent/support/error.h"
#include "tests/unit/regulation/licences.h"

namespace tpp {
namespace {

using test::text;

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
      std::ranges::find(cell->answers, "if the party is of CN, HK, MO and exported from US",
                        &MatrixAnswer::condition);
  ASSERT_NE(from_us, cell->answers.end());
  EXPECT_EQ(from_us->countries, (std::vector<std::string>{"CN", "HK", "MO"}));
  EXPECT_EQ(text(from_us->answer), "required/case by case");
  EXPECT_FALSE(from_us->answer.text_verified);
}

TEST(Matrix, AnswersPartiesUnderAnEmbargoApart) {
  const LicenceMatrix matrix = licence_matrix(test::shipped_editions(), test::shipped_countries(),
                                              test::kToday, Scope::text);
  const auto cell = std::ranges::find_if(matrix.cells, [](const MatrixCell& each) {
    return each.destination == "elsewhere abroad" &&
           each.party.find("in D:5") != std::string::npos && each.item == "nac-eligible-b";
  });
  ASSERT_NE(cell, matrix.cells.end());
  const auto of_russia = std::ranges::find_if(cell->answers, [](const MatrixAnswer& each) {
    return each.condition.find("RU") != std::string::npos;
  });
  ASSERT_NE(of_russia, cell->answers.end());
  EXPECT_EQ(text(of_russia->answer), "required/-");
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
