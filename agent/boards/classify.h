// Holds each board against one edition of a rule. Which number proves what is evidence's; which
// number is compared with which threshold is the rule file's. Pure.
#ifndef TPP_AGENT_BOARDS_CLASSIFY_H
#define TPP_AGENT_BOARDS_CLASSIFY_H

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/boards/clock_allowance.h"
#include "agent/model/finding.h"
#include "agent/model/inventory.h"
#include "agent/model/performance.h"
#include "agent/model/report.h"
#include "agent/model/rule.h"
#include "agent/model/thresholds.h"
#include "agent/model/verdict.h"

namespace tpp {

struct ClassifyOptions {
  bool classify_cpu = false;  // host CPUs are otherwise arithmetic for information
  PassMode mode = PassMode::quick;
  std::map<std::string, std::string> readings;  // name -> option; the rule's default otherwise
  std::string as_of;  // ISO date; "" = no check against the rule's known_through
  Thresholds thresholds;
  std::optional<Finding> rule_overridden;  // if the rule did not ship: said in each verdict
  // Boards as the shipped catalogue has them, where the one in use has them otherwise.
  std::vector<BoardPerformance> shipped = {};
  // What the clocks of each board allow; of one that is not here no more than was measured.
  std::map<BoardId, ClockAllowance> clocks = {};
};

struct Classification {
  std::vector<Verdict> verdicts;  // one a board, in the order of `performances`
  std::vector<Finding> findings;  // class classification, contradiction, health, condition
};

// Throws UsageError if a reading or its option is none of a rule's: for before anything is
// measured.
void check_readings(const std::vector<Rule>& rules,
                    const std::map<std::string, std::string>& chosen);

// Where host CPUs are classified, one that stands beside the devices of a board leaves it
// uncertain: the figures are of the devices alone.
void doubt_processors_beside(const Inventory& inventory, BoardPerformance& performance);

// Throws UsageError as above.
Classification classify(const std::vector<BoardPerformance>& performances,
                        const Inventory& inventory, const Rule& rule,
                        const ClassifyOptions& options);

}  // namespace tpp

#endif
