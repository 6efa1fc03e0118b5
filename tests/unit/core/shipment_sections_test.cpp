#include "agent/shipment/shipment_sections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/regulation/edition_file.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::HasSubstr;

constexpr const char* kEdition = R"(id: test
title: A test
citation: Test
in_force_from: 2025-01-01
known_through: 2026-09-30
transactions:
  - {kind: export, exported_from: {any_of: [US]}, text: t, citation: c, text_verified: yes}
notice_forms:
  - {exception: NAC, max_models: 6, max_end_users: 1, refused_roles: [distributor], contents: t, citation: c, text_verified: no}
foundry_questions:
  - {question: q, text: t, role: designer, headquarters: {any_of: [TW]}, citation: c, text_verified: no}
undecidable:
  - {name: n, text: t, citation: c, text_verified: no}
programme:
  name: p
  us_content: {share: 0.51, text: t, citation: c, text_verified: no}
  countries_of_concern: {place: {any_of: [CN]}, text: t, citation: c, text_verified: no}
  statements:
    - {name: n, text: t, citation: c, text_verified: no}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return text.replace(place, from.size(), to);
}

TEST(ShipmentSections, AreReadWhole) {
  const Edition edition = parse_edition(kEdition, "e.yaml");

  EXPECT_EQ(edition.transactions.at(0).kind, TransactionKind::from_home);
  EXPECT_EQ(edition.notice_forms.at(0).max_models, 6);
  EXPECT_EQ(edition.notice_forms.at(0).refused_roles.at(0), PartyRole::distributor);
  EXPECT_EQ(edition.foundry_questions.at(0).role, PartyRole::designer);
  EXPECT_EQ(edition.undecidable.at(0).name, "n");
  ASSERT_TRUE(edition.programme);
  EXPECT_DOUBLE_EQ(edition.programme->us_content->share, 0.51);
  EXPECT_EQ(edition.programme->statements.size(), 1u);
}

struct Fault {
  const char* what;
  const char* from;
  const char* to;
  const char* expected;
};
class FaultySection : public testing::TestWithParam<Fault> {};

TEST_P(FaultySection, IsRefusedWithItsPlace) {
  const Fault& fault = GetParam();
  try {
    parse_edition(replaced(kEdition, fault.from, fault.to), "e.yaml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(fault.expected));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, FaultySection,
    testing::Values(
        Fault{"share_of_percent", "share: 0.51", "share: 51",
              "e.yaml:16:23: found 51, expected a share above 0, at most 1"},
        Fault{"share_of_nothing", "share: 0.51", "share: 0", "found 0, expected a share"},
        Fault{"no_models", "max_models: 6", "max_models: 0", "found 0, expected 1 to 1000"},
        Fault{"role_without_place", ", headquarters: {any_of: [TW]}", "",
              "found a role without a place, expected both, or neither"},
        Fault{"place_without_role", "role: designer, ", "", "found a place without a role"},
        Fault{"unknown_role", "[distributor]", "[reseller]", "role of a party 'reseller'"},
        Fault{"unknown_kind", "kind: export", "kind: import", "kind of transaction 'import'"},
        Fault{"place_word", "{any_of: [CN]}", "{any_of: [China]}", "found 'China'"},
        Fault{"unknown_key", "share: 0.51", "shore: 0.51", "did you mean 'share'?"}),
    [](const auto& row) { return std::string(row.param.what); });

TEST(ShipmentSections, SpeakOnlyOfExceptionsThatThereAre) {
  EXPECT_THROW(check_editions({parse_edition(kEdition, "e.yaml")}), Error);
}

}  // namespace
}  // namespace tpp
