#include "agent/boards/classify.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/boards/answer.h"
#include "agent/boards/evidence.h"
#include "agent/model/names.h"
#include "agent/regulation/readings.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

ClockAllowance clocks_of(const BoardPerformance& board, const ClassifyOptions& options) {
  const auto found = options.clocks.find(board.board);
  return found == options.clocks.end() ? ClockAllowance{} : found->second;
}

// Each reading switched alone, the others as settled.
std::vector<std::string> sensitive_to(const Case& board, const Readings& readings,
                                      const Answer& answer) {
  std::vector<std::string> changes;
  for (const Reading& reading : board.rule.readings) {
    for (const ReadingOption& option : reading.options) {
      if (readings.at(reading.name) == option.name) continue;
      Readings other = readings;
      other[reading.name] = option.name;
      const Answer also = answer_under(board, other);
      if (also.classification == answer.classification) continue;
      changes.push_back(fmt::format("{}={}: {}", reading.name, option.name, also.classification));
    }
  }
  return changes;
}

// What was computed from sheets is no claim of the manufacturer; the reader is told.
void add_source_note(const Case& board, Verdict& verdict) {
  const auto declared = board.board.tpp.find(Basis::declared);
  if (verdict.decided_by != Basis::declared || declared == board.board.tpp.end()) return;
  if (declared->second.confidence != Confidence::derived) return;
  verdict.notes.push_back(
      fmt::format("the declared {} rate is derived, no claim of the manufacturer",
                  name(declared->second.precision)));
}

// Of a board without a row, what decided is declared of what it may be, or of a part of it.
Assurance assurance_of(const Case& board, const Answer& answer) {
  const bool by_products = !board.board.chip && answer.kind == ClassificationKind::controlled &&
                           answer.decided_by == Basis::declared;
  return by_products ? Assurance::declared_only : board.assurance.assurance;
}

Verdict verdict_of(const Case& board, const Readings& readings, const Answer& answer,
                   const ClassifyOptions& options) {
  Verdict verdict;
  verdict.board = board.board.board;
  verdict.rule = board.rule.id;
  verdict.kind = answer.kind;
  verdict.classification = answer.classification;
  verdict.rendered = answer.rendered;
  verdict.paragraphs = answer.paragraphs;
  verdict.decided_by = answer.decided_by;
  if (answer.presumed) verdict.presumed = answer.presumed_class;
  verdict.assurance = assurance_of(board, answer);
  verdict.assurance_reasons = board.assurance.reasons;
  verdict.comparisons = answer.comparisons;
  verdict.sensitive_to = sensitive_to(board, readings, answer);
  verdict.notes = answer.notes;
  add_source_note(board, verdict);
  if (!board.board.facts.confidence_raised.empty()) {
    verdict.notes.emplace_back(
        "the catalogue given calls figures known that the shipped one has from memory or derived");
  }
  for (const auto& [name, option] : options.readings) {
    verdict.notes.push_back(read_with(name, option));
  }
  return verdict;
}

// The arithmetic stays, the class goes.
void make_information_only(Verdict& verdict) {
  if (verdict.kind != ClassificationKind::below) {
    verdict.notes.insert(verdict.notes.begin(),
                         fmt::format("by arithmetic alone: {}", verdict.rendered));
  }
  verdict.kind = ClassificationKind::information_only;
  verdict.classification = "information only";
  verdict.rendered = kHostCpuInformation;
  verdict.paragraphs.clear();
  verdict.decided_by = std::nullopt;
  verdict.presumed = std::nullopt;
  verdict.sensitive_to.clear();
}

std::string basis_text(const std::optional<Basis>& basis) {
  return basis ? std::string(enum_name(*basis)) : "facts";
}

void add_near_threshold(const Verdict& verdict, std::vector<Finding>& findings) {
  for (const Comparison& row : verdict.comparisons) {
    const bool shows = row.basis == Basis::achieved || row.basis == Basis::declared;
    if (!row.within_uncertainty || !shows) continue;
    findings.push_back(
        {"classification.within_uncertainty", FindingClass::condition, Severity::info,
         verdict.board.value,
         fmt::format("{}: {} of {:.6g} against {:.6g}: {}", row.paragraph, enum_name(row.quantity),
                     row.value.value_or(0), row.threshold, row.note)});
  }
}

std::vector<Finding> class_findings(const Verdict& verdict, const Answer& answer) {
  std::vector<Finding> findings;
  const auto add = [&](const char* code, FindingClass finding_class, std::string message) {
    findings.push_back(
        {code, finding_class, Severity::warning, verdict.board.value, std::move(message)});
  };
  if (verdict.kind == ClassificationKind::controlled) {
    add("classification.controlled", FindingClass::classification,
        fmt::format("{} under {} by the {} figures", verdict.rendered, verdict.rule.value,
                    basis_text(verdict.decided_by)));
  } else if (answer.presumed) {
    add("classification.presumed_controlled", FindingClass::classification,
        fmt::format("{} under {}: {}", verdict.rendered, verdict.rule.value,
                    fmt::join(verdict.notes, "; ")));
  } else if (verdict.kind == ClassificationKind::undetermined) {
    add("classification.undetermined", FindingClass::classification,
        fmt::format("undetermined under {}: {}", verdict.rule.value,
                    fmt::join(verdict.notes, "; ")));
  }
  if (!verdict.sensitive_to.empty()) {
    findings.push_back({"classification.depends_on_reading", FindingClass::condition,
                        Severity::info, verdict.board.value,
                        fmt::format("another reading of the text gives another class: {}",
                                    fmt::join(verdict.sensitive_to, "; "))});
  }
  add_near_threshold(verdict, findings);
  return findings;
}

void classify_board(const Case& board, const ClassifyOptions& options, const Readings& readings,
                    Classification& result) {
  Answer answer = answer_under(board, readings);
  const auto shipped =
      std::ranges::find(options.shipped, board.board.board, &BoardPerformance::board);
  if (shipped != options.shipped.end()) presume_as_shipped(*shipped, board, readings, answer);
  Verdict verdict = verdict_of(board, readings, answer, options);
  const bool host = board.board.facts.kind == DeviceKind::cpu && !options.classify_cpu;
  if (host) make_information_only(verdict);
  const bool measured = board.mode != PassMode::inventory;
  for (Finding& finding : evidence_findings(board.board, measured, options.thresholds,
                                            clocks_of(board.board, options))) {
    // A host CPU that differs from its row is no alarm: the row classifies nothing.
    if (host && finding.finding_class == FindingClass::contradiction) {
      finding.finding_class = FindingClass::condition;
      finding.severity = Severity::info;
    }
    result.findings.push_back(std::move(finding));
  }
  if (!host) {
    for (Finding& finding : class_findings(verdict, answer)) {
      result.findings.push_back(std::move(finding));
    }
  }
  result.verdicts.push_back(std::move(verdict));
}

}  // namespace

void check_readings(const std::vector<Rule>& rules,
                    const std::map<std::string, std::string>& chosen) {
  for (const Rule& rule : rules) settle_readings(rule, chosen);
}

void doubt_processors_beside(const Inventory& inventory, BoardPerformance& performance) {
  if (performance.facts.kind == DeviceKind::cpu || performance.facts.board_uncertain) return;
  const bool beside = std::ranges::any_of(inventory.devices, [&](const Device& device) {
    return device.board == performance.board && is_host_cpu(device);
  });
  if (!beside) return;
  performance.facts.board_uncertain =
      "a processor beside its devices is classified, too, and is in none of its figures";
}

Classification classify(const std::vector<BoardPerformance>& performances,
                        const Inventory& inventory, const Rule& rule,
                        const ClassifyOptions& options) {
  const Readings readings = settle_readings(rule, options.readings);
  Classification result;
  for (const BoardPerformance& performance : performances) {
    // A stored report comes from a file, whose parts may not fit together.
    if (!find_board(inventory, performance.board)) {
      throw Error(fmt::format("cannot classify board {}: it is not in the inventory of the report",
                              performance.board.value));
    }
    const bool measured = options.mode != PassMode::inventory;
    BoardPerformance asked = performance;
    if (options.classify_cpu) doubt_processors_beside(inventory, asked);
    const Case board{asked, rule, options.mode,
                     assurance(asked, measured, options.thresholds, clocks_of(asked, options))};
    classify_board(board, options, readings, result);
  }
  for (auto& about_rule :
       {options.rule_overridden, not_in_force_finding(rule, options.as_of),
        known_through_finding(rule.id.value, rule.known_through, options.as_of)}) {
    if (!about_rule) continue;
    for (Verdict& verdict : result.verdicts) verdict.notes.push_back(about_rule->message);
    result.findings.push_back(*about_rule);
  }
  return result;
}

}  // namespace tpp
