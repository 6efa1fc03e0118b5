// Reads editions of regulations, one YAML file each: the control list (rule_file) and what is said
// of licences and of other controls. Errors are tpp::Error with file, line, column, what was found
// and what was expected. Knows no rule, country or threshold by name.
#ifndef TPP_AGENT_REGULATION_EDITION_FILE_H
#define TPP_AGENT_REGULATION_EDITION_FILE_H

#include <filesystem>
#include <string>
#include <vector>

#include "agent/documents/yaml_reader.h"
#include "agent/model/edition.h"

namespace tpp {

// From text; `origin` names it in errors.
Edition parse_edition(const std::string& text, const std::string& origin);
Edition parse_edition(const YamlValue& root);
Edition load_edition(const std::filesystem::path& file);

// All of a directory, be it YAML or compiled, ordered by in_force_from, then id. Throws Error if an
// id or the name of an item class stands in two files, or if one speaks of an item class or a class
// that none has.
std::vector<Edition> load_editions(const std::filesystem::path& directory);

// The same in two steps: each by itself, and what they say of each other.
std::vector<Edition> parse_editions(const std::vector<YamlValue>& documents);
void check_editions(const std::vector<Edition>& editions);

}  // namespace tpp

#endif
