#include "exporters/determination_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "agent/model/names.h"
#include "agent/support/error.h"
#include "exporters/determination_object.h"
#include "exporters/finding_json.h"

namespace tpp {

using Json = nlohmann::ordered_json;

Json finite_json(double value) {
  if (!std::isfinite(value)) throw Error("cannot write the determination: a number is not finite");
  return value;
}

Json truth_json(Truth truth) {
  return truth == Truth::not_decided ? Json(nullptr) : Json(truth == Truth::met);
}

namespace {

constexpr int kIndent = 2;

Json number(double value) { return finite_json(value); }
Json yes_or_no(Truth truth) { return truth_json(truth); }

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

// As the rules write them.
const char* symbol(Operator op) {
  switch (op) {
    case Operator::less:
      return "<";
    case Operator::less_equal:
      return "<=";
    case Operator::greater:
      return ">";
    case Operator::greater_equal:
      return ">=";
    case Operator::equal:
      return "==";
  }
  return "";
}

Json comparison_json(const Comparison& row) {
  Json json;
  json["paragraph"] = row.paragraph;
  json["quantity"] = enum_name(row.quantity);
  json["basis"] = row.basis ? Json(enum_name(*row.basis)) : Json(nullptr);
  json["value"] = row.value ? number(*row.value) : Json(nullptr);
  json["operator"] = symbol(row.op);
  json["threshold"] = number(row.threshold);
  json["met"] = yes_or_no(row.truth);
  json["margin"] = row.margin ? number(*row.margin) : Json(nullptr);
  json["citation"] = row.citation;
  if (!row.note.empty()) json["note"] = row.note;
  return json;
}

Json comparisons_json(const std::vector<Comparison>& rows) {
  Json json = Json::array();
  for (const Comparison& row : rows) json.push_back(comparison_json(row));
  return json;
}

Json answer_json(const LicenceAnswer& answer) {
  Json json;
  json["scope"] = enum_name(answer.scope);
  json["required"] = yes_or_no(answer.requirement);
  json["exception"] = or_null(answer.exception);
  json["notice_days"] = or_null(answer.notice_days);
  json["review_policy"] = or_null(answer.review_policy);
  json["text_verified"] = answer.text_verified;
  json["citations"] = answer.citations;
  json["notes"] = answer.notes;
  return json;
}

Json licence_json(const Licence& licence) {
  Json json;
  json["destination"] = licence.transaction.destination;
  json["headquarters"] = licence.transaction.headquarters;
  json["headquarters_open"] = licence.transaction.headquarters_open;
  json["exported_from"] = or_null(licence.transaction.exported_from);
  json.update(answer_json(licence.decides));
  json["beside"] = answer_json(licence.beside);
  json["depends_on"] = Json::array();
  for (const LicenceBranch& branch : licence.branches) {
    Json row;
    row["if"] = branch.condition;
    row.update(answer_json(branch.answer));
    json["depends_on"].push_back(std::move(row));
  }
  json["destination_notices"] = licence.notices;
  return json;
}

Json figures_json(const std::vector<GivenFigure>& figures) {
  Json json = Json::array();
  for (const GivenFigure& figure : figures) {
    json.push_back({{"quantity", enum_name(figure.quantity)},
                    {"value", figure.value ? number(*figure.value) : Json(nullptr)},
                    {"origin", figure.origin}});
  }
  return json;
}

}  // namespace

Json editions_json(const std::vector<EditionUse>& editions) {
  Json json = Json::array();
  for (const EditionUse& edition : editions) {
    json.push_back({{"id", edition.id},
                    {"title", edition.title},
                    {"citation", edition.citation},
                    {"known_through", edition.known_through}});
  }
  return json;
}

namespace {

Json item_classes_json(const std::vector<ItemClassResult>& classes) {
  Json json = Json::array();
  for (const ItemClassResult& row : classes) {
    json.push_back({{"name", row.name},
                    {"title", row.title},
                    {"determination", enum_name(row.determination)},
                    {"met", yes_or_no(row.truth)}});
  }
  return json;
}

Json other_controls_json(const std::vector<OtherControlResult>& controls) {
  Json json = Json::array();
  for (const OtherControlResult& control : controls) {
    json.push_back({{"name", control.name},
                    {"kind", enum_name(control.kind)},
                    {"status", control.status},
                    {"text", control.text},
                    {"citation", control.citation},
                    {"text_verified", control.text_verified},
                    {"enforced", control.enforced},
                    {"comparisons", comparisons_json(control.comparisons)}});
  }
  return json;
}

}  // namespace

Json determination_object(const Determination& result) {
  Json json;
  json["subject"] = result.subject;
  json["as_of"] = result.as_of;
  json["scope"] = enum_name(result.scope);
  json["stage"] = result.stage.empty() ? Json(nullptr) : Json(result.stage);
  json["determination"] = determination_word(result);
  json["rendered"] = result.rendered;
  json["paragraphs"] = result.paragraphs;
  json["figures"] = figures_json(result.figures);
  json["item_classes"] = item_classes_json(result.item_classes);
  json["comparisons"] = comparisons_json(result.comparisons);
  json["readings"] = result.readings;
  json["sensitive_to"] = result.sensitive_to;
  if (result.licence) json["licence"] = licence_json(*result.licence);
  json["other_controls"] = other_controls_json(result.other_controls);
  json["notes"] = result.notes;
  for (const Finding& finding : result.findings) json["findings"].push_back(finding_json(finding));
  json["editions"] = editions_json(result.editions);
  return json;
}

std::string determination_document(const std::vector<std::string>& banners, const Json& body) {
  Json json;
  if (!banners.empty()) json["banners"] = banners;
  json.update(body);
  json["disclaimer"] = kNotLegalAdvice;
  return json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string determination_json(const Determination& determination) {
  return determination_document(determination.banners, determination_object(determination));
}

std::string determinations_json(const std::vector<Determination>& determinations) {
  Json items = Json::array();
  for (const Determination& determination : determinations)
    items.push_back(determination_object(determination));
  return determination_document(
      determinations.empty() ? std::vector<std::string>{} : determinations.front().banners,
      {{"items", std::move(items)}});
}

std::string matrix_json(const LicenceMatrix& matrix) {
  Json json;
  json["as_of"] = matrix.as_of;
  json["scope"] = enum_name(matrix.scope);
  json["cells"] = Json::array();
  for (const MatrixCell& cell : matrix.cells) {
    Json row;
    row["destination"] = cell.destination;
    row["party"] = cell.party;
    row["item"] = cell.item;
    row["item_title"] = cell.item_title;
    row["answers"] = Json::array();
    for (const MatrixAnswer& answer : cell.answers) {
      Json entry;
      entry["countries"] = answer.countries;
      entry["condition"] = answer.condition.empty() ? Json(nullptr) : Json(answer.condition);
      entry.update(answer_json(answer.answer));
      row["answers"].push_back(std::move(entry));
    }
    json["cells"].push_back(std::move(row));
  }
  json["notes"] = matrix.notes;
  json["editions"] = editions_json(matrix.editions);
  return determination_document(matrix.banners, json);
}

}  // namespace tpp
