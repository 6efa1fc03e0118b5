// Reads one edition of a regulation from YAML. Leaves to others what the numbers mean (classify).
// Every error is a tpp::Error "file:line:column: found ..., expected ...". Free of shared state.
#ifndef TPP_AGENT_RULE_FILE_H
#define TPP_AGENT_RULE_FILE_H

#include <filesystem>
#include <string>
#include <vector>

#include "agent/model/rule.h"

namespace tpp {

class YamlValue;

// Throws Error if the file cannot be read, is malformed, or contradicts itself.
Rule load_rule(const std::filesystem::path& file);

// As load_rule, from text; `origin` names it in errors.
Rule parse_rule(const std::string& text, const std::string& origin);
Rule parse_rule(const YamlValue& root);

// Of several documents, ordered by date in force, then id. Throws Error if two have one id.
std::vector<Rule> parse_rules(const std::vector<YamlValue>& documents);

// All of a directory, be it YAML or compiled. Throws Error if it is missing or holds none.
std::vector<Rule> load_rules(const std::filesystem::path& directory);

}  // namespace tpp

#endif
