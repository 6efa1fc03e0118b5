#include "agent/shipment/shipment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/shipment/shipment_whole.h"
#include "tests/unit/core/boards.h"
#include "tests/unit/core/shipments.h"

namespace tpp::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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
  ASSERT_EQ(licence.branches.size(), 3u);  // under an embargo, in D:5 or Macau, neither
  EXPECT_EQ(licence.branches[0].answer.requirement, Truth::met);
  EXPECT_EQ(licence.branches[1].answer.requirement, Truth::met);
  EXPECT_EQ(licence.branches[2].answer.requirement, Truth::not_met);
}

// What an exporter says of itself does not make known to whom the goods go.
TEST(Shipment, KnowsTheHeadquartersOnlyWhereWhoReceivesInTheEndGivesThem) {
  Manifest manifest = manifest_of({item_of("board", datacenter_board())}, "DE");
  for (const PartyRole role : {PartyRole::exporter, PartyRole::forwarder, PartyRole::designer,
                               PartyRole::purchaser, PartyRole::intermediate_consignee}) {
    manifest.parties = {party(role, "DE")};
    const auto answer = answer_of(manifest, Scope::enforced);
    EXPECT_EQ(answer.decides.requirement, Truth::not_decided) << static_cast<int>(role);
    EXPECT_THAT(answer.notes, Contains(HasSubstr("no party has the role ultimate-consignee")));
  }
  for (const PartyRole role : {PartyRole::ultimate_consignee, PartyRole::end_user}) {
    manifest.parties = {party(PartyRole::exporter, "US"), party(role, "DE")};
    EXPECT_EQ(answer_of(manifest, Scope::enforced).decides.requirement, Truth::not_met);
  }
  manifest.parties = {party(PartyRole::exporter, "CN")};
  EXPECT_EQ(answer_of(manifest, Scope::enforced).decides.requirement, Truth::met);
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

TEST(Shipment, SaysOfAComputerAndABoardThatTheirEntryAppliesAndOfAChipThatItIsToCheck) {
  const auto status = [](const ShipmentItem& item) {
    for (const auto& control : item.parts.at(0).determination.other_controls) {
      if (control.name == "4A090.a") return control.status;
    }
    return std::string("absent");
  };
  const auto answer =
      answer_of(manifest_of({computer_of(datacenter_board(), 1), item_of("b", datacenter_board()),
                             item_of("c", datacenter_board(), ShipmentItemKind::chip)}));

  EXPECT_EQ(status(answer.items.at(0)), "applies");
  EXPECT_EQ(status(answer.items.at(1)), "applies");
  EXPECT_EQ(status(answer.items.at(2)), "to check");
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

// Far below every paragraph.
Figures small_design(std::optional<double> transistors) {
  Figures design = small_board();
  design.datacenter = false;
  design.transistors = transistors;
  design.hbm = true;
  design.dram_bandwidth = 300;  // slower than anything that a letter may reach
  design.interconnect = 64;
  return design;
}

TEST(Shipment, LeavesADesignOpenOfWhichAClassIsPresumed) {
  const auto design = [](std::optional<double> transistors) {
    return answer_of(
        manifest_of({item_of("design", small_design(transistors), ShipmentItemKind::technology)}));
  };
  EXPECT_EQ(design(29.9).determination, DeterminationKind::not_controlled);
  EXPECT_EQ(design(29.9).decides.requirement, Truth::not_met);

  const auto presumed = design(30);
  EXPECT_EQ(presumed.determination, DeterminationKind::undetermined);
  EXPECT_EQ(presumed.decides.requirement, Truth::not_decided);
  EXPECT_THAT(presumed.items.at(0).rendered, HasSubstr("presumed controlled (3A090.a)"));
  EXPECT_THAT(presumed.items.at(0).parts.at(0).determination.notes,
              Contains(HasSubstr(
                  "(Note 1 to 3A090.a; 15 CFR 743.9(b); 91 FR 17851) applies, and nothing that "
                  "is given shows it overcome: 3A090.a is open")));

  // Not counted is not few.
  EXPECT_EQ(design(std::nullopt).determination, DeterminationKind::undetermined);
}

TEST(Shipment, PresumesNothingOfAChipThatIsSoldOfItself) {
  const auto answer = answer_of(manifest_of({item_of("chip", small_design(54))}));

  EXPECT_EQ(answer.determination, DeterminationKind::not_controlled);
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

// Of a crate with the boards of a report, and a small board.
ShipmentAnswer answer_of_crate(const Report& report) {
  ManifestItem item;
  item.name = "crate";
  item.kind = ShipmentItemKind::report;
  item.report = "/r.json";
  const Manifest manifest = manifest_of({item, item_of("small", small_board())});
  Question question;
  question.as_of = "2026-09-01";
  return answer_shipment(manifest, resolve_items(manifest, Catalog{}, {{"/r.json", {report, {}}}}),
                         {editions(), countries()}, question);
}

TEST(Shipment, CountsABoardOfWhichNothingIsDeclaredAsAnOpenPartOfTheSum) {
  Report report;
  report.performances.push_back({});
  report.performances.back().board = {"gpu-0"};

  const auto answer = answer_of_crate(report);

  EXPECT_EQ(answer.items.at(0).determination, DeterminationKind::undetermined);
  EXPECT_EQ(answer.tpp.value, 500);
  EXPECT_THAT(answer.tpp.missing, ElementsAre(HasSubstr("TPP unknown")));
}

Finding finding(const std::string& code, const std::string& subject = "") {
  Finding finding;
  finding.code = code;
  finding.subject = subject;
  return finding;
}

TEST(Shipment, IsOpenWhereAReportLacksWhatMayGoWithIt) {
  Report report;
  for (const char* board : {"gpu-0", "gpu-1"}) {
    report.performances.push_back({});
    report.performances.back().board = {board};
  }
  report.findings = {finding("board.event", "gpu-0")};
  EXPECT_THAT(gaps_of_reports(answer_of_crate(report)), IsEmpty());

  report.inventory.findings = {finding("device.unseen", "0000:65:00.0")};
  report.findings.push_back(report.inventory.findings.front());
  report.findings.push_back(finding("backend.failed"));
  const auto answer = answer_of_crate(report);

  const std::vector<std::string> gaps = gaps_of_reports(answer);
  EXPECT_THAT(gaps, ElementsAre("what a report lacks (device.unseen 0000:65:00.0)",
                                "what a report lacks (backend.failed)"));
  for (const ShipmentItem& board : {answer.items.at(0), answer.items.at(1)}) {
    std::vector<std::string> codes;
    for (const Finding& one : board.parts.at(0).determination.findings) codes.push_back(one.code);
    EXPECT_THAT(codes, ElementsAre("report.inconsistent", "device.unseen", "backend.failed"));
  }
  for (const std::string& gap : gaps) {
    EXPECT_THAT(answer.decides.open_by, Contains(gap));
    EXPECT_THAT(answer.worksheet.why, Contains(gap + ": it is in no row"));
  }
  EXPECT_THAT(answer.worksheet.rows, IsEmpty());
}

TEST(Shipment, NeedsNoLicenceInAnyCaseOnlyWhereNoReportLacksAnything) {
  Manifest manifest = manifest_of({item_of("small", small_board())}, "DE");
  manifest.parties = {party(PartyRole::end_user, "DE")};
  ShipmentAnswer answer = answer_of(manifest);
  ASSERT_EQ(answer.determination, DeterminationKind::not_controlled);
  ASSERT_EQ(answer.decides.requirement, Truth::not_met);
  ASSERT_EQ(answer.beside.requirement, Truth::not_met);

  answer.items.front().parts.front().determination.findings = {finding("probe.failed")};
  add_whole({}, answer);

  EXPECT_EQ(answer.determination, DeterminationKind::undetermined);
  EXPECT_EQ(answer.decides.requirement, Truth::not_decided);
  EXPECT_EQ(answer.beside.requirement, Truth::not_decided);
}

// Figures of the catalogue, which hang on how the text is read.
ShipmentAnswer read_otherwise(const Chip& row, const std::vector<Edition>& rules) {
  ManifestItem item = item_of("x", small_board());
  item.parts.at(0).figures.reset();
  item.parts.at(0).model = row.id.value;
  const Manifest manifest = manifest_of({item});
  Catalog catalog;
  catalog.chips = {row};
  Question question;
  question.as_of = "2026-09-01";
  return answer_shipment(manifest, resolve_items(manifest, catalog, {}), {rules, countries()},
                         question);
}

TEST(Shipment, SumsTheTppOfTheReadingsThatItsItemsWereDeterminedWith) {
  const Chip row = chip("tf32 alone", {{Precision::tf32, 100}}, 400);
  std::vector<Edition> rules = editions();
  EXPECT_EQ(read_otherwise(row, rules).tpp.value, 3200);

  for (Edition& edition : rules) {
    for (Reading& reading : edition.rule.readings) {
      if (reading.name == "tf32_bits") reading.default_option = "19";
    }
  }
  const auto answer = read_otherwise(row, rules);
  EXPECT_EQ(answer.items.at(0).parts.at(0).determination.readings.at("tf32_bits"), "19");
  EXPECT_EQ(answer.tpp.value, 1900);
}

TEST(Shipment, NamesTheModelThatTheCatalogueDoesNotHave) {
  ManifestItem item = item_of("x", small_board());
  item.parts.at(0).figures.reset();
  item.parts.at(0).model = "no-such";

  EXPECT_THAT(refusal_of(manifest_of({item})),
              HasSubstr("m.yaml:9:9: model: 'no-such' is no id or name"));
}

TEST(Shipment, RefusesMoreThanCanBeAnsweredOrCounted) {
  ManifestItem many = computer_of(small_board(), 1);
  many.place = "m.yaml:7:5";
  many.parts.assign(10'001, many.parts.front());
  EXPECT_THAT(refusal_of(manifest_of({many})),
              HasSubstr("m.yaml:7:5: items: found more than 10000 kinds of circuits, expected 1 to "
                        "10000 in all"));

  ManifestItem heap = computer_of(small_board(), 1'000'000'000);
  heap.place = "m.yaml:8:5";
  heap.quantity = 1'000'000'000;
  EXPECT_THAT(refusal_of(manifest_of({heap})),
              HasSubstr("m.yaml:8:5: quantity: found more than 9007199254740992 pieces"));
}

TEST(Sum, IsTheNearestDoubleWhateverTheOrder) {
  constexpr double kLast = 9007199254740992;  // above it every second whole number is a double
  Sum sum;
  for (const double amount : {kLast, 1.0, 1.0}) sum.add(amount);
  EXPECT_EQ(sum.value, kLast + 2);
  for (const double amount : {1e30, 1.0, -1e30, 1.0}) sum.add(amount);
  EXPECT_EQ(sum.value, kLast + 4);
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

}  // namespace
}  // namespace tpp::test
