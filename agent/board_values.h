// The numbers of a board that a rule may speak of, one set a basis, under given readings, with what
// each may prove. Knows no threshold. Pure.
#ifndef TPP_AGENT_BOARD_VALUES_H
#define TPP_AGENT_BOARD_VALUES_H

#include <optional>
#include <string>
#include <vector>

#include "agent/evidence.h"
#include "agent/model/performance.h"
#include "agent/model/rule.h"
#include "agent/readings.h"

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
};

struct BasisValues {
  Basis basis = Basis::declared;
  Quantified tpp;
  std::optional<Quantified> density;  // none without an area
  std::string note;                   // why it weighs what it does
};

struct BoardValues {
  std::vector<BasisValues> bases;
  bool datacenter = true;  // unknown counts as yes
  bool datacenter_known = false;
  bool planar = false;  // no applicable die area: density has no value
};

BoardValues board_values(const BoardPerformance& board, const Readings& readings);

// What one basis says to a condition on tpp or pd. A density that is missing is not decided.
Decision decide_on(const BasisValues& values, const Condition& condition);

// The figure that a condition speaks of; null if this basis has none.
const Quantified* figure_for(const BasisValues& values, RuleQuantity quantity);

}  // namespace tpp

#endif
