#include "agent/shipment/shipment_notice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/shipments.h"

namespace tpp::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ShipmentAnswer notice(int models, std::vector<Party> more = {}) {
  std::vector<ManifestItem> items;
  for (int i = 0; i < models; ++i) {
    items.push_back(item_of("model " + std::to_string(i), workstation_board()));
  }
  Manifest manifest = manifest_of(std::move(items));
  for (Party& one : more) manifest.parties.push_back(std::move(one));
  return answer_of(manifest);
}

Truth check_of(const ShipmentAnswer& answer, const std::string& words) {
  for (const WorksheetCheck& check : answer.worksheet.checks) {
    if (check.text.find(words) != std::string::npos) return check.truth;
  }
  ADD_FAILURE() << words;
  return Truth::not_decided;
}

TEST(NoticeWorksheet, ListsEachModelWithFiguresAndEvidence) {
  const auto answer = notice(2);

  EXPECT_THAT(answer.worksheet.why, IsEmpty());
  EXPECT_EQ(answer.worksheet.exception, "NAC");
  EXPECT_EQ(answer.worksheet.notice_days, 25);
  ASSERT_EQ(answer.worksheet.rows.size(), 2u);
  EXPECT_EQ(answer.worksheet.rows[0].tpp, 5285);
  EXPECT_DOUBLE_EQ(*answer.worksheet.rows[0].density, 5285.0 / 814);
  EXPECT_THAT(answer.worksheet.rows[0].evidence, ElementsAre("sheet of model 0"));
  for (const WorksheetCheck& check : answer.worksheet.checks) {
    EXPECT_EQ(check.truth, Truth::met) << check.text;
  }
}

TEST(NoticeWorksheet, HoldsAsManyModelsAsTheEditionAllows) {
  EXPECT_EQ(check_of(notice(6), "models"), Truth::met);
  EXPECT_EQ(check_of(notice(7), "models"), Truth::not_met);
}

TEST(NoticeWorksheet, IsForOneEndUserAndNoDistributor) {
  EXPECT_EQ(check_of(notice(1, {party(PartyRole::end_user, "CN")}), "end user"), Truth::not_met);
  EXPECT_EQ(check_of(notice(1, {party(PartyRole::distributor, "CN")}), "distributor"),
            Truth::not_met);
  Manifest nobody = manifest_of({item_of("a", workstation_board())});
  nobody.parties.at(0).role = PartyRole::purchaser;
  EXPECT_EQ(check_of(answer_of(nobody), "end user"), Truth::not_decided);
}

TEST(NoticeWorksheet, SaysOfWhichModelTheEvidenceIsMissing) {
  ManifestItem bare = item_of("bare", workstation_board());
  bare.marketing_evidence.clear();
  const auto answer = answer_of(manifest_of({bare}));

  EXPECT_EQ(check_of(answer, "evidence"), Truth::not_decided);
  EXPECT_THAT(answer.worksheet.checks.back().found, HasSubstr("bare"));
}

TEST(NoticeWorksheet, IsNotMadeForAPartOfTheShipment) {
  const auto answer =
      answer_of(manifest_of({item_of("a", workstation_board()), item_of("b", datacenter_board())}));

  EXPECT_THAT(answer.worksheet.rows, IsEmpty());
  EXPECT_THAT(answer.worksheet.why, ElementsAre(HasSubstr("b: a licence is required, and no")));
}

TEST(NoticeWorksheet, IsNotMadeWhereTheExceptionAsksForNoNotice) {
  const auto answer = answer_of(manifest_of({item_of("a", workstation_board())}, "SA"));

  EXPECT_THAT(answer.decides.exceptions, ElementsAre("ACA"));
  EXPECT_THAT(answer.worksheet.why, ElementsAre("a: exception ACA asks for no notice"));
}

}  // namespace
}  // namespace tpp::test
