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

// Of boards under one edition, those that are in a class of the entry, and those that are presumed
// to be.
struct Bringing {
  std::vector<std::string> boards;
  std::vector<std::string> presumed;

  Bringing(const OtherControl& control, const RuleId& rule, const std::vector<Verdict>& verdicts) {
    const auto named = [&](const std::string& name) {
      return std::ranges::find(control.classes, name) != control.classes.end();
    };
    for (const Verdict& verdict : verdicts) {
      if (verdict.rule != rule) continue;
      if (verdict.kind == ClassificationKind::controlled && named(verdict.classification)) {
        boards.push_back(verdict.board.value);
      } else if (verdict.kind == ClassificationKind::undetermined && verdict.presumed &&
                 named(*verdict.presumed)) {
        presumed.push_back(verdict.board.value);
      }
    }
  }

  // "contains boards of 3A090.a: x, y, and is presumed to contain others: z"
  std::string words(const std::vector<std::string>& classes) const {
    const std::string of = fmt::format("boards of {}", fmt::join(classes, ", "));
    const std::string sure = fmt::format("contains {}: {}", of, fmt::join(boards, ", "));
    if (presumed.empty()) return sure;
    const std::string open = fmt::format("is presumed to contain {}: {}",
                                         boards.empty() ? of : "others", fmt::join(presumed, ", "));
    return boards.empty() ? open : fmt::format("{}, and {}", sure, open);
  }
};

bool is_of_computers(const OtherControl& control) {
  return control.kind == OtherControlKind::candidate && control.form == ItemForm::computer;
}

}  // namespace

std::vector<Finding> system_findings(const Edition& edition, const std::vector<Verdict>& verdicts,
                                     const std::string& day) {
  std::vector<Finding> findings;
  for (const OtherControl& control : edition.other_controls) {
    if (!is_of_computers(control) || !holds_on(control.standing, day)) continue;
    const Bringing bringing(control, edition.rule.id, verdicts);
    if (bringing.boards.empty() && bringing.presumed.empty()) continue;
    findings.push_back({"classification.system", FindingClass::classification, Severity::warning,
                        "",
                        fmt::format("{} under {}: this computer {} ({}); it goes by any of them, "
                                    "and their sum is held against nothing",
                                    control.name, edition.rule.id.value,
                                    bringing.words(control.classes), control.standing.citation)});
  }
  return findings;
}

}  // namespace tpp
