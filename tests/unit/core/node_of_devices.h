// Inventories for tests of how devices are put on boards: devices of shipped products at places of
// the bus.
#ifndef TPP_TESTS_UNIT_CORE_NODE_OF_DEVICES_H
#define TPP_TESTS_UNIT_CORE_NODE_OF_DEVICES_H

#include <string>
#include <vector>

#include "agent/boards/grouping.h"
#include "agent/model/catalog.h"
#include "agent/model/inventory.h"
#include "agent/model/verdict.h"

namespace tpp::test {

const Catalog& shipped_catalog();

// A way of the bus as "0000:07:00.0 0000:06:08.0 0000:05:00.0#slot-3 0000:00:01.0", the device
// first.
BusPlace place(const std::string& way, const std::string& socket = "");

struct Node {
  Inventory inventory;

  // A device that reports what the row says of one of its devices; "" of the shipped rows none.
  Device& add(const std::string& id, const std::string& chip);
  void put(const std::string& way, const std::string& socket = "");  // a device, on the bus
  Device& device(const std::string& id);
  const Board& board(std::size_t index) const { return inventory.boards.at(index); }
  // Ids of the devices of each board, "a b", in the order of boards.
  std::vector<std::string> boards() const;
  std::vector<std::string> codes() const;  // of its findings

  void group(BoardEvidence evidence = {});  // by the shipped catalogue where none is given
};

// Of one board by declaration alone, under the rule of October 2023.
Verdict declared_verdict(const Node& node, std::size_t board = 0);

}  // namespace tpp::test

#endif
