// What the devices of one board do at once, beside what they do one by one. Information: they share
// the board's power, so that the sum of one by one is the larger one, and it counts. Plain values.
#ifndef TPP_AGENT_MODEL_TOGETHER_H
#define TPP_AGENT_MODEL_TOGETHER_H

#include <optional>
#include <string>

#include "agent/model/ids.h"
#include "agent/model/measurement.h"

namespace tpp {

// One benchmark, on every device of the board.
struct TogetherRate {
  BoardId board;
  std::string kernel;
  std::string subject;
  std::string accumulator;
  Quantity quantity = Quantity::operations;
  int devices = 0;
  // Operations/s or bytes/s, the devices added; none where not each has a rate by itself.
  std::optional<double> one_by_one;
  std::optional<double> at_once;  // none where it does not count; `reason` says why
  // Share of the longest counted time in which all devices were in theirs; none where time is
  // simulated, or not all came to a rate.
  std::optional<double> overlap;
  std::string reason;
};

}  // namespace tpp

#endif
