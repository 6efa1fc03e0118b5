// Holds a board's performance as it was stored against the same worked out again: what is better
// for an exporter than that. One row a rule, for all that assurance, verdicts and contradictions
// are made of: not for what is words (`match_reason`), a condition alone (`overtaken`), worked out
// anew (`density`), or in no report's row (`datacenter_doubt`, `confidence_raised`: stored_rows).
// Pure.
#ifndef TPP_AGENT_BOARDS_PERFORMANCE_CHECK_H
#define TPP_AGENT_BOARDS_PERFORMANCE_CHECK_H

#include <string>
#include <string_view>
#include <vector>

#include "agent/model/performance.h"

namespace tpp {

// What `again` was worked out from, as the words say it.
inline constexpr std::string_view kShownByReport = "the rest of the report shows";

// In words that begin with the member; nothing where `again` shows no more than `stored` does.
std::vector<std::string> understated(const BoardPerformance& stored, const BoardPerformance& again,
                                     std::string_view shown_by = kShownByReport);

}  // namespace tpp

#endif
