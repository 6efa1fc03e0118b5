// Members of a manifest that are read alike wherever they stand, and how one is refused. Errors are
// YamlValue's: place, member, what was found and what is accepted.
#ifndef TPP_AGENT_SHIPMENT_MANIFEST_FIELDS_H
#define TPP_AGENT_SHIPMENT_MANIFEST_FIELDS_H

#include <optional>
#include <string>
#include <vector>

#include "agent/documents/yaml_reader.h"

namespace tpp {

[[noreturn]] void refuse(const YamlValue& yaml, const std::string& field, const std::string& found,
                         const std::string& expected);

// A member that has no meaning for the kind would be ignored without a word.
void refuse_member(const YamlValue& yaml, const std::string& key, const std::string& why);

std::optional<std::string> find_text(const YamlValue& yaml, const std::string& key);
std::vector<std::string> find_texts(const YamlValue& yaml, const std::string& key);

// A number of pieces: whole, at least 1.
int read_quantity(const YamlValue& yaml);

}  // namespace tpp

#endif
