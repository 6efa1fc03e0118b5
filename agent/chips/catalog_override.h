// Keeps a catalogue given by the user from arguing away what the shipped one shows: contradictions
// are judged against the shipped row too, and figures that differ from it corroborate nothing.
// Pure.
#ifndef TPP_AGENT_CHIPS_CATALOG_OVERRIDE_H
#define TPP_AGENT_CHIPS_CATALOG_OVERRIDE_H

#include <string>
#include <string_view>
#include <vector>

#include "agent/chips/row_differences.h"
#include "agent/model/catalog.h"
#include "agent/model/performance.h"

namespace tpp {

// The boards of a pass as one catalogue shows them.
struct BoardsByCatalog {
  const Catalog& catalog;
  const std::vector<BoardPerformance>& boards;
};

// Fills `overridden` of a catalogue that is not the shipped one. A row that has neither the id,
// nor a PCI id, a reported name or the name of a shipped row is new, and overrides none.
void mark_overridden(const Catalog& shipped, Catalog& catalog);

// In words, that the shipped catalogue finds several rows for a board, or another one or none,
// where the one `from` which the board is has `given`; "" where that is a product that it does not
// know.
std::string other_row(const Catalog& shipped, const BoardPerformance& theirs, const Chip& given,
                      std::string_view from);

// To what a board's row says otherwise than a shipped one, each once.
void add_differences(const RowDifferences& found, BoardFacts& facts);

// `shipped` and `boards` are the same boards in the same order, `boards` aggregated with `catalog`,
// the one that decides. Adds to the facts of `boards`.
void hold_against_shipped(const BoardsByCatalog& shipped, const Catalog& catalog,
                          std::vector<BoardPerformance>& boards);

// The shipped boards of those `boards` that have, among the `rows` that they were held against,
// other ones or such as say something else; none for which the shipped catalogue has no row.
std::vector<BoardPerformance> shipped_otherwise(const BoardsByCatalog& shipped,
                                                const std::vector<Chip>& rows,
                                                const std::vector<BoardPerformance>& boards,
                                                CompareRows compare = compared);

}  // namespace tpp

#endif
