// The numbers of a board that a rule may speak of, one set a basis, under given readings, with what
// each may prove. Knows no threshold. Pure.
#ifndef TPP_AGENT_BOARDS_BOARD_VALUES_H
#define TPP_AGENT_BOARDS_BOARD_VALUES_H

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/boards/evidence.h"
#include "agent/model/catalog.h"
#include "agent/model/performance.h"
#include "agent/model/rule.h"
#include "agent/regulation/readings.h"

namespace tpp {

// What a figure may do in a decision.
//   both      declared: decides over and below
//   over      achieved, or declared of a part of the units: a lower bound
//   nothing   inferred, or from memory: is shown, may contradict a "below", proves nothing
enum class Weight { both, over, nothing };

struct Quantified {
  double value = 0;
  Interval interval;
  Weight weight = Weight::nothing;
  // By an area that is known as an upper bound: a lower bound of the density, whatever it weighs.
  bool at_least = false;
};

struct BasisValues {
  Basis basis = Basis::declared;
  std::map<RuleQuantity, Quantified> figures;  // what is not known on this basis is not there
  std::string note;                            // why they weigh what they do
};

struct BoardValues {
  ItemKind item = ItemKind::circuit;
  std::vector<BasisValues> bases;
  bool datacenter = true;  // unknown counts as yes
  bool datacenter_known = false;
  bool datacenter_doubted = false;  // said not to be, by evidence that is in doubt: decides nothing
  std::string chip;                 // id of the catalogue row; "" without one
  std::optional<bool> hbm;
  bool planar = false;  // no applicable die area: density has no value
};

// The area that the density is of: that of all dies that count, or of those that compute.
const std::optional<Figure>& area_under(const BoardPerformance& board, const Readings& readings);

BoardValues board_values(const BoardPerformance& board, const Readings& readings);

// What a catalogue row declares beside TPP and area: bandwidth, rates between chips, transistors.
// `board` carries as many copies of the row as it has.
void add_chip_figures(const Chip& chip, const BoardPerformance& board, BoardValues& values);

// What one basis says to a condition. A figure that is missing is not decided.
Decision decide_on(const BasisValues& values, const Condition& condition);

// Whether it would be met if a bound of the density were the density itself: what is presumed.
bool presumably_meets(const BasisValues& values, const Condition& condition);

// The figure that a condition speaks of; null if this basis has none.
const Quantified* figure_for(const BasisValues& values, RuleQuantity quantity);

}  // namespace tpp

#endif
