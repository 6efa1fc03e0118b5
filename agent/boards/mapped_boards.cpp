// Boards by the operator's mapping.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/boards/board_sources.h"
#include "agent/boards/serial_number.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// A word that a driver writes in the place of a number is told by devices that have none, and names
// none of them.
bool names(std::string_view word, const Device& device) {
  const auto is = [&](const std::string& told) { return to_lower(trim(told)) == word; };
  return is(device.id.value) ||
         (device.uuid && is_written_uuid(*device.uuid) && is(*device.uuid)) ||
         (device.serial && is_written_serial(*device.serial) && is(*device.serial));
}

Indices units_named(const MappedDevice& mapped, const Inventory& inventory,
                    const BoardDrafts& drafts) {
  Indices found;
  const std::string word = to_lower(mapped.word);
  for (std::size_t i = 0; i < drafts.units().size(); ++i) {
    const bool named = std::ranges::any_of(
        drafts.units()[i].devices, [&](const Device* device) { return names(word, *device); });
    if (named) found.push_back(i);
  }
  if (!found.empty()) return found;
  std::vector<std::string> ids;
  for (const Device& device : inventory.devices) ids.push_back(device.id.value);
  throw UsageError(fmt::format(
      "{}: found '{}', which is no device of this node; expected an id, a UUID or a serial "
      "number of {}",
      mapped.place, mapped.word, ids.empty() ? "none" : fmt::format("{}", fmt::join(ids, ", "))));
}

// Of several products there is no row, and what each of them declares would be lost.
void refuse_unlike(const Indices& units, const MappedBoard& board, const BoardDrafts& drafts) {
  std::optional<std::string> product;
  for (const std::size_t index : units) {
    const BoardUnit& unit = drafts.units()[index];
    if (unit.host) continue;
    const std::string found =
        unit.chip != nullptr ? unit.chip->id.value : unit.device().pci_id.value_or("");
    if (!product) product = found;
    if (found == *product) continue;
    throw UsageError(fmt::format(
        "{}: the board {} has devices of several products ({}, {}); expected one product a "
        "board, and processors",
        board.devices.front().place, board.name, *product, found));
  }
}

}  // namespace

void draft_mapped(const BoardMap& map, const Inventory& inventory, BoardDrafts& drafts) {
  std::map<std::size_t, std::string> named;
  for (const MappedBoard& board : map.boards) {
    Draft draft{{}, Source::entered, fmt::format("the mapping {}: {}", map.origin, board.name)};
    draft.mapped = true;
    for (const MappedDevice& device : board.devices) {
      for (const std::size_t unit : units_named(device, inventory, drafts)) {
        const auto [known, fresh] = named.emplace(unit, board.name);
        // Parts of one package may each be named on its one board.
        const bool part = drafts.units()[unit].devices.size() > 1 && known->second == board.name;
        if (fresh) draft.units.push_back(unit);
        if (fresh || part) continue;
        throw UsageError(fmt::format(
            "{}: found '{}' again, or a part of its package, which is on the board {} already; "
            "expected each device once, and the parts of a package on one board",
            device.place, device.word, known->second));
      }
    }
    refuse_unlike(draft.units, board, drafts);
    // A processor is named after what it shares a board with.
    std::ranges::sort(draft.units, {},
                      [&](std::size_t unit) { return std::pair(drafts.units()[unit].host, unit); });
    drafts.add(std::move(draft));
  }
}

}  // namespace tpp
