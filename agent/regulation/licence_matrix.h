// The whole table of licences of a day: class of destination x class of party x item class, each
// cell worked out for every country of the class, and split where they differ. Which classes there
// are is the edition's data. Pure.
#ifndef TPP_AGENT_REGULATION_LICENCE_MATRIX_H
#define TPP_AGENT_REGULATION_LICENCE_MATRIX_H

#include <string>
#include <vector>

#include "agent/model/country.h"
#include "agent/model/determination.h"
#include "agent/model/edition.h"

namespace tpp {

// From all editions in force on the day, in one scope. Throws UsageError if none is, or if none has
// classes of destinations.
LicenceMatrix licence_matrix(const std::vector<Edition>& editions, const CountryTable& countries,
                             const std::string& as_of, Scope scope);

}  // namespace tpp

#endif
