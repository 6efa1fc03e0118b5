// Modified-condition coverage of the classifier: in every list of conditions of every edition, each
// condition alone, the others held, turns the answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "agent/regulation/provisions.h"
#include "tests/unit/regulation/shipped.h"

namespace tpp {
namespace {

double step_up(double value) {
  return std::nextafter(value, std::numeric_limits<double>::infinity());
}

// The nearest value on either side of a condition: {meets it, does not}.
std::pair<double, double> sides(const Condition& condition) {
  const double at = condition.threshold;
  switch (condition.op) {
    case Operator::less:
      return {std::nextafter(at, 0), at};
    case Operator::less_equal:
      return {at, step_up(at)};
    case Operator::greater:
      return {step_up(at), at};
    case Operator::greater_equal:
      return {at, std::nextafter(at, 0)};
    case Operator::equal:
      return {at, 1 - at};
  }
  return {};
}

void set(RuleQuantity quantity, double value, BoardValues& values) {
  if (quantity == RuleQuantity::datacenter) {
    values.datacenter = value != 0;
    values.datacenter_known = true;
  } else if (quantity == RuleQuantity::hbm) {
    values.hbm = value != 0;
  } else {
    values.bases.front().figures[quantity] = {value, {value, value}, Weight::both};
  }
}

bool holds(const Condition& condition, double value) {
  switch (condition.op) {
    case Operator::less:
      return value < condition.threshold;
    case Operator::less_equal:
      return value <= condition.threshold;
    case Operator::greater:
      return value > condition.threshold;
    case Operator::greater_equal:
      return value >= condition.threshold;
    case Operator::equal:
      return value == condition.threshold;
  }
  return false;
}

// Values that meet all conditions: for each quantity the side of one of its own conditions that the
// others allow.
BoardValues meeting(const std::vector<Condition>& all, ItemKind item) {
  BoardValues values;
  values.item = item;
  values.bases.push_back({Basis::declared, {}, ""});
  for (const Condition& condition : all) {
    const double value = sides(condition).first;
    const bool allowed = std::ranges::all_of(all, [&](const Condition& other) {
      return other.quantity != condition.quantity || holds(other, value);
    });
    if (allowed) set(condition.quantity, value, values);
  }
  return values;
}

using Judge = std::function<Truth(const BoardValues&)>;

int expect_each_decides(const std::string& where, const std::vector<Condition>& all, ItemKind item,
                        const Judge& judge) {
  const BoardValues base = meeting(all, item);
  EXPECT_EQ(judge(base), Truth::met) << where;
  for (const Condition& condition : all) {
    BoardValues turned = base;
    set(condition.quantity, sides(condition).second, turned);
    EXPECT_EQ(judge(turned), Truth::not_met) << where << ": " << condition.citation;
    for (const Condition& other : all) {
      if (&other == &condition || other.quantity != condition.quantity) continue;
      EXPECT_TRUE(holds(other, sides(condition).second))
          << where << ": " << condition.citation << " does not turn alone";
    }
  }
  return static_cast<int>(all.size());
}

TEST(EachCondition, DecidesAParagraphAlone) {
  int conditions = 0;
  for (const Edition& edition : test::shipped_editions()) {
    for (const Provision& provision : edition.rule.provisions) {
      // Without the notes, which are judged by themselves below.
      Rule alone = edition.rule;
      alone.exclusions.clear();
      conditions += expect_each_decides(
          provision.paragraph, provision.all, provision.item, [&](const BoardValues& values) {
            for (const ProvisionResult& result : evaluate(alone, values)) {
              if (result.provision->paragraph == provision.paragraph) return result.truth;
            }
            return Truth::not_decided;
          });
    }
  }
  EXPECT_EQ(conditions, 2 + 1 + 2 + 4 + 3 + 1);  // 2022; a.1, a.2, b.1, b.2; c
}

TEST(EachCondition, DecidesANoteAlone) {
  int notes = 0;
  for (const Edition& edition : test::shipped_editions()) {
    for (const Exclusion& exclusion : edition.rule.exclusions) {
      ++notes;
      expect_each_decides(
          exclusion.note, exclusion.all, ItemKind::circuit,
          [&](const BoardValues& values) { return judge_conditions(exclusion.all, values); });
    }
  }
  EXPECT_EQ(notes, 1);
}

TEST(EachCondition, OfNote2TakesAParagraphOutOrLeavesIt) {
  const auto& editions = test::shipped_editions();
  const auto edition = std::ranges::find_if(
      editions, [](const Edition& each) { return each.rule.id.value == "us-ear-2023-10"; });
  const auto a2 = [&](double tpp, bool datacenter) {
    BoardValues values;
    values.bases.push_back({Basis::declared, {}, ""});
    set(RuleQuantity::tpp, tpp, values);
    set(RuleQuantity::pd, 6, values);
    set(RuleQuantity::datacenter, datacenter ? 1 : 0, values);
    for (const ProvisionResult& result : evaluate(edition->rule, values)) {
      if (result.provision->paragraph == "3A090.a.2") return result.truth;
    }
    return Truth::not_decided;
  };
  EXPECT_EQ(a2(4799, false), Truth::not_met);
  EXPECT_EQ(a2(4799, true), Truth::met);
  EXPECT_EQ(a2(4800, false), Truth::met);
}

TEST(EachCondition, DecidesAnItemClassAnotherControlAndALetterAlone) {
  int lists = 0;
  const auto check = [&](const std::string& where, const std::vector<Condition>& all,
                         ItemKind item) {
    if (all.empty()) return;
    ++lists;
    expect_each_decides(where, all, item,
                        [&](const BoardValues& values) { return judge_conditions(all, values); });
  };
  for (const Edition& edition : test::shipped_editions()) {
    for (const ItemClass& each : edition.item_classes)
      check(each.name, each.all, ItemKind::circuit);
    for (const OtherControl& each : edition.other_controls) check(each.name, each.all, each.item);
    for (const LicenceRow& each : edition.licence) check(each.name, each.all, ItemKind::circuit);
  }
  EXPECT_EQ(lists, 5 + 12 + 5);  // item classes, other controls, letters
}

}  // namespace
}  // namespace tpp
