// Determinations and the table of licences as JSON, for a program to read. Members stand in
// docs/classify.md; unknown is null or absent, never 0. Pure; never dependent on the locale.
#ifndef TPP_EXPORTERS_DETERMINATION_JSON_H
#define TPP_EXPORTERS_DETERMINATION_JSON_H

#include <string>
#include <vector>

#include "agent/model/determination.h"

namespace tpp {

// Said in every output of a determination.
inline constexpr const char* kNotLegalAdvice =
    "Arithmetic on published rules, not legal advice. The Entity List, end use, end users and "
    "other "
    "parts of the rules are not looked at.";

// One object; and several (the boards of a report) as the list `items` of one object.
std::string determination_json(const Determination& determination);
std::string determinations_json(const std::vector<Determination>& determinations);
std::string matrix_json(const LicenceMatrix& matrix);

}  // namespace tpp

#endif
