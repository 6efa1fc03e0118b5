#include "agent/boards/board_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "agent/boards/bus_neighbours.h"
#include "agent/boards/serial_number.h"

namespace tpp {
namespace {

bool needs_more(const BoardUnit& unit) { return unit.count() < unit.expected(); }

Indices alike(std::size_t first, const BoardDrafts& drafts) {
  Indices found;
  for (const std::size_t other : drafts.free_units()) {
    const BoardUnit& unit = drafts.units()[other];
    if (unit.chip == drafts.units()[first].chip && unit.count() == drafts.units()[first].count()) {
      found.push_back(other);
    }
  }
  return found;
}

std::size_t units_expected(std::size_t first, const BoardDrafts& drafts) {
  return static_cast<std::size_t>(drafts.units()[first].expected() / drafts.units()[first].count());
}

bool any_apart(const Indices& found, const BoardDrafts& drafts) {
  for (const std::size_t one : found) {
    for (const std::size_t other : found) {
      const auto& mine = drafts.units()[one].serial;
      const auto& theirs = drafts.units()[other].serial;
      if (mine && theirs && *mine != *theirs) return true;
    }
  }
  return false;
}

Indices on_one_card(std::size_t first, const BoardDrafts& drafts) {
  const Indices candidates = alike(first, drafts);
  std::vector<const BusPlace*> places;
  for (const std::size_t unit : candidates) places.push_back(drafts.units()[unit].place);
  const auto at = std::ranges::find(candidates, first) - candidates.begin();
  Indices found;
  for (const std::size_t index :
       behind_one_bridge(places, static_cast<std::size_t>(at), units_expected(first, drafts))) {
    found.push_back(candidates[index]);
  }
  // Two cards that lost a device each look like one that has both.
  return any_apart(found, drafts) ? Indices() : found;
}

Indices at_one_socket(std::size_t first, const BoardDrafts& drafts) {
  const BusPlace* place = drafts.units()[first].place;
  if (place == nullptr || !place->socket) return {};
  Indices found;
  for (const std::size_t other : alike(first, drafts)) {
    const BusPlace* theirs = drafts.units()[other].place;
    if (theirs != nullptr && theirs->socket == place->socket) found.push_back(other);
  }
  return found.size() == units_expected(first, drafts) ? found : Indices();
}

bool any_said_apart(const Indices& found, const BoardDrafts& drafts) {
  return std::ranges::any_of(found, [&](std::size_t one) {
    return std::ranges::any_of(found, [&](std::size_t other) {
      return other != one && said_apart(drafts.units()[one], drafts.units()[other]);
    });
  });
}

}  // namespace

void draft_claimed(BoardDrafts& drafts) {
  for (const std::size_t first : drafts.free_units()) {
    const BoardUnit& unit = drafts.units()[first];
    if (!drafts.is_free(first)) continue;
    Draft draft{{}, Source::read, "the vendor's board identity", unit.claim};
    if (!unit.claim.empty()) {
      for (const std::size_t other : drafts.free_units()) {
        if (drafts.units()[other].claim == unit.claim) draft.units.push_back(other);
      }
    }
    // Zero may be the number of the first board, or none: it joins, and parts from no neighbour.
    if (draft.units.size() > 1 || (!unit.claim.empty() && !is_zero_number(unit.claim))) {
      drafts.add(std::move(draft));
    } else if (unit.package_told && !unit.host && !needs_more(unit)) {
      drafts.add({{first}, Source::read, "the vendor's package identity"});
    }
  }
}

void draft_by_serial(BoardDrafts& drafts) {
  for (const std::size_t first : drafts.free_units()) {
    const BoardUnit& unit = drafts.units()[first];
    if (!drafts.is_free(first) || !has_board_serial(unit)) continue;
    Draft draft{{}, Source::read, "the vendor's board identity: one serial number"};
    for (const std::size_t other : drafts.free_units()) {
      const bool same = drafts.units()[other].serial == unit.serial &&
                        drafts.units()[other].device().vendor == unit.device().vendor &&
                        drafts.units()[other].device().pci_id == unit.device().pci_id;
      if (same) draft.units.push_back(other);
    }
    if (draft.units.size() > 1) drafts.add(std::move(draft));
  }
}

void draft_by_catalogue(BoardDrafts& drafts) {
  for (const std::size_t first : drafts.free_units()) {
    const BoardUnit& unit = drafts.units()[first];
    if (!drafts.is_free(first) || !needs_more(unit)) continue;
    const Indices found = unit.chip->details.copies_on_board > 1 ? at_one_socket(first, drafts)
                                                                 : on_one_card(first, drafts);
    if (found.empty()) continue;
    drafts.add(
        {found, Source::inferred,
         fmt::format(
             "the catalogue: {} devices a board ({}), {}", unit.expected(), unit.chip->id.value,
             unit.chip->details.copies_on_board > 1 ? "at one socket" : "behind one bridge")});
    if (unit.chip->packages_per_board == 1 && unit.chip->devices_per_package > 1) {
      drafts.join_packages(found);
    }
  }
}

// Where the vendor parts some of them, it is open to which the others belong.
void draft_by_bus(BoardDrafts& drafts) {
  constexpr std::size_t kMostOnACard = 4;
  for (const std::size_t first : drafts.free_units()) {
    if (!drafts.is_free(first) || drafts.units()[first].chip != nullptr) continue;
    Indices found;
    for (const std::size_t other : drafts.free_units()) {
      const bool beside = same_part(drafts.units()[first], drafts.units()[other]) &&
                          neighbours(drafts.units()[first].place, drafts.units()[other].place) ==
                              Neighbours::together;
      if (other == first || beside) found.push_back(other);
    }
    if (found.size() < 2 || found.size() > kMostOnACard || any_said_apart(found, drafts)) continue;
    drafts.add({found, Source::inferred, "PCI: devices of one part in one slot"});
  }
}

void draft_alone(BoardDrafts& drafts) {
  for (const std::size_t first : drafts.free_units()) {
    const BoardUnit& unit = drafts.units()[first];
    Draft draft{{first}, Source::inferred, "one device, no sign of others"};
    const auto& labels = unit.device().labels;
    if (unit.host) {
      draft.reason = "one socket is one board";
    } else if (needs_more(unit)) {
      draft.reason = fmt::format("the catalogue: {} of {} devices of a board ({})", unit.count(),
                                 unit.expected(), unit.chip->id.value);
    } else if (labels && labels->multi_gpu_board == false) {
      draft.source = Source::read;
      draft.reason = "the vendor's board identity: nothing else is on it";
    } else if (unit.chip != nullptr) {
      draft.reason = fmt::format("the catalogue: {} a board ({})",
                                 unit.expected() == 1 ? std::string("one device")
                                                      : fmt::format("{} devices", unit.expected()),
                                 unit.chip->id.value);
    }
    drafts.add(std::move(draft));
  }
}

void join_hosts(BoardDrafts& drafts) {
  const auto hosts = std::ranges::count(drafts.units(), true, &BoardUnit::host);
  for (std::size_t i = 0; i < drafts.units().size(); ++i) {
    if (!drafts.units()[i].host || drafts.draft_of(i).mapped) continue;
    std::set<std::size_t> boards;
    for (std::size_t j = 0; j < drafts.units().size(); ++j) {
      const BoardUnit& unit = drafts.units()[j];
      if (unit.chip == nullptr || !unit.chip->details.host_on_board) continue;
      const bool at_it = unit.place != nullptr && unit.place->socket
                             ? *unit.place->socket == drafts.units()[i].device().id
                             : hosts == 1;
      if (at_it) boards.insert(drafts.board_of(j));
    }
    if (boards.size() != 1) continue;
    drafts.move(i, *boards.begin());
  }
}

}  // namespace tpp
