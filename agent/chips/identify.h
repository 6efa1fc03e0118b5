// Finds the catalogue row of a board from what its devices report of themselves. Decides nothing
// about classes: says which independent facts agree, differ, or are missing. Pure.
#ifndef TPP_AGENT_CHIPS_IDENTIFY_H
#define TPP_AGENT_CHIPS_IDENTIFY_H

#include <string>
#include <string_view>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/inventory.h"

namespace tpp {

// The identity fact that tells a product by itself, unless something begins with the other among
// what is missing: rows that have it and that units and memory leave, of which the name chose one.
inline constexpr const char* kPciIdFact = "PCI id";
inline constexpr std::string_view kToldApartByName = "what but the name tells apart ";

// Devices of a board that one row fits.
struct IdentifiedPart {
  const Chip* chip = nullptr;
  std::vector<const Device*> devices;
};

struct Identity {
  const Chip* chip = nullptr;           // a row of the catalogue given; null: none, see `reason`
  std::string reason;                   // how it was found, or why none was
  std::vector<const Chip*> candidates;  // rows that fit all devices where several do
  // Where no row fits all devices: those that one fits each, in the order of the devices.
  std::vector<IdentifiedPart> parts;
  // Independent identity facts: "units", "memory size", "PCI id"; a reported name is none,
  // because firmware and hypervisors write what they like there.
  std::vector<std::string> agrees;
  std::vector<std::string> missing;
  // In words, with both figures. Where several rows fit, or devices are of several products: what
  // differs from every row that fits the device.
  std::vector<std::string> differs;
  std::vector<std::string> units_differ;  // of these, such as contradict the row
};

// Whether what differs is how many units there are: the same product, cut or unlocked.
bool is_about_units(const std::string& difference);

// PCI id first, then reported name, then units and memory among what is left. Ambiguous: none.
// `devices` are the board's; slices do not count as units or memory of the board.
Identity match_chip(const Catalog& catalog, const Board& board,
                    const std::vector<const Device*>& devices);

// Rows whose units and memory the devices of a board have, each of them, and whose maker does not
// speak against them: what they may be, whatever they are called. None of slices.
std::vector<const Chip*> rows_of_silicon(const Catalog& catalog,
                                         const std::vector<const Device*>& devices);

}  // namespace tpp

#endif
