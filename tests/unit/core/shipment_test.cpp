#include "agent/shipment/shipment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/regulation/country_file.h"
#include "agent/regulation/edition_file.h"
#include "agent/regulation/items.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const CountryTable& countries() {
  static const CountryTable table = load_countries(TPP_SOURCE "/agent/countries");
  return table;
}

const std::vector<Edition>& editions() {
  static const std::vector<Edition> all = load_editions(TPP_RULES);
  return all;
}

constexpr double kWindowTpp = 15832;

Figures datacenter_board(double tpp = kWindowTpp) {
  Figures figures;
  figures.tpp = tpp;
  figures.die_area_mm2 = 814;
  figures.datacenter = true;
  figures.dram_bandwidth = 4800;
  return figures;
}

// Over 4800 and not for datacenters: what an exception may be open to.
Figures workstation_board() {
  Figures figures = datacenter_board(5285);
  figures.datacenter = false;
  return figures;
}

Figures small_board() {
  Figures figures;
  figures.tpp = 500;
  figures.die_area_mm2 = 400;
  figures.datacenter = true;
  return figures;
}

ManifestPart part_of(const std::string& name, ShipmentItemKind kind, const Figures& figures) {
  ManifestPart part;
  part.place = "m.yaml:9:9";
  part.name = name;
  part.kind = kind;
  part.figures = figures;
  return part;
}

ManifestItem item_of(const std::string& name, const Figures& figures,
                     ShipmentItemKind kind = ShipmentItemKind::board) {
  ManifestItem item;
  item.name = name;
  item.kind = kind;
  item.parts.push_back(part_of(name, kind, figures));
  item.marketing_evidence = {"sheet of " + name};
  return item;
}

Party party(PartyRole role, const std::string& country) {
  return {role, "P", country, country, country};
}

Manifest manifest_of(std::vector<ManifestItem> items, const std::string& destination = "CN") {
  Manifest manifest;
  manifest.name = "test";
  manifest.transaction_place = "m.yaml:4:3";
  manifest.exported_from = "US";
  manifest.destination = destination;
  manifest.parties = {party(PartyRole::end_user, destination)};
  manifest.items = std::move(items);
  return manifest;
}

ShipmentAnswer answer_of(const Manifest& manifest, Scope scope = Scope::text,
                         const std::string& as_of = "2026-09-01") {
  Question question;
  question.as_of = as_of;
  question.scope = scope;
  return answer_shipment(manifest, resolve_items(manifest, Catalog{}, {}), editions(), countries(),
                         question);
}

std::string refusal_of(const Manifest& manifest) {
  try {
    answer_of(manifest);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Shipment, TakesTheStrictestOfItsItems) {
  const auto answer = answer_of(
      manifest_of({item_of("small", small_board()), item_of("large", datacenter_board())}));

  EXPECT_EQ(answer.determination, DeterminationKind::license_required);
  EXPECT_EQ(answer.items.at(0).determination, DeterminationKind::not_controlled);
  EXPECT_EQ(answer.decides.requirement, Truth::met);
  EXPECT_THAT(answer.decides.required_by, ElementsAre("large"));
  EXPECT_TRUE(answer.decides.without_exception);
}

TEST(Shipment, ReviewsTheWindowCaseByCaseOnlyForAnExportFromTheUnitedStates) {
  Manifest manifest = manifest_of({item_of("board", datacenter_board())});
  EXPECT_THAT(answer_of(manifest).decides.policies, ElementsAre("case by case"));

  manifest.transaction = TransactionKind::reexport;
  manifest.exported_from = "SG";
  EXPECT_THAT(answer_of(manifest).decides.policies, ElementsAre("presumption of denial"));

  manifest.transaction = TransactionKind::in_country_transfer;
  manifest.exported_from = "CN";
  EXPECT_THAT(answer_of(manifest).decides.policies, ElementsAre("presumption of denial"));
}

TEST(Shipment, RefusesATransactionThatContradictsItsCountries) {
  Manifest manifest = manifest_of({item_of("board", small_board())});

  manifest.exported_from = "SG";
  EXPECT_THAT(refusal_of(manifest), HasSubstr("m.yaml:4:3: transaction: found kind export, "
                                              "exported_from SG and destination CN"));
  EXPECT_THAT(refusal_of(manifest), HasSubstr("expected reexport"));
  manifest.transaction = TransactionKind::in_country_transfer;
  EXPECT_THAT(refusal_of(manifest), HasSubstr("stays in one foreign country"));
  manifest.exported_from = "CN";
  EXPECT_EQ(refusal_of(manifest), "no error");
  manifest.transaction = TransactionKind::reexport;
  EXPECT_THAT(refusal_of(manifest), HasSubstr("expected in-country-transfer"));
  manifest.exported_from = "US";
  EXPECT_THAT(refusal_of(manifest), HasSubstr("expected export"));
}

TEST(Shipment, CountsEveryPartysHeadquartersAndParent) {
  Manifest manifest = manifest_of({item_of("board", workstation_board())}, "DE");
  EXPECT_EQ(answer_of(manifest, Scope::enforced).decides.requirement, Truth::not_met);

  manifest.parties.push_back({PartyRole::forwarder, "F", "DE", "DE", "CN"});
  EXPECT_EQ(answer_of(manifest, Scope::enforced).decides.requirement, Truth::met);
}

TEST(Shipment, LeavesTheLicenceOpenWhereHeadquartersAreNotKnown) {
  Manifest manifest = manifest_of({item_of("board", datacenter_board())}, "DE");
  manifest.parties.push_back({PartyRole::forwarder, "F", "DE", "DE", std::nullopt});

  const auto answer = answer_of(manifest, Scope::enforced);

  EXPECT_EQ(answer.decides.requirement, Truth::not_decided);
  EXPECT_THAT(answer.decides.open_by, ElementsAre("board"));
  EXPECT_THAT(answer.notes, Contains(HasSubstr("F: ultimate parent not given")));
  const Licence& licence = *answer.items.at(0).parts.at(0).determination.licence;
  ASSERT_EQ(licence.branches.size(), 2u);
  EXPECT_EQ(licence.branches[0].answer.requirement, Truth::met);
  EXPECT_EQ(licence.branches[1].answer.requirement, Truth::not_met);
}

TEST(Shipment, DecidesWhereOneKnownHeadquartersIsEnough) {
  Manifest manifest = manifest_of({item_of("board", datacenter_board())}, "DE");
  manifest.parties = {{PartyRole::end_user, "E", "DE", "CN", std::nullopt}};

  EXPECT_EQ(answer_of(manifest, Scope::enforced).decides.requirement, Truth::met);
}

TEST(Shipment, TakesNoPartiesForHeadquartersThatAreNotKnown) {
  Manifest manifest = manifest_of({item_of("board", datacenter_board())}, "DE");
  manifest.parties.clear();

  EXPECT_EQ(answer_of(manifest, Scope::enforced).decides.requirement, Truth::not_decided);
}

ManifestItem computer_of(const Figures& figures, int count) {
  ManifestItem item;
  item.name = "server";
  item.kind = ShipmentItemKind::computer;
  item.parts.push_back(part_of("server: board", ShipmentItemKind::board, figures));
  item.parts.back().quantity = count;
  return item;
}

TEST(Shipment, HoldsAComputerAgainstTheRulesByAnyCircuitAndNeverByTheirSum) {
  Figures below = small_board();
  below.tpp = 1500;
  const auto eight = answer_of(manifest_of({computer_of(below, 8)})).items.at(0);

  EXPECT_EQ(eight.determination, DeterminationKind::not_controlled);
  EXPECT_EQ(eight.tpp.value, 12000);
  EXPECT_THAT(eight.notes, Contains(HasSubstr("never by their sum")));

  ManifestItem mixed = computer_of(below, 8);
  mixed.parts.push_back(part_of("one", ShipmentItemKind::board, datacenter_board()));
  const auto any = answer_of(manifest_of({mixed})).items.at(0);
  EXPECT_EQ(any.determination, DeterminationKind::license_required);
  EXPECT_THAT(any.rendered, testing::StartsWith("4A090.a; one: 3A090.a"));
}

TEST(Shipment, SaysOfAComputerThatItsEntryAppliesAndOfABoardThatItIsToCheck) {
  const auto status = [](const ShipmentItem& item) {
    for (const auto& control : item.parts.at(0).determination.other_controls) {
      if (control.name == "4A090.a") return control.status;
    }
    return std::string("absent");
  };
  const auto answer = answer_of(
      manifest_of({computer_of(datacenter_board(), 1), item_of("b", datacenter_board())}));

  EXPECT_EQ(status(answer.items.at(0)), "applies");
  EXPECT_EQ(status(answer.items.at(1)), "to check");
}

TEST(Shipment, OpensNoExceptionOfItemsToTheirTechnology) {
  const auto answer = answer_of(
      manifest_of({item_of("board", workstation_board()),
                   item_of("design", workstation_board(), ShipmentItemKind::technology)}));

  EXPECT_EQ(answer.items.at(0).determination, DeterminationKind::exception_eligible);
  EXPECT_EQ(answer.items.at(1).determination, DeterminationKind::license_required);
  EXPECT_THAT(answer.items.at(1).rendered, testing::StartsWith("3E001; "));
  EXPECT_FALSE(answer.items.at(1).parts.at(0).determination.licence->decides.exception);
}

TEST(Shipment, AsksAFoundrysQuestionsOfADesign) {
  Figures design = datacenter_board(4000);
  design.transistors = 51;
  design.hbm = true;
  Manifest manifest = manifest_of({item_of("design", design, ShipmentItemKind::technology)});
  manifest.parties.push_back(party(PartyRole::designer, "TW"));
  const auto answer_to = [](const ShipmentAnswer& answer, const std::string& words) {
    for (const FoundryAnswer& row : answer.items.at(0).foundry) {
      if (row.question.find(words) != std::string::npos) return row.truth;
    }
    ADD_FAILURE() << words;
    return Truth::not_decided;
  };

  EXPECT_EQ(answer_to(answer_of(manifest), "designers"), Truth::met);
  EXPECT_EQ(answer_to(answer_of(manifest), "fabricator"), Truth::not_decided);
  manifest.parties.back().ultimate_parent = "CN";
  EXPECT_EQ(answer_to(answer_of(manifest), "designers"), Truth::not_met);
  manifest.parties.back().ultimate_parent.reset();
  EXPECT_EQ(answer_to(answer_of(manifest), "designers"), Truth::not_decided);
  EXPECT_THAT(answer_of(manifest_of({item_of("b", design)})).items.at(0).foundry, IsEmpty());
}

TEST(Shipment, AnswersADesignOfWhichOnlyTransistorsAreKnown) {
  Figures design;
  design.transistors = 54;
  design.hbm = true;

  const auto item =
      answer_of(manifest_of({item_of("design", design, ShipmentItemKind::technology)})).items.at(0);

  EXPECT_EQ(item.determination, DeterminationKind::undetermined);
  std::vector<std::string> applying;
  for (const auto& control : item.parts.at(0).determination.other_controls) {
    if (control.status == "applies") applying.push_back(control.name);
  }
  EXPECT_THAT(applying, ElementsAre("foundry red flag", "presumption of 3A090.a"));
}

TEST(Shipment, AddsUpQuantityTimesTppAndSaysWhatIsMissing) {
  ManifestItem many = item_of("many", datacenter_board());
  many.quantity = 3;
  ManifestItem server = computer_of(small_board(), 4);
  server.quantity = 2;
  Figures stack;
  stack.hbm_bandwidth = 800;
  stack.package_area_mm2 = 110;

  const auto whole =
      answer_of(manifest_of({many, server, item_of("stack", stack, ShipmentItemKind::hbm)}));
  EXPECT_EQ(whole.tpp.value, 3 * kWindowTpp + 2 * 4 * 500);
  EXPECT_THAT(whole.tpp.missing, IsEmpty());
}

TEST(Shipment, CountsABoardOfWhichNothingIsDeclaredAsAnOpenPartOfTheSum) {
  Manifest manifest = manifest_of({});
  Report report;
  report.performances.push_back({});
  report.performances.back().board = {"gpu-0"};
  ManifestItem item;
  item.name = "crate";
  item.kind = ShipmentItemKind::report;
  item.report = "/r.json";
  manifest.items = {item, item_of("small", small_board())};
  Question question;
  question.as_of = "2026-09-01";

  const auto answer =
      answer_shipment(manifest, resolve_items(manifest, Catalog{}, {{"/r.json", report}}),
                      editions(), countries(), question);

  EXPECT_EQ(answer.items.at(0).determination, DeterminationKind::undetermined);
  EXPECT_EQ(answer.tpp.value, 500);
  EXPECT_THAT(answer.tpp.missing, ElementsAre(HasSubstr("TPP unknown")));
}

TEST(Shipment, NamesTheModelThatTheCatalogueDoesNotHave) {
  ManifestItem item = item_of("x", small_board());
  item.parts.at(0).figures.reset();
  item.parts.at(0).model = "no-such";

  EXPECT_THAT(refusal_of(manifest_of({item})),
              HasSubstr("m.yaml:9:9: model: 'no-such' is no id or name"));
}

TEST(Shipment, ListsWhatItDoesNotDecide) {
  const auto answer = answer_of(manifest_of({item_of("board", small_board())}));

  std::vector<std::string> names;
  for (const TextAndCitation& text : answer.undecidable) names.push_back(text.name);
  EXPECT_THAT(names, ElementsAre("Entity List", "end use and end user", "conditions of exceptions",
                                 "answer to a notice", "the programme's formula"));
  const auto later =
      answer_of(manifest_of({item_of("board", small_board())}), Scope::text, "2026-11-10");
  EXPECT_EQ(later.undecidable.size(), 6u);
  EXPECT_THAT(later.notes, Contains(HasSubstr("known through 2026-09-30")));
}

// The worksheet of a notice.

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

// The programme.

ShipmentAnswer priced(double value, double content) {
  ManifestItem item = item_of("board", small_board());
  item.quantity = 7;
  item.unit_value = value;
  item.us_content_value = content;
  item.supplier_countries = {"TW", "HK"};
  return answer_of(manifest_of({item}));
}

TEST(ShipmentProgramme, ReachesTheSharePresumedToSufficeExactlyAtIt) {
  const auto at = priced(100, 51).programmes.at(0);
  EXPECT_EQ(at.presumption, Truth::met);
  EXPECT_EQ(at.share, at.presumed_share);

  const auto under = priced(100'000, 50'999).programmes.at(0);
  EXPECT_EQ(under.presumption, Truth::not_met);
}

TEST(ShipmentProgramme, HasNoShareWhereAValueIsMissing) {
  const auto answer = answer_of(manifest_of({item_of("bare", small_board())})).programmes.at(0);

  EXPECT_FALSE(answer.share);
  EXPECT_EQ(answer.presumption, Truth::not_decided);
  EXPECT_THAT(answer.value.missing, ElementsAre("bare"));
  EXPECT_THAT(answer.suppliers_not_said, ElementsAre("bare"));
}

TEST(ShipmentProgramme, HasNoShareOfNothing) { EXPECT_FALSE(priced(0, 0).programmes.at(0).share); }

TEST(ShipmentProgramme, NamesSuppliersAndPartiesOfCountriesOfConcern) {
  const auto answer = priced(100, 51).programmes.at(0);

  ASSERT_EQ(answer.suppliers.size(), 1u);
  EXPECT_THAT(answer.suppliers[0].countries, ElementsAre("HK"));
  EXPECT_THAT(answer.parties, ElementsAre(HasSubstr("ultimate parent CN")));
}

TEST(ShipmentProgramme, LeavesDesignsOutOfTheHardwareLayer) {
  ManifestItem board = item_of("board", small_board());
  board.unit_value = 10;
  board.us_content_value = 6;
  const auto answer = answer_of(
      manifest_of({board, item_of("design", small_board(), ShipmentItemKind::technology)}));

  EXPECT_DOUBLE_EQ(*answer.programmes.at(0).share, 0.6);
}

TEST(ShipmentProgramme, IsNotYetThereBeforeItsDay) {
  const auto early =
      answer_of(manifest_of({item_of("b", small_board())}), Scope::text, "2025-07-22");
  EXPECT_THAT(early.programmes, IsEmpty());
  const auto before_the_call =
      answer_of(manifest_of({item_of("b", small_board())}), Scope::text, "2025-12-01");
  EXPECT_FALSE(before_the_call.programmes.at(0).presumed_share);
}

TEST(ShipmentProgramme, IsNoEditionThatDecidesAnItem) {
  Question question;
  question.as_of = "2026-09-01";
  const Determination alone =
      determine(figures_item(small_board(), ""), editions(), countries(), question);

  for (const EditionUse& edition : alone.editions) {
    EXPECT_THAT(edition.id, Not(HasSubstr("ai-exports")));
  }
}

}  // namespace
}  // namespace tpp
