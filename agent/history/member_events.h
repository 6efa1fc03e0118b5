// Devices that came to a board, went from it, or stand in the place of others. Inside history only;
// pure.
#ifndef TPP_AGENT_HISTORY_MEMBER_EVENTS_H
#define TPP_AGENT_HISTORY_MEMBER_EVENTS_H

#include "agent/history/same_devices.h"

namespace tpp {

// `last` and `after` are the same board. Its maker's devices are soldered to it: another number of
// them is another board. An operator's word (a mapping, baseboards counted as one) says which count
// as one board, and makes none of them go: one that is nowhere in the later report is gone from the
// hardware, one that was nowhere in the earlier is placement, one on another board was moved by the
// word. What may be hidden from a report by what failed there is its condition.
void add_member_events(const Sighting& last, const Sighting& after, BoardChanges& changes);

// Of `board`, whose devices `later` counts otherwise: those that are nowhere in it.
BoardChanges lost_members(const Sighting& board, const Report& later);

// Another device in the place of one that is gone: `board` is what it is on now.
BoardEvent replaced_member(const Whereabouts::Replaced& devices, const BoardId& board,
                           const Report& earlier);

}  // namespace tpp

#endif
