// Reads the table of countries and groups, and says who belongs where on a day. Errors are
// tpp::Error with file, line and column.
#ifndef TPP_AGENT_REGULATION_COUNTRY_FILE_H
#define TPP_AGENT_REGULATION_COUNTRY_FILE_H

#include <filesystem>
#include <string>

#include "agent/documents/yaml_reader.h"
#include "agent/model/country.h"
#include "agent/model/edition.h"

namespace tpp {

CountryTable parse_countries(const std::string& text, const std::string& origin);
CountryTable parse_countries(const YamlValue& root);
// The one table of a directory, be it YAML or compiled.
CountryTable load_countries(const std::filesystem::path& directory);

// The table as it stood on the day `as_of` (ISO date): changes after it are undone, changes between
// the table's own date and it are made.
CountryTable countries_on(const CountryTable& table, const std::string& as_of);

// Whether the country with that code belongs to the place. `table` is one of a day.
bool contains(const Place& place, const Country& country);

// Throws UsageError naming `option` if there is no such country, with the nearest names.
const Country& find_country(const CountryTable& table, const std::string& option,
                            const std::string& code);

}  // namespace tpp

#endif
