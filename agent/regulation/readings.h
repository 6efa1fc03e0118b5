// The open points of the rules' text that this program can evaluate in more than one way. What is
// asked, the ground and the default stand in the rule file; here stands what the words do. Pure.
#ifndef TPP_AGENT_REGULATION_READINGS_H
#define TPP_AGENT_REGULATION_READINGS_H

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/performance.h"
#include "agent/model/rule.h"

namespace tpp {

struct KnownReading {
  std::string_view name;
  std::vector<std::string_view> options;  // the first holds where a rule does not ask
};

// tf32_bits, board_sum, processing_units.
const std::vector<KnownReading>& known_readings();

// Option of each known reading: `chosen`, else the rule's default, else the first.
using Readings = std::map<std::string, std::string>;

// Throws UsageError if `chosen` names a reading or an option that `rule` does not have.
Readings settle_readings(const Rule& rule, const std::map<std::string, std::string>& chosen);

// TPP under these readings; nullopt where the figures do not allow it (vector units not known
// apart).
std::optional<TppReading> tpp_under(const Tpp& tpp, const Readings& readings);

}  // namespace tpp

#endif
