// A board's devices as the parts whose rates add up, and what the measurements of each part say.
// Leaves the adding to tpp_sum. Pure; points into the inventory and measurements given.
#ifndef TPP_AGENT_BOARDS_BOARD_PARTS_H
#define TPP_AGENT_BOARDS_BOARD_PARTS_H

#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/inventory.h"
#include "agent/model/measurement.h"
#include "agent/model/performance.h"
#include "agent/model/thresholds.h"

namespace tpp {

// One physical device, or the slices of one package: slices may share units in time, so that their
// rates are alternatives and never added.
struct Part {
  std::vector<const Device*> devices;
  std::vector<const Measurement*> measurements;
  bool sliced = false;
};

struct BoardParts {
  const Board* board = nullptr;
  std::vector<const Device*> devices;
  std::vector<Part> parts;
  std::vector<std::string> lost;  // devices that the board should have and has not, in words
  double copies = 1;              // of the catalogue row that the board is made of
  double share = 1;               // of these, as far as devices are there
  Thresholds thresholds;
};

BoardParts collect_parts(const Inventory& inventory, const Board& board,
                         const std::vector<Measurement>& measurements);

// Holds the number of devices against what the vendor (`chip`, may be null) and the inventory say;
// sets `copies` and `share`, and adds to `lost`.
void count_devices(BoardParts& parts, const Chip* chip);

// A device of the part by id; null if it is not of this part.
const Device* device_of(const Part& part, const DeviceId& id);

// Facts that the measurements give: partial, failed, suspect, overtaken, undeclared,
// outcomes_missing, grid, and units that the device does not tell of.
void add_measured_facts(const BoardParts& parts, const Chip* chip, BoardFacts& facts);

// Operations per clock and unit: the grid's value where the measured one was close enough to it.
std::optional<double> per_clock(const Rate& rate);

}  // namespace tpp

#endif
