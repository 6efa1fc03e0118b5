// Another class than before, and what it comes from: the board, or what it was judged by. Pure.
#ifndef TPP_AGENT_HISTORY_CLASS_EVENTS_H
#define TPP_AGENT_HISTORY_CLASS_EVENTS_H

#include "agent/history/sightings.h"

namespace tpp {

// Adds one event a rule that both sightings were held against, and one for the whole where the
// rules are others. Causes are all that differ: rule, catalogue, method, agent; `hardware` where
// `changes` has such an event already, `placement` where other devices are on it. Where none of
// these differs the evidence of one pass carried further than that of the other (mode, selection,
// failures, clocks): `condition`, which accuses nothing.
void add_class_events(const Sighting& before, const Sighting& after, RecognisedBy by,
                      BoardChanges& changes);

// "us-ear-2023-10: 3A090.a", one a rule.
std::vector<std::string> classes_of(const Sighting& sighting);

}  // namespace tpp

#endif
