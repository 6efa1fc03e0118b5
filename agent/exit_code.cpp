#include "agent/exit_code.h"

#include <algorithm>
#include <variant>

namespace tpp {
namespace {

bool failing(const Finding& finding, const std::set<FindingClass>& fail_on) {
  return fail_on.contains(finding.finding_class) && finding.severity != Severity::info;
}

bool measured_nothing(const Report& report) {
  return !report.measurements.empty() &&
         std::ranges::none_of(report.measurements, [](const Measurement& measurement) {
           return std::holds_alternative<Rate>(measurement.outcome);
         });
}

bool undetermined(const Verdict& verdict) {
  return verdict.kind == ClassificationKind::undetermined;
}

}  // namespace

ExitCode exit_code(const Report& report, const ExitInputs& inputs) {
  if (inputs.deadline_passed) return kDeadline;
  const auto fails = [&](const Finding& finding) { return failing(finding, inputs.fail_on); };
  if (std::ranges::any_of(report.findings, fails)) return kFindingToFailOn;
  if (report.inventory.boards.empty() || measured_nothing(report)) return kNotAssessed;
  if (std::ranges::any_of(report.verdicts, undetermined)) return kNotAssessed;
  return kAssessed;
}

}  // namespace tpp
