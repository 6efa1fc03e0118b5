#include "tests/golden/sample_shipment.h"

#include "tests/golden/sample_determination.h"

namespace tpp::samples {
namespace {

ShipmentPart part(const std::string& model) {
  ShipmentPart row;
  row.determination = determination();
  row.determination.subject = model;
  row.model = model;
  row.tpp = 4800.0000001;
  row.density = 5.9199;
  row.evidence = {"data sheet of " + model};
  return row;
}

ShipmentItem item(const std::string& name, ShipmentItemKind kind) {
  ShipmentItem row;
  row.name = name;
  row.kind = kind;
  row.quantity = 40;
  row.determination = DeterminationKind::license_required;
  row.rendered = "3A090.a, designed or marketed for datacenters (3A090.a.1)";
  row.parts = {part(name)};
  row.tpp.add(192000.000004);
  row.unit_value = 1600.5;
  row.us_content_value = 700;
  row.supplier_countries = {"TW", "CN"};
  return row;
}

ShipmentItem computer() {
  ShipmentItem row = item("server", ShipmentItemKind::computer);
  row.rendered = "4A090.a; chip: 3A090.a (3A090.a.1)";
  row.parts = {part("chip"), part("board")};
  row.parts[0].chip = "maker-chip";
  row.parts[0].per_unit = 8;
  row.parts[0].per_board = 4;
  row.parts[1].tpp_doubt = "a lower bound";
  row.parts[1].evidence.clear();
  row.tpp.missing = {"board: TPP a lower bound"};
  row.notes = {"held against the rules by each circuit"};
  return row;
}

ShipmentItem design() {
  ShipmentItem row = item("design", ShipmentItemKind::technology);
  row.determination = DeterminationKind::undetermined;
  row.rendered = "undetermined, presumed controlled (3A090.a)";
  row.parts[0].determination.other_controls.push_back({"presumption of 3A090.a",
                                                       OtherControlKind::presumption,
                                                       "applies",
                                                       "presumed for datacenters",
                                                       "Note 1 to 3A090.a",
                                                       true,
                                                       true,
                                                       {}});
  row.tpp = {};
  row.unit_value.reset();
  row.us_content_value.reset();
  row.supplier_countries.clear();
  row.foundry = {{"Are all its designers authorised?", Truth::met, "designer: headquarters TW",
                  "then their word ends it", "15 CFR 743.9(b)", true},
                 {"Is the fabricator outside?", Truth::not_met, "foundry: in MO", "if so",
                  "Note 1 to 3A090.a", true},
                 {"Is it packaged by an approved packager?", Truth::not_decided,
                  "not in the manifest", "its attestation ends it", "Note 1 to 3A090.a", false}};
  return row;
}

ShipmentLicence licence(Scope scope) {
  ShipmentLicence row;
  row.scope = scope;
  row.requirement = Truth::met;
  row.without_exception = true;
  row.exceptions = {"ACA"};
  row.not_open = {{"NAC", {"at most 6 models: 7", "no distributor: 1"}}};
  row.policies = {"case by case", "presumption of denial"};
  row.required_by = {"board", "server"};
  row.open_by = {"design"};
  return row;
}

NoticeWorksheet worksheet() {
  NoticeWorksheet row;
  row.exception = "NAC";
  row.notice_days = 25;
  row.rows = {{"board", 2'999'999'999, 4800.0000001, 5.9199, false, {"data sheet", "leaflet"}},
              {"planar board", 1, std::nullopt, std::nullopt, true, {}}};
  row.checks = {{"at most 6 models", Truth::met, "2"},
                {"no distributor", Truth::not_met, "1"},
                {"a data sheet of every model", Truth::not_decided, "missing of planar board"}};
  row.contents = "models, TPP, density and evidence";
  row.citation = "15 CFR 740.8";
  return row;
}

ProgrammeAnswer programme() {
  ProgrammeAnswer row;
  row.name = "Programme";
  row.edition = "us-programme";
  row.share = 0.5126;
  row.value.add(1299200);
  row.us_content.add(666000.25);
  row.presumed_share = 0.51;
  row.presumption = Truth::met;
  row.presumption_text = {"US content", "51 % or more", "91 FR 1", true};
  row.concern_countries = {"CN", "HK"};
  row.concern_text = {"countries of concern", "to be disclosed", "91 FR 2", false};
  row.suppliers = {{"board", {"CN"}}};
  row.suppliers_said = true;
  row.suppliers_not_said = {"design"};
  row.parties = {"Cloud (end-user): in CN"};
  row.parties_open = {"forwarder in DE"};
  row.statements = {{"formula", "set by the administrator", "91 FR 3", true}};
  return row;
}

ProgrammeAnswer programme_without_share() {
  ProgrammeAnswer row;
  row.name = "Another programme";
  row.edition = "us-other";
  row.value.missing = {"design"};
  return row;
}

}  // namespace

ShipmentAnswer shipment() {
  ShipmentAnswer row;
  row.name = "sample";
  row.origin = "manifest.yaml";
  row.as_of = "2026-09-01";
  row.banners = {"OVERRIDDEN: rules from /etc/x"};
  row.transaction = TransactionKind::reexport;
  row.exported_from = "SG";
  row.destination = "CN";
  row.parties = {{PartyRole::end_user, "Cloud", "CN", "CN", "HK"},
                 {PartyRole::forwarder, "", "DE", std::nullopt, std::nullopt}};
  row.end_use = "rendering";
  row.currency = "USD";
  row.determination = DeterminationKind::license_required;
  row.decides = licence(Scope::text);
  row.beside = licence(Scope::enforced);
  row.beside.requirement = Truth::not_met;
  row.tpp.add(384000.25);
  row.tpp.missing = {"server, board: TPP a lower bound"};
  row.value.add(128040);
  ShipmentItem chip = item("chip", ShipmentItemKind::chip);
  chip.tpp = {0, 0, {"chip: TPP unknown"}};
  chip.parts[0].tpp.reset();
  chip.parts[0].density.reset();
  chip.parts[0].planar = true;
  row.items = {item("board", ShipmentItemKind::board), chip, computer(),
               item("stack", ShipmentItemKind::hbm), design()};
  row.worksheet = worksheet();
  row.programmes = {programme(), programme_without_share()};
  row.undecidable = {{"Entity List", "lists of parties", "Part 744", true},
                     {"end use", "never judged", "Part 744", false}};
  row.notes = {"forwarder: headquarters and ultimate parent not given"};
  row.editions = {{"us-ear-2023-10", "Title", "88 FR 73458", "2026-09-30"}};
  return row;
}

ShipmentAnswer bare_shipment() {
  ShipmentAnswer row;
  row.name = "shipment";
  row.origin = "bare.yaml";
  row.as_of = "2026-09-01";
  row.scope = Scope::enforced;
  row.exported_from = "US";
  row.destination = "DE";
  row.determination = DeterminationKind::not_controlled;
  row.decides.scope = Scope::enforced;
  row.decides.requirement = Truth::not_met;
  row.beside.requirement = Truth::not_decided;
  row.beside.open_by = {"item 1 (board)"};
  ShipmentItem only = item("item 1 (board)", ShipmentItemKind::board);
  only.determination = DeterminationKind::not_controlled;
  only.rendered = "not controlled by 3A090; normally 3A991.p";
  only.quantity = 1;
  only.unit_value.reset();
  only.us_content_value.reset();
  only.supplier_countries.clear();
  row.items = {only};
  row.tpp.add(4800);
  row.value.missing = {"item 1 (board)"};
  row.worksheet.why = {"no item needs a licence by these rules"};
  row.notes = {"no party is named: their headquarters count as not known"};
  return row;
}

}  // namespace tpp::samples
