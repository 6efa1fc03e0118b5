// Boards through a sequence of reports: which is which, what changed, and which of that is a
// finding. Where the reports come from is the caller's. Pure.
#ifndef TPP_AGENT_HISTORY_HISTORY_H
#define TPP_AGENT_HISTORY_HISTORY_H

#include <string>
#include <vector>

#include "agent/model/history.h"
#include "agent/model/report.h"
#include "agent/model/thresholds.h"

namespace tpp {

struct StoredReport {
  std::string origin;  // for a reader: the file's path
  const Report* report = nullptr;
};

// What changed by more than `thresholds`. In order of time, whatever order they are given in; equal
// times keep the order given. A board that was away is known again, and held against what it was
// when it was last seen. Throws Error naming the report whose time is none.
History board_history(std::vector<StoredReport> reports, const Thresholds& thresholds = {});

// The same in the order given, which its caller knows to be that in which they were: a clock may
// have been put back in between.
History kept_history(const std::vector<StoredReport>& reports, const Thresholds& thresholds = {});

// The same of a pass and the one that was before it.
History history_since(const StoredReport& previous, const StoredReport& now,
                      const Thresholds& thresholds = {});

// What a pass that knows an earlier report says beside its own findings: those of the history of
// the two, its other events, and what could not be compared. Throws Error as above.
std::vector<Finding> findings_since(const StoredReport& previous, const Report& report,
                                    const Thresholds& thresholds = {});

}  // namespace tpp

#endif
