#include "agent/pass/unseen_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "agent/chips/catalog_class.h"
#include "agent/chips/catalog_match.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// "nvidia-l4: 3A090.a by its row". That a row is below says nothing of what nobody saw but the bus.
std::string words_of(const Chip& chip, const Catalog& catalog,
                     const std::vector<Edition>& in_force) {
  if (in_force.empty()) return chip.id.value;
  const CatalogLine line = class_of(chip, catalog, in_force);
  if (line.classification == "below") {
    return fmt::format("{}: below by its row alone, which nothing bears out", chip.id.value);
  }
  return fmt::format("{}: {} by its row", chip.id.value,
                     line.classification == "undetermined" ? line.rendered : line.classification);
}

std::string rows_text(const BusPlace& place, const Catalog& catalog,
                      const std::vector<Edition>& in_force) {
  DeviceClues clues;
  clues.pci_id = place.pci_id;
  clues.subsystem = place.subsystem_id;
  const CatalogMatch match = match_row(catalog, clues);
  std::vector<const Chip*> rows = match.candidates;
  if (match.chip != nullptr) rows = {match.chip};
  if (rows.empty()) {
    return fmt::format(
        "its PCI id {} fits no row of the catalogue: what it is under the rules is "
        "not known",
        *place.pci_id);
  }
  std::vector<std::string> words;
  for (const Chip* chip : rows) words.push_back(words_of(*chip, catalog, in_force));
  return fmt::format("its PCI id {} fits {}", *place.pci_id, fmt::join(words, ", or "));
}

// A row of a processor that is on the bus would be no accelerator.
bool has_row(const Catalog& catalog, const std::optional<std::string>& pci_id) {
  return pci_id && std::ranges::any_of(catalog.chips, [&](const Chip& chip) {
           return chip.kind != DeviceKind::cpu &&
                  std::ranges::find(chip.pci_ids, to_lower(*pci_id)) != chip.pci_ids.end();
         });
}

bool is_told(const Inventory& inventory, const std::string& address) {
  const auto finding = std::ranges::any_of(inventory.findings, [&](const Finding& one) {
    return one.code == "device.unseen" && one.subject == address;
  });
  return finding || lists(inventory, address);
}

}  // namespace

bool lists(const Inventory& inventory, const std::string& address) {
  return std::ranges::any_of(inventory.devices, [&](const Device& device) {
    return device.id.value == address || device.package.value == address;
  });
}

void add_unseen_of_rows(const Catalog& catalog, Inventory& inventory) {
  if (!inventory.bus) return;
  for (const BusPlace& place : *inventory.bus) {
    if (is_told(inventory, place.address) || !has_row(catalog, place.pci_id)) continue;
    inventory.findings.push_back(
        {.code = "device.unseen",
         .finding_class = FindingClass::health,
         .severity = Severity::warning,
         .subject = place.address,
         .message = fmt::format(
             "a device of PCI id {}, by which the catalogue has an accelerator, is on the bus, and "
             "no library or module lists that address: it is missing from this inventory, unless "
             "it is one of the devices that bear none; see that its driver and its OpenCL runtime "
             "are installed, and open to this user",
             *place.pci_id)});
  }
}

void tell_rows_of_unseen(const Catalog& catalog, const std::vector<Edition>& in_force,
                         Inventory& inventory) {
  for (Finding& finding : inventory.findings) {
    if (finding.code != "device.unseen") continue;
    const BusPlace* place = nullptr;
    if (inventory.bus) {
      const auto found = std::ranges::find(*inventory.bus, finding.subject, &BusPlace::address);
      if (found != inventory.bus->end()) place = &*found;
    }
    finding.message += place != nullptr && place->pci_id
                           ? "; " + rows_text(*place, catalog, in_force)
                           : "; its PCI id is not told, and with it what it is under the rules";
  }
}

}  // namespace tpp
