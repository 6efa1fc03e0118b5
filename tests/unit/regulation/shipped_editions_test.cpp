// What every shipped edition has, whatever it says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "agent/rule_file.h"
#include "tests/unit/regulation/shipped.h"

namespace tpp {
namespace {

TEST(ShippedEditions, AreAllThere) {
  std::set<std::string> ids;
  for (const Edition& edition : test::shipped_editions()) ids.insert(edition.rule.id.value);
  for (const char* id :
       {"us-ear-2022-10", "us-ear-2022-10-floor", "us-ear-2023-10", "us-ear-2024-04",
        "us-ear-2024-12-hbm", "us-ear-2025-01-diffusion", "us-ear-2025-01-foundry",
        "us-ear-2026-01", "us-tariff-2026-01", "us-ear-2026-07-uae", "us-bis-letters"}) {
    EXPECT_TRUE(ids.contains(id)) << id;
  }
}

TEST(ShippedEditions, CiteEveryStatement) {
  for (const Edition& edition : test::shipped_editions()) {
    const std::string& id = edition.rule.id.value;
    EXPECT_FALSE(edition.rule.citation.empty()) << id;
    for (const Provision& each : edition.rule.provisions) EXPECT_FALSE(each.citation.empty()) << id;
    for (const ItemClass& each : edition.item_classes) EXPECT_FALSE(each.standing.citation.empty());
    for (const LicenceRow& each : edition.licence) EXPECT_FALSE(each.standing.citation.empty());
    for (const OtherControl& each : edition.other_controls) {
      EXPECT_FALSE(each.standing.citation.empty());
    }
  }
}

TEST(ShippedEditions, HaveOneThatClassifiesBoards) {
  const std::vector<Rule> rules = load_rules(TPP_RULES);
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0].id.value, "us-ear-2023-10");
}

TEST(ShippedEditions, HaveAClassOfItemsForEveryClassOfTheirLists) {
  std::set<std::string> covered;
  for (const Edition& edition : test::shipped_editions()) {
    for (const ItemClass& item : edition.item_classes) {
      covered.insert(item.classes.begin(), item.classes.end());
    }
  }
  for (const Edition& edition : test::shipped_editions()) {
    for (const Provision& provision : edition.rule.provisions) {
      EXPECT_TRUE(covered.contains(provision.gives)) << provision.paragraph;
    }
  }
}

// What follows from a class, as candidates to check by hand.
TEST(ShippedEditions, NameEveryEntryThatFollowsFromAClass) {
  const Determination result = test::ask(test::board(15832, 814));
  std::set<std::string> names;
  for (const OtherControlResult& control : result.other_controls) names.insert(control.name);
  for (const char* name : {"4A090.a", "3A001.z", "4A003.z", "4A004.z", "4A005.z", "5A002.z",
                           "5A992.z", "4A994.l", "3A991.p"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(ShippedEditions, NameWhatHasNoPublicFiguresWithoutDecidingIt) {
  const Determination result = test::ask(test::board(1042, 545));
  int unpublished = 0;
  for (const OtherControlResult& control : result.other_controls) {
    if (control.kind != OtherControlKind::unpublished) continue;
    ++unpublished;
    EXPECT_EQ(control.status, "may apply");
    EXPECT_FALSE(control.text_verified);
  }
  EXPECT_GE(unpublished, 2);
}

}  // namespace
}  // namespace tpp
