// The exit code of a pass, from its report alone. The first that applies, in the order of the table
// in README.md.
#ifndef TPP_AGENT_EXIT_CODE_H
#define TPP_AGENT_EXIT_CODE_H

#include <set>
#include <vector>

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
  bool not_idle = false;  // a device was left to others
  bool deadline_passed = false;
  std::set<BoardId> not_asked_for = {};  // boards that a selection of devices left out
  bool devices_named = false;            // by such a selection: all else was not asked for
};

// Findings of severity info never fail a pass. Not assessed: no board, no rule, nothing measured
// though it was asked for, a board that was asked for and is undetermined, or a device that only
// the bus shows.
ExitCode exit_code(const Report& report, const ExitInputs& inputs);

// Whether a device is on the bus that nobody lists: it is no board of any answer, and not assessed.
// So is one that is given to a virtual machine.
bool any_unseen(const std::vector<Finding>& findings);

// For commands that assess no board: whether a finding of a class in `fail_on` is among them.
bool any_failing(const std::vector<Finding>& findings, const std::set<FindingClass>& fail_on);

}  // namespace tpp

#endif
