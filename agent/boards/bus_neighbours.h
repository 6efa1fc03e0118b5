// What the PCI bus tells of two devices: whether they can be on one card. Two cards behind a switch
// of the mainboard sit in a slot each; two devices of one card share the slot that the card's own
// switch sits in. Where no slot is known, nothing tells the two switches apart: ids of bridges do
// not, since makers of cards and of mainboards use the same ones. Pure.
#ifndef TPP_AGENT_BOARDS_BUS_NEIGHBOURS_H
#define TPP_AGENT_BOARDS_BUS_NEIGHBOURS_H

#include <cstddef>
#include <string>
#include <vector>

#include "agent/model/inventory.h"

namespace tpp {

enum class Neighbours {
  unknown,   // a place is not known, or nothing but the host leads to both
  apart,     // a slot lies between one of them and the bridge that leads to both
  open,      // a bridge leads to both, and no slot is known
  together,  // what leads to both sits in one slot
};

Neighbours neighbours(const BusPlace* one, const BusPlace* other);

// The nearest bridge that leads to both; "" if there is none.
std::string common_bridge(const BusPlace& one, const BusPlace& other);

// Of `places` (null: not known), indices of those that, with the one at `first`, are exactly
// `count` behind one bridge without a slot between; empty if the bus does not tell them from
// others.
std::vector<std::size_t> behind_one_bridge(const std::vector<const BusPlace*>& places,
                                           std::size_t first, std::size_t count);

}  // namespace tpp

#endif
