// What every shipped edition has, whatever it says.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "agent/model/names.h"
#include "agent/regulation/rule_file.h"
#include "tests/unit/regulation/shipped.h"

namespace tpp {
namespace {

TEST(ShippedEditions, AreAllThere) {
  std::set<std::string> ids;
  for (const Edition& edition : test::shipped_editions()) ids.insert(edition.rule.id.value);
  for (const char* id : {"us-ear-2022-10", "us-ear-2022-10-floor", "us-ear-2023-10",
                         "us-ear-2024-04", "us-ear-2024-12-hbm", "us-ear-2025-01-diffusion",
                         "us-ear-2025-01-foundry", "us-ear-2026-01", "us-tariff-2026-01",
                         "us-ear-2026-07-uae", "us-bis-letters", "us-ai-exports-2025"}) {
    EXPECT_TRUE(ids.contains(id)) << id;
  }
}

TEST(ShippedEditions, CiteEveryStatement) {
  for (const Edition& edition : test::shipped_editions()) {
    const std::string& id = edition.rule.id.value;
    EXPECT_FALSE(edition.rule.citation.empty()) << id;
    for (const Provision& each : edition.rule.provisions) {
      EXPECT_FALSE(each.standing.citation.empty()) << id;
    }
    for (const ItemClass& each : edition.item_classes) EXPECT_FALSE(each.standing.citation.empty());
    for (const LicenceRow& each : edition.licence) EXPECT_FALSE(each.standing.citation.empty());
    for (const OtherControl& each : edition.other_controls) {
      EXPECT_FALSE(each.standing.citation.empty());
    }
    for (const NoticeForm& each : edition.notice_forms)
      EXPECT_FALSE(each.standing.citation.empty());
    for (const Statement& each : edition.undecidable) EXPECT_FALSE(each.standing.citation.empty());
  }
}

TEST(ShippedEditions, HaveOneThatClassifiesBoards) {
  const std::vector<Rule> rules = load_rules(TPP_RULES);
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0].id.value, "us-ear-2023-10");
}

// Every number of every edition once more, by hand: what one paragraph hides behind another (b.1's
// high ends behind a.1) shows in no answer, and still stands in the comparisons that a reader
// checks.
std::string condition_text(const std::string& where, const Condition& condition) {
  static constexpr const char* kOps[] = {"<", "<=", ">", ">=", "=="};
  return fmt::format("{} {} {} {}", where, enum_name(condition.quantity),
                     kOps[static_cast<int>(condition.op)], condition.threshold);
}

std::vector<std::string> conditions_of(const std::string& id) {
  std::vector<std::string> texts;
  const auto add = [&](const std::string& where, const std::vector<Condition>& all) {
    for (const Condition& condition : all) texts.push_back(condition_text(where, condition));
  };
  for (const Edition& edition : test::shipped_editions()) {
    if (edition.rule.id.value != id) continue;
    for (const Provision& each : edition.rule.provisions) add(each.paragraph, each.all);
    for (const Exclusion& each : edition.rule.exclusions) add(each.note, each.all);
    for (const ItemClass& each : edition.item_classes) add(each.name, each.all);
    for (const LicenceRow& each : edition.licence) add("letter", each.all);
    for (const OtherControl& each : edition.other_controls) add(each.name, each.all);
  }
  return texts;
}

TEST(ShippedEditions, HaveTheNumbersOfTheLaw) {
  using testing::ElementsAre;
  EXPECT_THAT(conditions_of("us-ear-2022-10"),
              ElementsAre("3A090.a tpp >= 4800", "3A090.a interconnect >= 600"));
  EXPECT_THAT(conditions_of("us-ear-2022-10-floor"),
              ElementsAre("3A991.p tops >= 8", "3A991.p interconnect >= 150"));
  EXPECT_THAT(conditions_of("us-ear-2023-10"),
              ElementsAre("3A090.a.1 tpp >= 4800", "3A090.a.2 tpp >= 1600", "3A090.a.2 pd >= 5.92",
                          "3A090.b.1 tpp >= 2400", "3A090.b.1 tpp < 4800", "3A090.b.1 pd >= 1.6",
                          "3A090.b.1 pd < 5.92", "3A090.b.2 tpp >= 1600", "3A090.b.2 pd >= 3.2",
                          "3A090.b.2 pd < 5.92", "Note 2 to 3A090 datacenter == 0",
                          "Note 2 to 3A090 tpp < 4800", "a-datacenter datacenter == 1",
                          "nac-eligible datacenter == 0", "foundry red flag transistors > 50",
                          "foundry red flag hbm == 1"));
  EXPECT_THAT(conditions_of("us-ear-2024-12-hbm"),
              ElementsAre("3A090.c memory_density > 2", "hbm-exception memory_density < 3.3",
                          "hbm memory_density >= 3.3"));
  EXPECT_THAT(conditions_of("us-ear-2026-01"),
              ElementsAre("a-datacenter-window datacenter == 1", "a-datacenter-window tpp < 21000",
                          "a-datacenter-window dram_bandwidth < 6500"));
  EXPECT_THAT(conditions_of("us-bis-letters-2023"),
              ElementsAre("letter tpp >= 4800", "letter datacenter == 1",
                          "letters of October 2023 tpp >= 4800",
                          "letters of October 2023 datacenter == 1"));
}

TEST(ShippedEditions, BeginAndEndOnTheirDays) {
  struct Days {
    const char* id;
    const char* from;
    const char* to;
  };
  for (const Days& row :
       {Days{"us-ear-2022-10", "2022-10-07", "2023-11-17"},
        Days{"us-ear-2022-10-floor", "2022-10-07", ""}, Days{"us-ear-2023-10", "2023-11-17", ""},
        Days{"us-ear-2024-04", "2024-04-04", ""}, Days{"us-ear-2024-12-hbm", "2024-12-02", ""},
        Days{"us-ear-2025-01-diffusion", "2025-01-13", ""},
        Days{"us-ear-2025-01-foundry", "2025-01-16", ""}, Days{"us-bis-letters", "2025-04-09", ""},
        Days{"us-bis-letters-2023", "2023-10-23", "2023-11-17"},
        Days{"us-ai-exports-2025", "2025-07-23", ""}, Days{"us-ear-2026-01", "2026-01-15", ""},
        Days{"us-tariff-2026-01", "2026-01-15", ""},
        Days{"us-ear-2026-07-uae", "2026-07-10", ""}}) {
    const auto& editions = test::shipped_editions();
    const auto edition = std::ranges::find_if(
        editions, [&](const Edition& each) { return each.rule.id.value == row.id; });
    ASSERT_NE(edition, editions.end()) << row.id;
    EXPECT_EQ(edition->rule.in_force_from, row.from) << row.id;
    EXPECT_EQ(edition->rule.in_force_to.value_or(""), row.to) << row.id;
  }
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
