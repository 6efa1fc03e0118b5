// The exit code of a pass, from its report alone. The first that applies, in the order of the table
// in README.md.
#ifndef TPP_AGENT_EXIT_CODE_H
#define TPP_AGENT_EXIT_CODE_H

#include <set>

#include "agent/model/finding.h"
#include "agent/model/report.h"

namespace tpp {

enum ExitCode : int {
  kAssessed = 0,
  kFindingToFailOn = 1,
  kNotAssessed = 2,
  kUsage = 64,
  kBusy = 75,
  kDeadline = 124,
};

struct ExitInputs {
  std::set<FindingClass> fail_on;
  bool deadline_passed = false;
};

// Findings of severity info never fail a pass. Not assessed: no board, a board whose class is
// undetermined, or one of which nothing could be measured though it was tried.
ExitCode exit_code(const Report& report, const ExitInputs& inputs);

}  // namespace tpp

#endif
