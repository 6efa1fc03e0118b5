#include "agent/regulation/rule_override.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/support/error.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::HasSubstr;

Edition edition(const Rule& rule) {
  Edition whole;
  whole.rule = rule;
  return whole;
}

std::vector<Edition> shipped() { return {edition(test::october_2023())}; }

Rule elsewhere(Rule rule) {
  rule.origin = "mine.yaml";
  return rule;
}

TEST(RuleOverride, RefusesTheIdOfAShippedRuleForOtherContent) {
  Rule mine = elsewhere(test::october_2023());
  mine.provisions.at(0).all.at(0).threshold *= 10;

  try {
    refuse_false_ids({edition(mine)}, shipped());
    FAIL() << "was accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("mine.yaml: found rule id 'us-ear-2023-10'"));
    EXPECT_THAT(error.what(), HasSubstr("expected an id of its own"));
  }
}

TEST(RuleOverride, SeesEveryMemberOfARule) {
  const auto refused = [](auto change) {
    Rule mine = elsewhere(test::october_2023());
    change(mine);
    EXPECT_THROW(refuse_false_ids({edition(mine)}, shipped()), Error);
  };
  refused([](Rule& rule) { rule.below_text = "below"; });
  refused([](Rule& rule) { rule.known_through = "2099-01-01"; });
  refused([](Rule& rule) { rule.in_force_to = "2024-01-01"; });
  refused([](Rule& rule) { rule.provisions.pop_back(); });
  refused([](Rule& rule) { rule.provisions.at(0).standing.in_text = false; });
  refused([](Rule& rule) { rule.exclusions.at(0).excludes.pop_back(); });
  refused([](Rule& rule) { rule.readings.at(0).default_option = "19"; });
  Edition more = edition(elsewhere(test::october_2023()));
  more.licence.emplace_back();
  EXPECT_THROW(refuse_false_ids({more}, shipped()), Error);
}

TEST(RuleOverride, TakesACopyOfAShippedRuleForThatRule) {
  const Rule copy = elsewhere(test::october_2023());

  EXPECT_NO_THROW(refuse_false_ids({edition(copy)}, shipped()));
  EXPECT_FALSE(rule_overridden_finding(copy, shipped()));
}

TEST(RuleOverride, SaysInFindingsAndVerdictsThatARuleDidNotShip) {
  Rule mine = elsewhere(test::october_2023());
  mine.id.value = "mine";
  test::Scene scene = test::inventory_of(test::small_chip());
  refuse_false_ids({edition(mine)}, shipped());
  scene.options.rule_overridden = rule_overridden_finding(mine, shipped());

  const Classification result =
      classify(test::aggregate_scene(scene), scene.inventory, mine, scene.options);

  EXPECT_TRUE(test::has_finding(result, "data.rule_overridden"));
  EXPECT_THAT(result.verdicts.at(0).notes,
              Contains(HasSubstr("mine is no rule that was shipped, it was read from mine.yaml")));
}

}  // namespace
}  // namespace tpp
