// What a catalogue row comes to under the editions in force on a day, from its declared figures
// alone. The one place where the catalogue's listing meets the rules. Pure.
#ifndef TPP_AGENT_CHIPS_CATALOG_CLASS_H
#define TPP_AGENT_CHIPS_CATALOG_CLASS_H

#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/catalog_view.h"
#include "agent/model/edition.h"

namespace tpp {

// TPP, density and class of the row of `catalog` under `in_force`, by their default readings and
// the text.
CatalogLine class_of(const Chip& chip, const Catalog& catalog,
                     const std::vector<Edition>& in_force);

}  // namespace tpp

#endif
