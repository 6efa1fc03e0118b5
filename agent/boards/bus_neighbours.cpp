#include "agent/boards/bus_neighbours.h"

#include <algorithm>
#include <iterator>
#include <optional>

namespace tpp {
namespace {

using Way = std::vector<BusStep>;

// Steps from the device up to that bridge; nullopt if it does not lead there. The device itself is
// no bridge.
std::optional<std::size_t> steps_to(const Way& way, const std::string& bridge) {
  for (std::size_t i = 1; i < way.size(); ++i) {
    if (way[i].address == bridge) return i;
  }
  return std::nullopt;
}

bool slot_within(const Way& way, std::size_t begin, std::size_t end) {
  return std::any_of(way.begin() + static_cast<std::ptrdiff_t>(begin),
                     way.begin() + static_cast<std::ptrdiff_t>(end),
                     [](const BusStep& step) { return step.slot.has_value(); });
}

// Whether the bridge leads to it, without a slot between.
bool is_behind(const BusPlace* place, const std::string& bridge) {
  if (place == nullptr) return false;
  const auto steps = steps_to(place->way, bridge);
  return steps && !slot_within(place->way, 0, *steps);
}

}  // namespace

std::string common_bridge(const BusPlace& one, const BusPlace& other) {
  for (std::size_t i = 1; i < one.way.size(); ++i) {
    if (steps_to(other.way, one.way[i].address)) return one.way[i].address;
  }
  return "";
}

Neighbours neighbours(const BusPlace* one, const BusPlace* other) {
  if (one == nullptr || other == nullptr) return Neighbours::unknown;
  const std::string bridge = common_bridge(*one, *other);
  if (bridge.empty()) return Neighbours::unknown;
  if (!is_behind(one, bridge) || !is_behind(other, bridge)) return Neighbours::apart;
  const bool in_slot = slot_within(one->way, *steps_to(one->way, bridge), one->way.size());
  return in_slot ? Neighbours::together : Neighbours::open;
}

std::vector<std::size_t> behind_one_bridge(const std::vector<const BusPlace*>& places,
                                           std::size_t first, std::size_t count) {
  if (places[first] == nullptr) return {};
  const Way& way = places[first]->way;
  // Beyond a slot is no part of the card that sits in it.
  for (std::size_t i = 1; i < way.size() && !way[i - 1].slot; ++i) {
    std::vector<std::size_t> found;
    for (std::size_t j = 0; j < places.size(); ++j) {
      if (is_behind(places[j], way[i].address)) found.push_back(j);
    }
    if (found.size() == count) return found;
    if (found.size() > count) break;
  }
  return {};
}

}  // namespace tpp
