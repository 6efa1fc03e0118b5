// Keeps a rule given by the user from passing for one that ships: an id stands for one text, and a
// reader who knows the id must be able to trust it. Pure.
#ifndef TPP_AGENT_RULE_OVERRIDE_H
#define TPP_AGENT_RULE_OVERRIDE_H

#include <optional>
#include <vector>

#include "agent/model/finding.h"
#include "agent/model/rule.h"

namespace tpp {

// Throws Error if a rule has the id of one of `shipped` and says something else.
void refuse_false_ids(const std::vector<Rule>& rules, const std::vector<Rule>& shipped);

// A warning for a rule whose id none of `shipped` has.
std::optional<Finding> rule_overridden_finding(const Rule& rule, const std::vector<Rule>& shipped);

}  // namespace tpp

#endif
