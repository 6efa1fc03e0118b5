// Reads conditions, as all sections of an edition's file write them: a quantity, an operator, a
// threshold and the words of the law. Refuses what nothing can meet.
#ifndef TPP_AGENT_REGULATION_CONDITION_READER_H
#define TPP_AGENT_REGULATION_CONDITION_READER_H

#include <vector>

#include "agent/documents/yaml_reader.h"
#include "agent/model/rule.h"

namespace tpp {

// A list of at least one condition. Throws Error with its place.
std::vector<Condition> read_conditions(const YamlValue& yaml);

}  // namespace tpp

#endif
