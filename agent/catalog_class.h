// What a catalogue row comes to under the rules in force on a day, from its declared figures alone.
// The one place where the catalogue's listing meets the rules. Pure.
#ifndef TPP_AGENT_CATALOG_CLASS_H
#define TPP_AGENT_CATALOG_CLASS_H

#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/catalog_view.h"
#include "agent/model/rule.h"

namespace tpp {

// The rules of `rules` that are in force on `as_of` (ISO date).
std::vector<Rule> rules_in_force(const std::vector<Rule>& rules, const std::string& as_of);

// TPP, density and the strictest class of the row under `in_force`, by their default readings.
CatalogLine class_of(const Chip& chip, const std::vector<Rule>& in_force);

}  // namespace tpp

#endif
