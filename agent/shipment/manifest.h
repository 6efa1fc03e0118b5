// A shipment as its manifest describes it: where it goes, who takes part, what is in it. Plain
// values; `place` is where in the file they stand, for messages.
#ifndef TPP_AGENT_SHIPMENT_MANIFEST_H
#define TPP_AGENT_SHIPMENT_MANIFEST_H

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/shipment.h"
#include "agent/regulation/figures.h"

namespace tpp {

// Whether a party of the role has the goods in the end, at the destination.
constexpr bool receives_in_the_end(PartyRole role) {
  return role == PartyRole::ultimate_consignee || role == PartyRole::end_user;
}

// Who holds the goods, or a right to them, at some time before: where they are may be a
// destination.
constexpr bool receives(PartyRole role) {
  switch (role) {
    case PartyRole::exporter:
    case PartyRole::designer:
    case PartyRole::foundry:
    case PartyRole::packager:
      return false;
    default:
      return true;
  }
}

// What is determined by itself.
struct ManifestPart {
  std::string place;
  std::string name;
  ShipmentItemKind kind = ShipmentItemKind::chip;
  std::optional<std::string> model;  // a row of the catalogue, or else
  std::optional<Figures> figures;
  std::string stage;
  int quantity = 1;              // in one item
  std::optional<int> per_board;  // of chips in a computer; none: not said
};

struct ManifestItem {
  std::string place;
  std::string name;
  ShipmentItemKind kind = ShipmentItemKind::chip;
  int quantity = 1;
  std::optional<double> unit_value;
  std::optional<double> us_content_value;  // of one
  std::vector<std::string> supplier_countries;
  std::vector<std::string> marketing_evidence;
  std::optional<std::filesystem::path> report;  // absolute; then without parts
  std::vector<ManifestPart> parts;              // itself, or what a computer contains
};

struct Manifest {
  std::string origin;
  std::string name;
  std::string currency;
  TransactionKind transaction = TransactionKind::from_home;
  std::string transaction_place;
  std::string exported_from;  // ISO codes
  std::string destination;
  std::vector<Party> parties;
  std::string end_use;
  std::vector<ManifestItem> items;
};

}  // namespace tpp

#endif
