// How a row of a catalogue differs from the shipped row that it stands for, in words. Pure.
#ifndef TPP_AGENT_CHIPS_ROW_DIFFERENCES_H
#define TPP_AGENT_CHIPS_ROW_DIFFERENCES_H

#include <string_view>
#include <vector>

#include "agent/model/catalog.h"

namespace tpp {

// As the words call what is not the shipped catalogue.
inline constexpr std::string_view kCatalogGiven = "the catalogue given";
inline constexpr std::string_view kReportGiven = "the report";

// A row of the catalogue given.
RowDifferences compared(const Chip& shipped, const Chip& given);

// A row of a stored report, in what a report keeps of one.
RowDifferences compared_as_stored(const Chip& shipped, const Chip& stored);

// A row of the catalogue given with a shipped one of another product on the same silicon: what a
// name, an id or a place on a board is says nothing.
RowDifferences compared_as_silicon(const Chip& shipped, const Chip& given);

// The same of a row of a stored report.
RowDifferences stored_compared_as_silicon(const Chip& shipped, const Chip& stored);

using CompareRows = RowDifferences (*)(const Chip& shipped, const Chip& given);

bool says_the_same(const RowDifferences& found);

// Whether the two share a PCI id, a reported name or the product's name: another id makes it no
// other product.
bool stands_for(const Chip& given, const Chip& shipped);

// The shipped row of its id, else each that it stands for; points into `shipped`.
std::vector<const Chip*> shipped_rows(const Chip& given, const Catalog& shipped);

// How a row differs from the shipped one of its id, else from each that it stands for; not at all
// where it is a product of its own.
RowDifferences from_shipped(const Catalog& shipped, const Chip& given, CompareRows compare);

}  // namespace tpp

#endif
