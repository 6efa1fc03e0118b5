// Chips of one kind on one board, as the rules count them: together. Knows no threshold. Pure.
#ifndef TPP_AGENT_SHIPMENT_CHIPS_ON_BOARD_H
#define TPP_AGENT_SHIPMENT_CHIPS_ON_BOARD_H

#include <map>

#include "agent/regulation/determine.h"

namespace tpp {

// `count` of the chip: TPP, rate and DRAM bandwidth add up, and so do areas, so that the density
// stays. What lies between chips and what is counted of one package, transistors, does not.
Item on_one_board(const Item& chip, int count);

// What `count` of a chip would add to a board; a count below 0 takes them away again. Of several
// figures of one quantity the largest.
struct BoardShare {
  std::map<RuleQuantity, double> figures;
  std::map<RuleQuantity, int> not_known;  // of how many chips the quantity is not known

  bool empty() const { return figures.empty() && not_known.empty(); }
};
void add_share(const Item& chip, int count, const Readings& readings, BoardShare& share);

// The chip, or board of them, with others beside it, of which no area counts, as none of planar
// dies does: a density that the board has at most.
Item with_others(const Item& chip, const BoardShare& others);

// The chip where it is not known with how many more it sits: what would add up is a lower bound,
// which rules nothing out.
Item at_least_on_board(const Item& chip);

// Whether the two end alike in all that follows: class, licence and other controls.
bool same_end(const Determination& one, const Determination& other);

}  // namespace tpp

#endif
