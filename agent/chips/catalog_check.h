// Holds the figures of a catalogue against each other: peaks against units x grid x clock, twice
// the same product, sparse figures, impossible values, missing sources. What was looked at and is
// right all the same stands in the row itself (accepted_disagreements). Pure.
#ifndef TPP_AGENT_CHIPS_CATALOG_CHECK_H
#define TPP_AGENT_CHIPS_CATALOG_CHECK_H

#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/catalog_view.h"

namespace tpp {

// In the order of the rows.
std::vector<CatalogFault> check_catalog(const Catalog& catalog);

// What rows accept of it, each with the row's words.
std::vector<CatalogFault> accepted_disagreements(const Catalog& catalog);

// Where a member of a row stands, by its path ("declared_tops.fp16"); the row itself otherwise.
std::string place_of(const Chip& chip, const std::string& path);

}  // namespace tpp

#endif
