// Manifests, made in C++, and what the shipped rules say of them on a day.
#ifndef TPP_TESTS_UNIT_CORE_SHIPMENTS_H
#define TPP_TESTS_UNIT_CORE_SHIPMENTS_H

#include <string>
#include <vector>

#include "agent/shipment/shipment.h"

namespace tpp::test {

// The tree's own.
const CountryTable& countries();
const std::vector<Edition>& editions();

// Within the window of January 2026.
inline constexpr double kWindowTpp = 15832;

Figures datacenter_board(double tpp = kWindowTpp);
// Over 4800 and not for datacenters: what an exception may be open to.
Figures workstation_board();
Figures small_board();

ManifestPart part_of(const std::string& name, ShipmentItemKind kind, const Figures& figures);
ManifestItem item_of(const std::string& name, const Figures& figures,
                     ShipmentItemKind kind = ShipmentItemKind::board);
// Of boards.
ManifestItem computer_of(const Figures& figures, int count);

// All three places in one country.
Party party(PartyRole role, const std::string& country);

// From the United States to one end user.
Manifest manifest_of(std::vector<ManifestItem> items, const std::string& destination = "CN");

ShipmentAnswer answer_of(const Manifest& manifest, Scope scope = Scope::text,
                         const std::string& as_of = "2026-09-01");

// The message, or "no error".
std::string refusal_of(const Manifest& manifest);

}  // namespace tpp::test

#endif
