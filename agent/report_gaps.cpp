#include "agent/report_gaps.h"

#include "agent/support/add_once.h"

namespace tpp {

bool is_gap(const Finding& finding) {
  return finding.code == "backend.failed" || finding.code == "device.unseen" ||
         finding.code == "probe.failed";
}

std::vector<Finding> gap_findings(const Report& report) {
  std::vector<Finding> found;
  for (const auto* findings : {&report.findings, &report.inventory.findings}) {
    for (const Finding& finding : *findings) {
      if (is_gap(finding)) add_once(finding, found);
    }
  }
  return found;
}

}  // namespace tpp
