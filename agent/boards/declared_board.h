// What catalogue rows declare, as the figures of a board or of a part of one. Pure.
#ifndef TPP_AGENT_BOARDS_DECLARED_BOARD_H
#define TPP_AGENT_BOARDS_DECLARED_BOARD_H

#include "agent/model/catalog.h"
#include "agent/model/performance.h"

namespace tpp {

// Rates, TPP and memory bandwidth that so many boards of the row declare; then, over every TPP that
// is known by then, density.
void add_declared(const Chip& chip, double copies, BoardPerformance& performance);
void add_area(const Chip& chip, double copies, BoardPerformance& performance);

// A board as the catalogue describes it, seen by nobody: declared figures alone.
BoardPerformance declared_board(const Chip& chip);

// So many boards of the row, which may be a part of one. Of two answers for datacenters the
// stricter counts: `datacenter` is what was entered.
DeclaredProduct declared_product(const Chip& chip, double copies, bool datacenter);

// The board if it is this product; what was measured of it stays what it is.
BoardPerformance as_product(const BoardPerformance& board, const DeclaredProduct& product);

// The devices of a part by themselves: declared figures alone.
BoardPerformance part_alone(const BoardPerformance& board, const DeclaredProduct& part);

}  // namespace tpp

#endif
