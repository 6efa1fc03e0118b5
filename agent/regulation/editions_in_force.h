// Which editions, and which of their statements, hold on a day. Pure.
#ifndef TPP_AGENT_REGULATION_EDITIONS_IN_FORCE_H
#define TPP_AGENT_REGULATION_EDITIONS_IN_FORCE_H

#include <string>
#include <vector>

#include "agent/model/country.h"
#include "agent/model/edition.h"

namespace tpp {

// A statement holds on `as_of` (ISO date) from its first day to the one before its `to`.
bool holds_on(const Standing& standing, const std::string& as_of);
bool stands(const Standing& standing, Scope scope);

// The editions in force on that day that speak of items, cut down to the statements that hold on
// it. Throws UsageError if the day is before the first of them.
std::vector<Edition> editions_in_force(const std::vector<Edition>& editions,
                                       const std::string& as_of);

// Those in force on that day that have a programme, cut down likewise.
std::vector<Edition> programmes_in_force(const std::vector<Edition>& editions,
                                         const std::string& as_of);

// Warnings that the knowledge of editions and countries ends before the day, one a date.
std::vector<std::string> known_through_notes(const std::vector<Edition>& editions,
                                             const CountryTable& countries,
                                             const std::string& as_of);

}  // namespace tpp

#endif
