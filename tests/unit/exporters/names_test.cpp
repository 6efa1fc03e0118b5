#include "agent/model/names.h"

#include <gtest/gtest.h>

#include <set>

namespace tpp {
namespace {

template <class Enum>
class Names : public testing::Test {};

using Enumerations =
    testing::Types<DeviceKind, Source, FindingClass, Severity, Quantity, Basis, Confidence,
                   RuleQuantity, Operator, Truth, ClassificationKind, Assurance, PassMode>;
TYPED_TEST_SUITE(Names, Enumerations);

TYPED_TEST(Names, LeadBackToTheirValuesAndAreLowerSnake) {
  std::set<std::string_view> seen;
  for (const auto& row : EnumNames<TypeParam>::rows) {
    EXPECT_EQ(enum_name(row.value), row.name);
    EXPECT_EQ(parse_enum<TypeParam>(row.name), row.value);
    EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), row.name.npos) << row.name;
    EXPECT_TRUE(seen.insert(row.name).second) << row.name;
  }
}

TYPED_TEST(Names, CoverTheEnumerationFromItsFirstValueWithoutAGap) {
  int next = 0;
  for (const auto& row : EnumNames<TypeParam>::rows) EXPECT_EQ(static_cast<int>(row.value), next++);
}

TYPED_TEST(Names, RefuseWhatIsNoName) {
  EXPECT_EQ(parse_enum<TypeParam>("no such name"), std::nullopt);
  EXPECT_EQ(parse_enum<TypeParam>(""), std::nullopt);
}

TEST(NamesDeathTest, AValueOutsideTheEnumerationIsOurMistake) {
  EXPECT_DEATH(enum_name(static_cast<Severity>(17)), "every_enumerator_has_a_row");
}

}  // namespace
}  // namespace tpp
