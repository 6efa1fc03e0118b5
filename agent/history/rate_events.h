// Rates per clock and unit of one device, held against what it did before. Inside history only;
// pure.
#ifndef TPP_AGENT_HISTORY_RATE_EVENTS_H
#define TPP_AGENT_HISTORY_RATE_EVENTS_H

#include "agent/history/sightings.h"

namespace tpp {

// Adds an event for each loop whose rate changed (board_events.h says when), and a note where
// nothing could be compared.
void add_rates(const ThenAndNow& board, const Device& device, BoardChanges& changes);

}  // namespace tpp

#endif
