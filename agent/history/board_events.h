// What is another about a board than it was: identity, firmware, units, and the rate per clock and
// unit of our own loops. All of it free of clocks: a cap, a lock or heat changes none. Pure.
#ifndef TPP_AGENT_HISTORY_BOARD_EVENTS_H
#define TPP_AGENT_HISTORY_BOARD_EVENTS_H

#include "agent/history/sightings.h"

namespace tpp {

// Each fact is held against the latest sighting before that tells it. `by` stands in every event.
// Slices, narrowed, busy, suspect, generic and unverified figures are not compared.
BoardChanges board_changes(const ThenAndNow& board, RecognisedBy by);

// Those of the devices alone, where boards were counted otherwise: not how many there are.
BoardChanges device_changes(const ThenAndNow& board, RecognisedBy by);

// Of two rates per clock and unit with their 95 % intervals: whether they lie further apart than
// both intervals and the share (history_rate). Two that were taken for the same one of the grid
// never do; nor do such of which an interval is not known.
bool rates_per_clock_differ(const Rate& before, const Rate& after, double share);

}  // namespace tpp

#endif
