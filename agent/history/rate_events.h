// Rates per clock and unit of one device, held against what it did before. Inside history only;
// pure.
#ifndef TPP_AGENT_HISTORY_RATE_EVENTS_H
#define TPP_AGENT_HISTORY_RATE_EVENTS_H

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "agent/history/sightings.h"

namespace tpp {

// kernel, subject, accumulator: the benchmark without the device, which may have moved.
using Loop = std::tuple<std::string, std::string, std::string>;

// What a device says of a loop: a rate, or that its hardware has none (no rate).
struct Issue {
  const Measurement* measurement = nullptr;
  const Rate* rate = nullptr;
};
using Issues = std::map<Loop, Issue>;

// What devices of boards said of their loops, looked up once: each report is held against all that
// were before it. The reports outlive it.
class KnownIssues {
 public:
  const Issues& of(const Sighting& sighting, const Device& device);

 private:
  std::map<std::pair<const Board*, const Device*>, Issues> known_;
};

// Adds an event for each loop whose rate changed (board_events.h says when), and a note where
// nothing could be compared.
void add_rates(const ThenAndNow& board, const Device& device, BoardChanges& changes);

}  // namespace tpp

#endif
