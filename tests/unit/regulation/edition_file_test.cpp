#include "agent/regulation/edition_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/regulation/editions_in_force.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::HasSubstr;

constexpr const char* kEdition = R"(id: x-1
title: An edition
citation: here
in_force_from: 2023-11-17
known_through: 2026-09-30
below_text: not p
not_controlled_text: not controlled by p; normally q
provisions:
  - paragraph: p.1
    gives: p
    rank: 1
    citation: there
    text_verified: yes
    all:
      - {quantity: tpp, op: ">=", threshold: 4800, citation: words}
item_classes:
  - name: p-item
    title: An item of p
    determination: license-required
    classes: [p]
    citation: there
    text_verified: no
licence:
  - effect: requirement
    name: control of p
    items: [p-item]
    destination: {any_of: ["D:5", MO]}
    citation: there
    text_verified: no
  - effect: exception
    name: NAC
    items: [p-item]
    destination: {any_of: []}
    notice_days: 25
    to: 2024-04-04
    citation: there
    text_verified: no
  - effect: policy
    name: denial
    rank: 3
    items: [p-item]
    destination: {any_of: []}
    citation: there
    text_verified: no
other_controls:
  - name: floor
    kind: threshold
    text: words
    citation: there
    text_verified: no
    all:
      - {quantity: tops, op: ">=", threshold: 8, citation: words}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw Error("the test replaces what is not there: " + from);
  return text.replace(at, from.size(), to);
}

std::string error_of(const std::string& text) {
  try {
    check_editions({parse_edition(text, "e.yaml")});
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(EditionFile, ReadsEveryPart) {
  const Edition edition = parse_edition(kEdition, "e.yaml");
  EXPECT_EQ(edition.rule.id.value, "x-1");
  ASSERT_EQ(edition.item_classes.size(), 1U);
  EXPECT_EQ(edition.item_classes[0].determination, DeterminationKind::license_required);
  ASSERT_EQ(edition.licence.size(), 3U);
  EXPECT_EQ(edition.licence[1].notice_days, 25);
  EXPECT_EQ(edition.licence[1].standing.to, "2024-04-04");
  EXPECT_EQ(edition.licence[2].rank, 3);
  ASSERT_EQ(edition.other_controls.size(), 1U);
  EXPECT_EQ(edition.other_controls[0].kind, OtherControlKind::threshold);
  EXPECT_EQ(error_of(kEdition), "accepted");
}

struct Fault {
  const char* name;
  const char* from;
  const char* to;
  const char* message;
};

class FaultyEdition : public testing::TestWithParam<Fault> {};

TEST_P(FaultyEdition, IsRefusedWithItsPlace) {
  const Fault& fault = GetParam();
  EXPECT_THAT(error_of(replaced(kEdition, fault.from, fault.to)), HasSubstr(fault.message));
}

INSTANTIATE_TEST_SUITE_P(
    Each, FaultyEdition,
    testing::Values(
        Fault{"unknown_key", "title: An edition", "titel: An edition", "found key 'titel'"},
        Fault{"unknown_effect", "effect: requirement", "effect: wish", "found effect 'wish'"},
        Fault{"unknown_kind", "kind: threshold", "kind: treshold", "did you mean 'threshold'?"},
        Fault{"presumption_of_no_class", "kind: threshold", "kind: presumption",
              "found no classes in presumes, expected some of 'presumption'"},
        Fault{"presumes_of_a_threshold", "kind: threshold", "kind: threshold\n    presumes: [p]",
              "found presumes, expected none of 'threshold'"},
        Fault{"presumes_a_class_of_no_provision", "kind: threshold",
              "kind: presumption\n    presumes: [q]", "found class 'q', expected one of p"},
        Fault{"determination_is_an_absence", "determination: license-required",
              "determination: not-controlled", "the absence of these"},
        Fault{"no_classes", "classes: [p]", "classes: []", "at least one class"},
        Fault{"class_of_no_provision", "classes: [p]", "classes: [q]",
              "found class 'q', expected one of p"},
        Fault{"item_of_no_edition", "items: [p-item]", "items: [q-item]",
              "found item class 'q-item', expected one of p-item"},
        Fault{"no_items", "items: [p-item]", "items: []", "at least one item class"},
        Fault{"place_word", "any_of: [\"D:5\", MO]", "any_of: [\"D5\", MO]", "'D5'"},
        Fault{"place_in_small_letters", "any_of: [\"D:5\", MO]", "any_of: [mo]", "a country as CN"},
        Fault{"notice_negative", "notice_days: 25", "notice_days: -1", "0 to 366 days"},
        Fault{"notice_too_long", "notice_days: 25", "notice_days: 3660", "0 to 366 days"},
        Fault{"policy_without_rank", "    rank: 3\n", "", "no rank"},
        Fault{"requirement_with_rank", "name: control of p", "name: control of p\n    rank: 1",
              "a rank"},
        Fault{"neither_text_nor_enforced", "    text_verified: no\nother_controls",
              "    text_verified: no\n    in_text: no\n    enforced: no\nother_controls",
              "neither in the text nor enforced"},
        Fault{"ends_before_it_begins", "to: 2024-04-04", "from: 2024-04-04\n    to: 2024-04-03",
              "a date after 2024-04-04"},
        Fault{"threshold_without_figures", "kind: threshold", "kind: candidate",
              "none of 'candidate'"},
        Fault{"not_controlled_bare", "not controlled by p; normally q", "not controlled",
              "not controlled by ...; normally ..."},
        Fault{"below_says_uncontrolled", "below_text: not p", "below_text: uncontrolled",
              "without 'uncontrolled'"},
        Fault{"empty_band", "- {quantity: tops, op: \">=\", threshold: 8, citation: words}",
              "- {quantity: tops, op: \">=\", threshold: 8, citation: w}\n"
              "      - {quantity: tops, op: \"<\", threshold: 8, citation: w}",
              "a low end below the high end"},
        Fault{"order_of_yes_and_no", "{quantity: tops, op: \">=\", threshold: 8, citation: words}",
              "{quantity: hbm, op: \">=\", threshold: 1, citation: words}",
              "an order of yes and no"},
        Fault{"fact_of_two", "{quantity: tops, op: \">=\", threshold: 8, citation: words}",
              "{quantity: hbm, op: \"==\", threshold: 2, citation: words}", "1 (hbm) or 0 (not)"}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(EditionFile, TellsWhatWasNotReadFromWhatIsFromMemory) {
  std::string text = kEdition;
  const Edition read = parse_edition(text, "e.yaml");
  EXPECT_FALSE(read.licence.front().standing.unverified);
  const std::string words =
      "destination: {any_of: [\"D:5\", MO]}\n    citation: there\n    text_verified: ";
  text.replace(text.find(words) + words.size(), 2, "unverified");
  const Standing recalled = parse_edition(text, "e.yaml").licence.front().standing;
  EXPECT_FALSE(recalled.text_verified);
  EXPECT_TRUE(recalled.unverified);
  EXPECT_STREQ(how_read(recalled), "unverified, from memory");
}

TEST(EditionFile, RefusesAnEditionThatSaysNothing) {
  EXPECT_THAT(error_of("id: x\ntitle: t\ncitation: c\nin_force_from: 2023-01-01\n"
                       "known_through: 2023-01-02\n"),
              HasSubstr("says nothing"));
}

TEST(EditionFile, RefusesOneIdOrItemClassInTwoFiles) {
  const Edition edition = parse_edition(kEdition, "e.yaml");
  EXPECT_THROW(check_editions({edition, edition}), Error);
  Edition other = edition;
  other.rule.id.value = "x-2";
  EXPECT_THROW(check_editions({edition, other}), Error);
  other.item_classes.clear();
  EXPECT_NO_THROW(check_editions({edition, other}));
}

TEST(EditionFile, RefusesAReadingThatTwoEditionsInForceTogetherSettleOtherwise) {
  Edition one = parse_edition(kEdition, "e.yaml");
  one.rule.readings = {{"tf32_bits", "which?", {{"32", "so"}, {"19", "or so"}}, "32"}};
  Edition other = one;
  other.rule.id.value = "x-2";
  other.item_classes.clear();
  EXPECT_NO_THROW(check_editions({one, other}));
  other.rule.readings.front().default_option = "19";
  EXPECT_THROW(check_editions({one, other}), Error);
  other.rule.in_force_from = "2025-01-01";
  one.rule.in_force_to = "2025-01-01";
  EXPECT_NO_THROW(check_editions({one, other}));
  EXPECT_NO_THROW(check_editions({other, one}));
}

TEST(InForce, SaysFromWhenToWhenThereIsOne) {
  Edition edition = parse_edition(kEdition, "e.yaml");
  const auto message = [&](const char* day) -> std::string {
    try {
      editions_in_force({edition}, day);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(message("2023-11-16"), HasSubstr("expected a date from 2023-11-17 on"));
  edition.rule.in_force_to = "2024-01-01";
  EXPECT_THAT(message("2024-01-01"), HasSubstr("from 2023-11-17 to the day before 2024-01-01"));
}

TEST(EditionFile, SaysWhatIsMissingWhereNothingDefinesAClass) {
  Edition edition = parse_edition(kEdition, "e.yaml");
  edition.rule.provisions.clear();
  try {
    check_editions({edition});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("give their directory"));
  }
}

TEST(InForce, IsWhatHoldsOnTheDay) {
  const std::vector<Edition> editions = {parse_edition(kEdition, "e.yaml")};
  EXPECT_THROW(editions_in_force(editions, "2023-11-16"), UsageError);
  EXPECT_EQ(editions_in_force(editions, "2023-11-17")[0].licence.size(), 3U);
  EXPECT_EQ(editions_in_force(editions, "2024-04-03")[0].licence.size(), 3U);
  EXPECT_EQ(editions_in_force(editions, "2024-04-04")[0].licence.size(), 2U);
}

TEST(KnownThrough, IsSaidOnceADateWithEveryFile) {
  const std::vector<Edition> editions = {parse_edition(kEdition, "e.yaml")};
  CountryTable countries;
  countries.known_through = "2026-09-30";
  EXPECT_TRUE(known_through_notes(editions, countries, "2026-09-30").empty());
  const auto notes = known_through_notes(editions, countries, "2026-10-01");
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_THAT(notes[0], HasSubstr("known through 2026-09-30, and this is 2026-10-01"));
  EXPECT_THAT(notes[0], HasSubstr("x-1, countries"));
}

}  // namespace
}  // namespace tpp
