// Reads the control list of an edition: paragraphs, notes that exclude, readings. Errors are
// tpp::Error with file, line, column, what was found and what was expected. What else an edition
// says is edition_file's. Knows no rule by name.
#ifndef TPP_AGENT_REGULATION_RULE_FILE_H
#define TPP_AGENT_REGULATION_RULE_FILE_H

#include <filesystem>
#include <string>
#include <vector>

#include "agent/documents/yaml_reader.h"
#include "agent/model/rule.h"

namespace tpp {

// The members of the mapping `yaml` that make a rule; others are left to the caller.
Rule read_rule(const YamlValue& yaml);

// Whether a measured board can be held against it: paragraphs about circuits, in quantities that
// are measured.
bool classifies_boards(const Rule& rule);

// The control list of an edition, from text; `origin` names it in errors.
Rule parse_rule(const std::string& text, const std::string& origin);
// The rule of one file. Throws Error if no board can be held against it.
Rule load_rule(const std::filesystem::path& file);
// Those of a directory that classify boards, ordered by in_force_from, then id.
std::vector<Rule> load_rules(const std::filesystem::path& directory);

}  // namespace tpp

#endif
