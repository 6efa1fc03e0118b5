#include "exporters/shipment_json.h"

#include "agent/model/names.h"
#include "exporters/determination_object.h"

namespace tpp {
namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(const std::optional<double>& value) {
  return value ? finite_json(*value) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <class Row, class Write>
Json list_of(const std::vector<Row>& rows, Write write) {
  Json json = Json::array();
  for (const Row& row : rows) json.push_back(write(row));
  return json;
}

// Incomplete: what is missing would only add to it.
Json sum_json(const Sum& sum) {
  return {{"value", finite_json(sum.value)},
          {"complete", sum.missing.empty()},
          {"missing", sum.missing}};
}

Json party_json(const Party& party) {
  Json json;
  json["role"] = enum_name(party.role);
  json["name"] = text_or_null(party.name);
  json["country"] = party.country;
  json["headquarters"] = party.headquarters ? Json(*party.headquarters) : Json(nullptr);
  json["ultimate_parent"] = party.ultimate_parent ? Json(*party.ultimate_parent) : Json(nullptr);
  return json;
}

Json licence_json(const ShipmentLicence& licence) {
  Json json;
  json["scope"] = enum_name(licence.scope);
  json["required"] = truth_json(licence.requirement);
  json["required_by"] = licence.required_by;
  json["not_decided_for"] = licence.open_by;
  json["without_exception"] = licence.without_exception;
  json["exceptions"] = licence.exceptions;
  json["exceptions_not_open"] = list_of(licence.not_open, [](const ExceptionNotOpen& one) {
    return Json{{"exception", one.exception}, {"why", one.why}};
  });
  json["review_policies"] = licence.policies;
  return json;
}

Json text_json(const TextAndCitation& text) {
  return {{"name", text.name},
          {"text", text.text},
          {"citation", text.citation},
          {"text_verified", text.text_verified}};
}

Json foundry_json(const FoundryAnswer& answer) {
  return {{"question", answer.question}, {"answer", truth_json(answer.truth)},
          {"found", answer.detail},      {"text", answer.text},
          {"citation", answer.citation}, {"text_verified", answer.text_verified}};
}

Json part_json(const ShipmentPart& part) {
  Json json;
  json["model"] = part.model;
  json["per_item"] = part.per_unit;
  json["per_board"] = part.per_board ? Json(*part.per_board) : Json(nullptr);
  json["tpp"] = number_or_null(part.tpp);
  json["tpp_doubt"] = text_or_null(part.tpp_doubt);
  json["evidence"] = part.evidence;
  json.update(determination_object(part.determination));
  json.erase("editions");  // once for all, at the end
  return json;
}

Json item_json(const ShipmentItem& item) {
  Json json;
  json["name"] = item.name;
  json["kind"] = enum_name(item.kind);
  json["quantity"] = item.quantity;
  json["determination"] = enum_name(item.determination);
  json["rendered"] = item.rendered;
  json["tpp"] = item.counted ? sum_json(item.tpp) : Json(nullptr);
  json["unit_value"] = number_or_null(item.unit_value);
  json["us_content_value"] = number_or_null(item.us_content_value);
  json["supplier_countries"] = item.supplier_countries;
  if (!item.foundry.empty()) json["foundry_questions"] = list_of(item.foundry, foundry_json);
  json["notes"] = item.notes;
  json["parts"] = list_of(item.parts, part_json);
  return json;
}

Json worksheet_json(const NoticeWorksheet& worksheet) {
  Json json;
  json["exception"] = text_or_null(worksheet.exception);
  json["why_not"] = worksheet.why;
  if (!worksheet.why.empty()) return json;
  json["notice_days"] = worksheet.notice_days ? Json(*worksheet.notice_days) : Json(nullptr);
  json["contents"] = worksheet.contents;
  json["citation"] = worksheet.citation;
  json["text_verified"] = worksheet.text_verified;
  json["models"] = list_of(worksheet.rows, [](const WorksheetRow& row) {
    return Json{{"model", row.model},
                {"quantity", row.quantity},
                {"tpp", number_or_null(row.tpp)},
                {"pd", number_or_null(row.density)},
                {"planar", row.planar},
                {"evidence", row.evidence}};
  });
  json["checks"] = list_of(worksheet.checks, [](const WorksheetCheck& check) {
    return Json{{"check", check.text}, {"met", truth_json(check.truth)}, {"found", check.found}};
  });
  return json;
}

Json programme_json(const ProgrammeAnswer& answer) {
  Json json;
  json["name"] = answer.name;
  json["edition"] = answer.edition;
  json["decides"] = false;
  Json content;
  content["share"] = number_or_null(answer.share);
  content["presumed_sufficient_from"] = number_or_null(answer.presumed_share);
  content["reached"] = truth_json(answer.presumption);
  content["margin"] = answer.share && answer.presumed_share
                          ? finite_json(*answer.share - *answer.presumed_share)
                          : Json(nullptr);
  content["value"] = sum_json(answer.value);
  content["us_content_value"] = sum_json(answer.us_content);
  if (answer.presumed_share) content["presumption"] = text_json(answer.presumption_text);
  json["us_content"] = std::move(content);
  json["countries_of_concern"] = answer.concern_countries;
  if (!answer.concern_text.name.empty()) json["disclosure"] = text_json(answer.concern_text);
  json["suppliers_to_disclose"] = list_of(answer.suppliers, [](const ConcernSupplier& supplier) {
    return Json{{"item", supplier.item}, {"countries", supplier.countries}};
  });
  json["suppliers_not_said"] = answer.suppliers_not_said;
  json["parties_of_concern"] = answer.parties;
  json["parties_not_decided"] = answer.parties_open;
  json["statements"] = list_of(answer.statements, text_json);
  return json;
}

}  // namespace

std::string shipment_json(const ShipmentAnswer& answer) {
  Json json;
  json["name"] = answer.name;
  json["manifest"] = answer.origin;
  json["as_of"] = answer.as_of;
  json["scope"] = enum_name(answer.scope);
  json["transaction"] = {{"kind", enum_name(answer.transaction)},
                         {"exported_from", answer.exported_from},
                         {"destination", answer.destination}};
  json["parties"] = list_of(answer.parties, party_json);
  json["end_use"] = text_or_null(answer.end_use);
  json["currency"] = text_or_null(answer.currency);
  json["determination"] = enum_name(answer.determination);
  json["licence"] = licence_json(answer.decides);
  json["licence"]["beside"] = licence_json(answer.beside);
  json["total_tpp"] = sum_json(answer.tpp);
  json["total_value"] = sum_json(answer.value);
  json["items"] = list_of(answer.items, item_json);
  json["notice_worksheet"] = worksheet_json(answer.worksheet);
  json["programmes"] = list_of(answer.programmes, programme_json);
  json["not_decided_here"] = list_of(answer.undecidable, text_json);
  json["notes"] = answer.notes;
  json["editions"] = editions_json(answer.editions);
  return determination_document(answer.banners, json);
}

}  // namespace tpp
