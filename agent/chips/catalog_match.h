// Finds the catalogue row of a device by what is known of it, and says what each clue left. The
// choice is match_chip's (identify), so that a listing and a pass never disagree. Pure.
#ifndef TPP_AGENT_CHIPS_CATALOG_MATCH_H
#define TPP_AGENT_CHIPS_CATALOG_MATCH_H

#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/catalog_view.h"

namespace tpp {

// A PCI id or a name at least; the other clues only choose among the rows that those leave. A
// subsystem id narrows the rows of a PCI id where one of them has it.
CatalogMatch match_row(const Catalog& catalog, const DeviceClues& clues);

// The row of an id, or the one of a name or of whole words of a name ("MI300X"), whatever their
// case; null if there is none or several.
const Chip* find_row(const Catalog& catalog, const std::string& id_or_name);

// Up to `most` ids of rows that `wanted` may have meant, the nearest first.
std::vector<std::string> similar_rows(const Catalog& catalog, const std::string& wanted,
                                      std::size_t most);

// The same; throws UsageError naming `option` if there is none, with the nearest ids.
const Chip& chip_named(const Catalog& catalog, const std::string& option,
                       const std::string& id_or_name);

}  // namespace tpp

#endif
