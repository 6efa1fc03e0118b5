// What says which units are one board, from the strongest word to none: each function drafts boards
// of units that are still free. Inside grouping only.
#ifndef TPP_AGENT_BOARDS_BOARD_SOURCES_H
#define TPP_AGENT_BOARDS_BOARD_SOURCES_H

#include "agent/boards/board_drafts.h"
#include "agent/boards/board_map.h"
#include "agent/model/inventory.h"

namespace tpp {

// The operator's mapping. Throws UsageError where it names a device that is not there, one on two
// boards, or several products on one.
void draft_mapped(const BoardMap& map, const Inventory& inventory, BoardDrafts& drafts);

// The vendor's word for the board, and for the package where it has none for the board; one serial
// number for several devices.
void draft_claimed(BoardDrafts& drafts);
void draft_by_serial(BoardDrafts& drafts);

// Units of one row, of which the bus can tell that they belong together.
void draft_by_catalogue(BoardDrafts& drafts);

// Of a part that no row tells of: what sits in one slot, as long as a card can carry so many.
void draft_by_bus(BoardDrafts& drafts);

// Every unit that is left, by itself.
void draft_alone(BoardDrafts& drafts);

// Puts processors that are soldered to the accelerators' board on it.
void join_hosts(BoardDrafts& drafts);

}  // namespace tpp

#endif
