#include "agent/regulation/country_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/support/error.h"
#include "tests/unit/regulation/shipped.h"

namespace tpp {
namespace {

using testing::HasSubstr;

constexpr const char* kTable = R"(citation: here
table_date: 2026-07-23
known_through: 2026-09-30
countries:
  - {code: AE, name: United Arab Emirates, groups: ["A:5"]}
  - {code: NI, name: Nicaragua, groups: ["D:5"]}
changes:
  - {country: AE, group: "A:5", joins: yes, on: 2026-07-10, citation: c, text_verified: no}
  - {country: NI, group: "D:5", joins: no, on: 2026-12-01, citation: c, text_verified: no}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

std::string error_of(const std::string& text) {
  try {
    parse_countries(text, "c.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Countries, AreAsTheyStoodOnADay) {
  const CountryTable table = parse_countries(kTable, "c.yaml");
  const auto has = [&](const char* day, const char* code, const char* group) {
    return countries_on(table, day).countries.at(code).groups.contains(group);
  };
  EXPECT_FALSE(has("2026-07-09", "AE", "A:5"));
  EXPECT_TRUE(has("2026-07-10", "AE", "A:5"));
  EXPECT_TRUE(has("2026-11-30", "NI", "D:5"));
  EXPECT_FALSE(has("2026-12-01", "NI", "D:5"));
}

TEST(Countries, MayLeaveAGroupAndJoinItAgain) {
  const std::string twice =
      replaced(kTable, "changes:\n",
               "changes:\n"
               "  - {country: NI, group: \"D:5\", joins: yes, on: 2024-03-15, citation: c, "
               "text_verified: no}\n"
               "  - {country: NI, group: \"D:5\", joins: no, on: 2023-03-15, citation: c, "
               "text_verified: no}\n"
               "  - {country: NI, group: \"D:5\", joins: yes, on: 2027-01-01, citation: c, "
               "text_verified: no}\n");
  const CountryTable table = parse_countries(twice, "c.yaml");
  const auto member = [&](const char* day) {
    return countries_on(table, day).countries.at("NI").groups.contains("D:5");
  };
  EXPECT_TRUE(member("2023-03-14"));
  EXPECT_FALSE(member("2023-03-15"));
  EXPECT_FALSE(member("2024-03-14"));
  EXPECT_TRUE(member("2024-03-15"));
  EXPECT_FALSE(member("2026-12-01"));
  EXPECT_TRUE(member("2027-01-01"));
  const char* other = "a change that fits the table of 2026-07-23 and the other changes";
  EXPECT_THAT(error_of(replaced(twice, "2027-01-01", "2026-12-01")), HasSubstr(other));
  EXPECT_THAT(error_of(replaced(twice, "2027-01-01", "2026-11-01")), HasSubstr(other));
  EXPECT_THAT(error_of(replaced(twice, "2023-03-15", "2024-03-16")), HasSubstr(other));
}

// The State Department's list controls where the Supplement differs from it.
TEST(Countries, AreInD5WhereTheStateDepartmentSaysSo) {
  const auto member = [&](const char* code, const char* day) {
    return countries_on(test::shipped_countries(), day).countries.at(code).groups.contains("D:5");
  };
  EXPECT_TRUE(member("ET", "2022-10-07"));
  EXPECT_TRUE(member("ET", test::kToday));
  EXPECT_TRUE(member("CY", "2024-05-29"));
  EXPECT_FALSE(member("CY", "2024-05-30"));
  EXPECT_FALSE(member("CY", "2026-09-30"));
  EXPECT_TRUE(member("CY", "2026-10-01"));
}

TEST(Countries, RefuseWhatContradictsItself) {
  struct Fault {
    const char* from;
    const char* to;
    const char* message;
  };
  const Fault faults[] = {
      {"code: AE", "code: ae", "5:12: found 'ae', expected two capital letters"},
      {"code: NI", "code: AE", "country 'AE' again"},
      {"\"A:5\"]}", "\"F:5\"]}", "found 'F:5', expected a country group"},
      {"\"A:5\"]}", "\"A:5\", \"A:5\"]}", "'A:5' again"},
      {"country: AE", "country: XX", "found 'XX', expected a country of the table"},
      {"joins: yes", "joins: no", "a change that fits the table of 2026-07-23"},
      {"2026-07-10", "2026-08-10", "a change that fits the table of 2026-07-23"},
      {"2026-07-10", "2026-02-30", "a date as 2023-11-17"},
      {"citation: here\n", "", "citation"},
      {"known_through: 2026-09-30\n", "", "known_through"},
  };
  for (const Fault& fault : faults) {
    EXPECT_THAT(error_of(replaced(kTable, fault.from, fault.to)), HasSubstr(fault.message));
  }
}

TEST(Countries, AreFoundByCodeInAnyCase) {
  const CountryTable& table = test::shipped_countries();
  EXPECT_EQ(find_country(table, "--destination", "cn").name, "China");
  const auto refusal = [&](const char* word) -> std::string {
    try {
      find_country(table, "--destination", word);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(refusal("china"), HasSubstr("China is CN"));
  EXPECT_THAT(refusal("XX"), HasSubstr("--destination: 'XX' is not in the table of countries"));
  EXPECT_THAT(refusal(""), HasSubstr("ISO 3166 code of two letters"));
}

// The set that licences of 2023 speak of: D:1, D:4 or D:5, less A:5 and A:6. It had 44 countries
// and Macau then, and has again: Nicaragua came and the United Arab Emirates went. Hong Kong has a
// row of its own here and none in the Supplement, which has it under China; Ethiopia is in D:5 by
// the State Department's list alone.
TEST(ControlledDestinations, Are44CountriesAndMacauIn2023AndIn2026) {
  const Place place{{"D:1", "D:4", "D:5"}, {"A:5", "A:6", "HK", "ET"}};
  for (const char* day : {"2023-11-17", test::kToday}) {
    const CountryTable table = countries_on(test::shipped_countries(), day);
    const auto inside = std::ranges::count_if(
        table.countries, [&](const auto& row) { return contains(place, row.second); });
    EXPECT_EQ(inside, 45) << day;
    EXPECT_TRUE(contains(place, table.countries.at("MO"))) << day;
  }
  const auto on = [&](const char* day, const char* code) {
    return contains(place, countries_on(test::shipped_countries(), day).countries.at(code));
  };
  EXPECT_TRUE(on("2023-11-17", "AE"));
  EXPECT_FALSE(on(test::kToday, "AE"));
  EXPECT_FALSE(on("2023-11-17", "NI"));
  EXPECT_TRUE(on(test::kToday, "NI"));
}

TEST(Macau, IsNotInD5AndHongKongIsAsChina) {
  const CountryTable table = countries_on(test::shipped_countries(), test::kToday);
  EXPECT_FALSE(table.countries.at("MO").groups.contains("D:5"));
  EXPECT_EQ(table.countries.at("HK").groups, table.countries.at("CN").groups);
}

TEST(Groups, HaveAsManyMembersAsTheSupplement) {
  struct Count {
    const char* group;
    int members;
  };
  // Of the issue of 2026-07-23, without Hong Kong and Ethiopia, which it does not list.
  for (const Count& row : {Count{"D:1", 24}, Count{"D:4", 21}, Count{"D:5", 22}, Count{"A:5", 38},
                           Count{"A:6", 8}, Count{"A:1", 40}}) {
    const auto& countries = test::shipped_countries().countries;
    const auto members = std::ranges::count_if(countries, [&](const auto& each) {
      return each.first != "HK" && each.first != "ET" && each.second.groups.contains(row.group);
    });
    EXPECT_EQ(members, row.members) << row.group;
  }
}

}  // namespace
}  // namespace tpp
