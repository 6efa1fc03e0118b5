// What a pass would run, for how long and at what energy: the answer of `measure --plan`.
#ifndef TPP_AGENT_MODEL_PLAN_H
#define TPP_AGENT_MODEL_PLAN_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/finding.h"
#include "agent/model/measurement.h"

namespace tpp {

struct PlanRow {
  BenchmarkId id;
  std::string status;                // "ready", or why it will not run
  double expected_s = 0;             // 0 for what will not run
  std::optional<double> expected_j;  // none where the device's power is not known
  int at_once = 1;                   // devices of the board that run it at the same time
};

struct Plan {
  std::vector<std::string> banners;  // as in a report, for the first line
  std::vector<PlanRow> rows;
  std::vector<Finding> findings = {};  // of the survey: what could not be asked
};

}  // namespace tpp

#endif
