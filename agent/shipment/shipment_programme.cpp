#include "agent/shipment/shipment_programme.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/regulation/country_file.h"

namespace tpp {
namespace {

bool is_of(const Place& place, const std::string& code, const CountryTable& countries) {
  const auto country = countries.countries.find(code);
  return country != countries.countries.end() && contains(place, country->second);
}

// The layer whose share is asked for; a design is of none that is counted here.
bool is_hardware(const ShipmentItem& item) { return item.kind != ShipmentItemKind::technology; }

std::string named(const Party& party) {
  const std::string role(enum_name(party.role));
  return party.name.empty() ? fmt::format("{} in {}", role, party.country)
                            : fmt::format("{} ({})", party.name, role);
}

void add_sums(const std::vector<ShipmentItem>& items, ProgrammeAnswer& answer) {
  for (const ShipmentItem& item : items) {
    if (!is_hardware(item)) continue;
    if (!item.unit_value) answer.value.missing.push_back(item.name);
    if (!item.us_content_value) answer.us_content.missing.push_back(item.name);
    answer.value.add(item.quantity * item.unit_value.value_or(0));
    answer.us_content.add(item.quantity * item.us_content_value.value_or(0));
  }
}

void add_share(const Programme& programme, ProgrammeAnswer& answer) {
  const bool known = answer.value.missing.empty() && answer.us_content.missing.empty();
  if (known && answer.value.value > 0) answer.share = answer.us_content.value / answer.value.value;
  if (!programme.us_content) return;
  const ContentPresumption& presumption = *programme.us_content;
  answer.presumed_share = presumption.share;
  answer.presumption_text = {"US content", presumption.text, presumption.standing.citation,
                             presumption.standing.text_verified};
  if (answer.share) {
    answer.presumption = *answer.share >= presumption.share ? Truth::met : Truth::not_met;
  }
}

void add_suppliers(const Place& place, const std::vector<ShipmentItem>& items,
                   const CountryTable& countries, ProgrammeAnswer& answer) {
  // Of every layer: what is disclosed is not of hardware alone.
  for (const ShipmentItem& item : items) {
    ConcernSupplier row{item.name, {}};
    for (const std::string& code : item.supplier_countries) {
      if (is_of(place, code, countries)) row.countries.push_back(code);
    }
    if (!row.countries.empty()) answer.suppliers.push_back(std::move(row));
    answer.suppliers_said |= !item.supplier_countries.empty();
    if (item.supplier_countries.empty()) answer.suppliers_not_said.push_back(item.name);
  }
}

void add_parties(const Place& place, const std::vector<Party>& parties,
                 const CountryTable& countries, ProgrammeAnswer& answer) {
  for (const Party& party : parties) {
    std::vector<std::string> reasons;
    const auto look = [&](const char* what, const std::optional<std::string>& code) {
      if (code && is_of(place, *code, countries)) {
        reasons.push_back(fmt::format("{} {}", what, *code));
      }
    };
    look("in", party.country);
    look("headquarters", party.headquarters);
    look("ultimate parent", party.ultimate_parent);
    if (!reasons.empty()) {
      answer.parties.push_back(fmt::format("{}: {}", named(party), fmt::join(reasons, ", ")));
    } else if (!party.headquarters || !party.ultimate_parent) {
      answer.parties_open.push_back(named(party));
    }
  }
}

}  // namespace

TextAndCitation text_of(const Statement& statement) {
  return {statement.name, statement.text, statement.standing.citation,
          statement.standing.text_verified};
}

ProgrammeAnswer programme_answer(const Edition& edition, const std::vector<ShipmentItem>& items,
                                 const std::vector<Party>& parties, const CountryTable& countries) {
  const Programme& programme = *edition.programme;
  ProgrammeAnswer answer;
  answer.name = programme.name;
  answer.edition = edition.rule.id.value;
  add_sums(items, answer);
  add_share(programme, answer);
  if (programme.concern) {
    const ConcernCountries& concern = *programme.concern;
    for (const auto& [code, country] : countries.countries) {
      if (contains(concern.place, country)) answer.concern_countries.push_back(code);
    }
    answer.concern_text = {"countries of concern", concern.text, concern.standing.citation,
                           concern.standing.text_verified};
    add_suppliers(concern.place, items, countries, answer);
    add_parties(concern.place, parties, countries, answer);
  }
  for (const Statement& statement : programme.statements) {
    answer.statements.push_back(text_of(statement));
  }
  return answer;
}

}  // namespace tpp
