#include "agent/shipment/shipment_notice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/boards.h"
#include "tests/unit/core/shipments.h"

namespace tpp::test {
namespace {

using testing::Contains;
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
  nobody.parties.at(0).role = PartyRole::ultimate_consignee;
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

// Models.

ManifestItem counted(const std::string& name, double tpp, int quantity) {
  Figures figures = workstation_board();
  figures.tpp = tpp;
  ManifestItem item = item_of(name, figures);
  item.quantity = quantity;
  return item;
}

TEST(NoticeWorksheet, PutsTogetherOnlyWhatIsOfOneNameAndOneSetOfFigures) {
  const auto rows = answer_of(manifest_of({counted("card", 5285, 2), counted("card", 5285, 3),
                                           counted("card", 4900, 4), counted("other", 5285, 5)}))
                        .worksheet.rows;

  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].quantity, 5);
  EXPECT_EQ(rows[1].quantity, 4);
  EXPECT_EQ(rows[1].tpp, 4900);
  EXPECT_EQ(rows[2].model, "other");
}

TEST(NoticeWorksheet, PutsTogetherWhatIsOfOneRowOfTheCatalogue) {
  ManifestItem one = counted("one", 1, 2);
  one.parts.at(0).figures.reset();
  one.parts.at(0).model = "row";
  ManifestItem other = one;
  other.name = "other";
  other.marketing_evidence = {"another sheet"};
  Catalog catalog;
  catalog.chips = {chip("row", {{Precision::fp16, 320}}, 600, false)};
  catalog.chips[0].memory_bandwidth = figure(1e12);
  catalog.chips[0].details.interconnect = figure(64e9, Confidence::recall);
  const Manifest manifest = manifest_of({one, other});
  Question question;
  question.as_of = "2026-09-01";

  const auto answer = answer_shipment(manifest, resolve_items(manifest, catalog, {}),
                                      {editions(), countries()}, question);

  ASSERT_EQ(answer.worksheet.rows.size(), 1u) << answer.worksheet.why.size();
  EXPECT_EQ(answer.worksheet.rows[0].quantity, 4);
  EXPECT_THAT(answer.worksheet.rows[0].evidence, Contains("another sheet"));
}

// Boards of one chip and of two are two models, of figures of their own.
TEST(NoticeWorksheet, KeepsBoardsOfUnlikeNumbersOfChipsApart) {
  ManifestItem one;
  one.name = "one";
  one.kind = ShipmentItemKind::computer;
  one.marketing_evidence = {"sheet"};
  Figures card = workstation_board();
  card.dram_bandwidth = 400;  // two of them are under what a letter may reach too
  one.parts = {test::part_of("card", ShipmentItemKind::chip, card)};
  one.parts[0].quantity = 2;
  one.parts[0].per_board = 1;
  ManifestItem two = one;
  two.name = "two";
  two.parts[0].per_board = 2;

  const auto worksheet = answer_of(manifest_of({one, two})).worksheet;

  ASSERT_EQ(worksheet.rows.size(), 2u) << testing::PrintToString(worksheet.why);
  EXPECT_EQ(worksheet.rows[0].tpp, 5285);
  EXPECT_EQ(worksheet.rows[1].tpp, 2 * 5285);
}

TEST(NoticeWorksheet, CountsMorePiecesThanAnIntHolds) {
  const auto answer = answer_of(
      manifest_of({counted("card", 5285, 1'000'000'000), counted("card", 5285, 1'000'000'000),
                   counted("card", 5285, 999'999'999)}));

  EXPECT_EQ(answer.worksheet.rows.at(0).quantity, 2'999'999'999);
  EXPECT_EQ(answer.tpp.value, 15'854'999'994'715.0);
}

// A condition of the notice that the shipment breaks, or is not shown to keep, closes the exception
// to the whole.

std::string not_open(const ShipmentAnswer& answer) {
  if (answer.decides.not_open.empty()) return "open";
  EXPECT_THAT(answer.decides.exceptions, IsEmpty());
  EXPECT_TRUE(answer.decides.without_exception);
  EXPECT_EQ(answer.decides.requirement, Truth::met);
  EXPECT_EQ(answer.decides.not_open.at(0).exception, "NAC");
  return answer.decides.not_open.at(0).why.at(0);
}

TEST(NoticeConditions, CloseTheExceptionToTheWholeWhereTheyAreNotKept) {
  EXPECT_EQ(not_open(notice(6)), "open");
  EXPECT_THAT(notice(6).decides.exceptions, ElementsAre("NAC"));
  EXPECT_FALSE(notice(6).decides.without_exception);

  EXPECT_EQ(not_open(notice(7)), "at most 6 models: 7");
  EXPECT_EQ(not_open(notice(1, {party(PartyRole::end_user, "CN")})), "at most 1 end user: 2");
  EXPECT_EQ(not_open(notice(1, {party(PartyRole::distributor, "CN")})), "no distributor: 1");
}

TEST(NoticeConditions, CloseTheExceptionWhereTheyAreNotShown) {
  ManifestItem bare = item_of("bare", workstation_board());
  bare.marketing_evidence.clear();
  EXPECT_THAT(not_open(answer_of(manifest_of({bare}))), HasSubstr("missing of bare"));

  Manifest nobody = manifest_of({item_of("a", workstation_board())});
  nobody.parties.at(0).role = PartyRole::ultimate_consignee;
  EXPECT_THAT(not_open(answer_of(nobody)), HasSubstr("no party has the role end-user"));
}

// No worksheet is made for a part of a shipment, but its conditions hold for that part.
TEST(NoticeConditions, AreHeldWhereNoWorksheetIsMade) {
  Manifest manifest =
      manifest_of({item_of("a", workstation_board()), item_of("b", datacenter_board())});
  EXPECT_EQ(not_open(answer_of(manifest)), "open");
  manifest.parties.push_back(party(PartyRole::distributor, "CN"));

  EXPECT_EQ(not_open(answer_of(manifest)), "no distributor: 1");
}

TEST(NoticeConditions, AreHeldInEachScopeByItself) {
  const auto answer = notice(7);

  EXPECT_EQ(answer.beside.not_open.size(), answer.beside.requirement == Truth::met ? 1u : 0u);
  EXPECT_THAT(answer.beside.exceptions, IsEmpty());
}

}  // namespace
}  // namespace tpp::test
