#include "agent/exit_code.h"

#include <algorithm>
#include <variant>

namespace tpp {
namespace {

bool failing(const Finding& finding, const std::set<FindingClass>& fail_on) {
  return fail_on.contains(finding.finding_class) && finding.severity != Severity::info;
}

bool measured_nothing(const Report& report) {
  return report.mode != PassMode::inventory &&
         std::ranges::none_of(report.measurements, [](const Measurement& measurement) {
           return std::holds_alternative<Rate>(measurement.outcome);
         });
}

bool undetermined(const Verdict& verdict) {
  return verdict.kind == ClassificationKind::undetermined;
}

}  // namespace

bool any_failing(const std::vector<Finding>& findings, const std::set<FindingClass>& fail_on) {
  return std::ranges::any_of(findings,
                             [&](const Finding& finding) { return failing(finding, fail_on); });
}

bool any_unseen(const std::vector<Finding>& findings) {
  return std::ranges::find(findings, "device.unseen", &Finding::code) != findings.end();
}

ExitCode exit_code(const Report& report, const ExitInputs& inputs) {
  if (inputs.not_idle) return kBusy;
  if (inputs.deadline_passed) return kDeadline;
  if (any_failing(report.findings, inputs.fail_on)) return kFindingToFailOn;
  if (report.inventory.boards.empty() || measured_nothing(report)) return kNotAssessed;
  // No rule in force says nothing about a board, which is not the same as nothing to say.
  if (report.verdicts.empty()) return kNotAssessed;
  const auto open = [&](const Verdict& verdict) {
    return undetermined(verdict) && !inputs.not_asked_for.contains(verdict.board);
  };
  if (std::ranges::any_of(report.verdicts, open)) return kNotAssessed;
  if (any_unseen(report.findings) && !inputs.devices_named) return kNotAssessed;
  return kAssessed;
}

}  // namespace tpp
