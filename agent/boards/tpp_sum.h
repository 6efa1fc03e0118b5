// The arithmetic of TPP: rates of a board's parts to one number, under every way to read the text.
// Knows no threshold and no catalogue. Pure.
#ifndef TPP_AGENT_BOARDS_TPP_SUM_H
#define TPP_AGENT_BOARDS_TPP_SUM_H

#include <optional>
#include <vector>

#include "agent/model/performance.h"

namespace tpp {

// Unlike units of one chip: whether they are added is an open point of the text.
enum class UnitClass { matrix, vector };

struct CountedRate {
  Precision precision = Precision::fp64;
  UnitClass unit_class = UnitClass::matrix;
  double ops_per_second = 0;
  Interval interval;
  bool deciding = true;
  Confidence confidence = Confidence::source;
};

// One part (a physical device): its rates are alternatives, and the parts of a board add up.
using PartRates = std::vector<CountedRate>;

// nullopt if no part has a rate. `complete` says whether the parts are all of the board.
std::optional<Tpp> sum_tpp(const std::vector<PartRates>& parts, bool complete);

}  // namespace tpp

#endif
