// Keeps a rule given by the user from passing for one that ships: an id stands for one text, and a
// reader who knows the id must be able to trust it. Pure.
#ifndef TPP_AGENT_REGULATION_RULE_OVERRIDE_H
#define TPP_AGENT_REGULATION_RULE_OVERRIDE_H

#include <optional>
#include <vector>

#include "agent/model/edition.h"
#include "agent/model/finding.h"

namespace tpp {

// Throws Error if an edition has the id of one of `shipped` and says something else.
void refuse_false_ids(const std::vector<Edition>& editions, const std::vector<Edition>& shipped);

// A warning for a rule whose id none of `shipped` has.
std::optional<Finding> rule_overridden_finding(const Rule& rule,
                                               const std::vector<Edition>& shipped);

}  // namespace tpp

#endif
