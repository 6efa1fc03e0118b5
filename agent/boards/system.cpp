#include "agent/boards/system.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tpp {
namespace {

bool holds_on(const Standing& standing, const std::string& day) {
  const bool begun = !standing.from || *standing.from <= day;
  return standing.in_text && begun && (!standing.to || day < *standing.to);
}

bool is_of_computers(const OtherControl& control) {
  return control.kind == OtherControlKind::candidate && control.form == ItemForm::computer;
}

}  // namespace

std::vector<Finding> system_findings(const Edition& edition, const std::vector<Verdict>& verdicts,
                                     const std::string& day) {
  std::vector<Finding> findings;
  for (const OtherControl& control : edition.other_controls) {
    if (!is_of_computers(control) || !holds_on(control.standing, day)) continue;
    std::vector<std::string> boards;
    for (const Verdict& verdict : verdicts) {
      const bool brings = verdict.rule == edition.rule.id &&
                          verdict.kind == ClassificationKind::controlled &&
                          std::ranges::count(control.classes, verdict.classification) > 0;
      if (brings) boards.push_back(verdict.board.value);
    }
    if (boards.empty()) continue;
    findings.push_back(
        {"classification.system", FindingClass::classification, Severity::warning, "",
         fmt::format("{} under {}: this computer contains boards of {}: {} ({}); it goes by any of "
                     "them, and their sum is held against nothing",
                     control.name, edition.rule.id.value, fmt::join(control.classes, ", "),
                     fmt::join(boards, ", "), control.standing.citation)});
  }
  return findings;
}

}  // namespace tpp
