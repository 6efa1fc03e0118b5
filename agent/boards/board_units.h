// The devices of an inventory as what boards are made of: all of one package together, with what is
// known of where it belongs. Inside grouping only. Pure; points into the inventory and catalogue
// given.
#ifndef TPP_AGENT_BOARDS_BOARD_UNITS_H
#define TPP_AGENT_BOARDS_BOARD_UNITS_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/inventory.h"

namespace tpp {

// Devices of one package: nothing parts them.
struct BoardUnit {
  std::vector<Device*> devices;
  std::string claim;  // the vendor's name of the board; "" where it says none
  bool package_told = false;
  bool host = false;    // a processor of the node
  bool sliced = false;  // its devices are parts, and are not counted
  const BusPlace* place = nullptr;
  const Chip* chip = nullptr;         // row of its device, if one fits
  std::optional<std::string> serial;  // of its board

  const Device& device() const { return *devices.front(); }
  // Devices that it stands for, and that the whole board of its row has; the latter 0 without a
  // row.
  int count() const;
  int expected() const;
};

// In the order of the inventory. Takes the vendor's words from the devices, and gives each the
// package that it is on.
std::vector<BoardUnit> board_units(Inventory& inventory, const Catalog* catalog);

// Whether both are of one part: the same PCI id and subsystem.
bool same_part(const BoardUnit& one, const BoardUnit& other);

// Whether the vendor says that they are not on one board: by two serial numbers, or by the word
// that nothing else is on the board of one.
bool said_apart(const BoardUnit& one, const BoardUnit& other);

}  // namespace tpp

#endif
