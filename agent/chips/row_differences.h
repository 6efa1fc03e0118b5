// How a row of a catalogue differs from the shipped row that it stands for, in words. Pure.
#ifndef TPP_AGENT_CHIPS_ROW_DIFFERENCES_H
#define TPP_AGENT_CHIPS_ROW_DIFFERENCES_H

#include <string_view>

#include "agent/model/catalog.h"

namespace tpp {

// As the words call a catalogue that is not the shipped one.
inline constexpr std::string_view kCatalogGiven = "the catalogue given";

// A row of the catalogue given.
RowDifferences compared(const Chip& shipped, const Chip& given);

// A row of a stored report, in what a report keeps of one.
RowDifferences compared_as_stored(const Chip& shipped, const Chip& stored);

bool says_the_same(const RowDifferences& found);

}  // namespace tpp

#endif
