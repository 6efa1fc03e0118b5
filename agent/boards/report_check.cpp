#include "agent/boards/report_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "agent/boards/aggregate.h"
#include "agent/boards/answer.h"
#include "agent/boards/classify.h"
#include "agent/boards/evidence.h"
#include "agent/boards/outside_facts.h"
#include "agent/boards/performance_check.h"
#include "agent/support/add_once.h"
#include "agent/threshold_settings.h"

namespace tpp {
namespace {

struct Stored {
  const Report& report;
  const BoardPerformance& board;
  const Thresholds& thresholds;
  const std::map<BoardId, ClockAllowance>& clocks;

  ClockAllowance own_clocks() const {
    const auto found = clocks.find(board.board);
    return found == clocks.end() ? ClockAllowance{} : found->second;
  }
  bool measured() const { return report.mode != PassMode::inventory; }
};

using Check = std::vector<std::string> (*)(const Stored& stored);

// A device that was taken off its board makes the board smaller.
std::vector<std::string> lacking_devices(const Stored& stored) {
  const Inventory& inventory = stored.report.inventory;
  const Board& board = *find_board(inventory, stored.board.board);
  std::vector<std::string> found;
  for (const Device& device : inventory.devices) {
    const bool listed = std::ranges::find(board.devices, device.id) != board.devices.end();
    if (device.board != board.id || listed) continue;
    found.push_back(
        fmt::format("inventory.boards: {} is on this board, and not in the list of "
                    "its devices",
                    device.id.value));
  }
  return found;
}

// A board that is left out is none of those that are classified.
std::vector<std::string> lacking_boards(const Stored& stored) {
  const Report& report = stored.report;
  std::vector<std::string> found;
  for (const Board& board : report.inventory.boards) {
    const auto& all = report.performances;
    if (std::ranges::find(all, board.id, &BoardPerformance::board) != all.end()) continue;
    found.push_back(
        fmt::format("performances: board {} of the inventory is not among them", board.id.value));
  }
  for (const Device& device : report.inventory.devices) {
    if (find_board(report.inventory, device.board) != nullptr) continue;
    found.push_back(fmt::format("inventory.boards: {} is on board {}, which is not there",
                                device.id.value, device.board.value));
  }
  return found;
}

std::vector<std::string> lacking_measured(const Stored& stored) {
  std::set<std::string> unknown;
  for (const Measurement& measurement : stored.report.measurements) {
    const DeviceId& id = measurement.id.device;
    if (find_device(stored.report.inventory, id) == nullptr) unknown.insert(id.value);
  }
  if (unknown.empty()) return {};
  return {fmt::format("inventory.devices: {} was measured, and is not there",
                      fmt::join(unknown, ", "))};
}

// An inventory takes the catalogue's word; what was measured has to bear it out.
std::vector<std::string> inventory_with_measurements(const Stored& stored) {
  if (stored.measured() || stored.report.measurements.empty()) return {};
  return {fmt::format("mode: inventory, where the report has {} measurements",
                      stored.report.measurements.size())};
}

// Findings that stand in the report, and that its figures no longer give.
std::vector<std::string> lost_contradictions(const Stored& stored) {
  std::set<std::string> given;
  for (const Finding& finding :
       evidence_findings(stored.board, stored.measured(), stored.thresholds, stored.own_clocks())) {
    given.insert(finding.code);
  }
  std::vector<std::string> found;
  for (const Finding& finding : stored.report.findings) {
    const bool of_evidence = finding.code.starts_with("evidence.") &&
                             finding.finding_class == FindingClass::contradiction;
    if (!of_evidence || finding.subject != stored.board.board.value) continue;
    if (given.contains(finding.code)) continue;
    found.push_back(fmt::format("facts: they give no {}, which the report has among its findings",
                                finding.code));
  }
  return found;
}

// How strict it is: of classes of one rule by the rank of their paragraphs.
int strictness(const Verdict& verdict, const Rule& rule) {
  if (verdict.kind != ClassificationKind::controlled) {
    return verdict.kind == ClassificationKind::undetermined ? 1 : 0;
  }
  int rank = 0;
  for (const Provision& provision : rule.provisions) {
    if (provision.gives == verdict.classification) rank = std::max(rank, provision.rank);
  }
  return 1 + rank;
}

// The readings of the text that a verdict says it was made with.
std::map<std::string, std::string> readings_of(const Verdict& verdict, const Rule& rule) {
  std::map<std::string, std::string> chosen;
  for (const Reading& reading : rule.readings) {
    for (const ReadingOption& option : reading.options) {
      const std::string note = read_with(reading.name, option.name);
      const auto& notes = verdict.notes;
      if (std::ranges::find(notes, note) != notes.end()) chosen[reading.name] = option.name;
    }
  }
  return chosen;
}

std::string laxer_than(const Verdict& verdict, const Rule& rule, const Stored& stored) {
  ClassifyOptions options;
  options.classify_cpu = verdict.kind != ClassificationKind::information_only;
  options.mode = stored.report.mode;
  options.thresholds = stored.thresholds;
  options.readings = readings_of(verdict, rule);
  options.clocks = stored.clocks;
  const Verdict again =
      classify({stored.board}, stored.report.inventory, rule, options).verdicts.front();
  const bool believed =
      again.assurance != Assurance::contradicted && verdict.assurance == Assurance::contradicted;
  if (believed) return "contradicted, where its figures give no contradiction";
  if (strictness(again, rule) >= strictness(verdict, rule)) return "";
  return fmt::format("{}, where its figures give {}", verdict.classification, again.classification);
}

std::vector<std::string> laxer_verdicts(const Stored& stored) {
  std::vector<std::string> found;
  for (const Verdict& verdict : stored.report.verdicts) {
    const auto& rules = stored.report.rules;
    const auto rule = std::ranges::find(rules, verdict.rule, &Rule::id);
    if (verdict.board != stored.board.board || rule == rules.end()) continue;
    if (const std::string text = laxer_than(verdict, *rule, stored); !text.empty()) {
      found.push_back(fmt::format("verdicts: under {} {}", verdict.rule.value, text));
    }
  }
  return found;
}

// What is for information has no class, nor does a finding give it one.
std::vector<std::string> classes_of_information(const Stored& stored) {
  std::vector<std::string> found;
  for (const Verdict& verdict : stored.report.verdicts) {
    if (verdict.board != stored.board.board) continue;
    if (verdict.kind != ClassificationKind::information_only) continue;
    if (verdict.classification != "information only" || !verdict.paragraphs.empty()) {
      found.push_back(fmt::format("verdicts: under {} for information, and {}", verdict.rule.value,
                                  verdict.classification));
    }
    for (const Finding& finding : stored.report.findings) {
      if (finding.subject != stored.board.board.value) continue;
      if (finding.code != "classification.controlled") continue;
      found.push_back("verdicts: for information, where a finding is classification.controlled");
    }
  }
  return found;
}

// A class that a finding gives to what is no board of the report, and no system.
std::vector<std::string> classes_of_no_board(const Stored& stored) {
  const std::vector<BoardPerformance>& boards = stored.report.performances;
  std::vector<std::string> found;
  for (const Finding& finding : stored.report.findings) {
    if (finding.code != "classification.controlled") continue;
    const auto same = [&](const BoardPerformance& one) {
      return one.board.value == finding.subject;
    };
    if (std::ranges::any_of(boards, same)) continue;
    found.push_back(
        fmt::format("findings: {} is controlled, and no board of the report", finding.subject));
  }
  return found;
}

// A pass says of every board what each of its rules says.
std::vector<std::string> lacking_verdicts(const Stored& stored) {
  const Report& report = stored.report;
  std::vector<std::string> found;
  for (const Rule& rule : report.rules) {
    const auto of_both = [&](const Verdict& verdict) {
      return verdict.board == stored.board.board && verdict.rule == rule.id;
    };
    if (std::ranges::any_of(report.verdicts, of_both)) continue;
    found.push_back(
        fmt::format("verdicts: none of this board under {}, a rule of the report", rule.id.value));
  }
  for (const Verdict& verdict : report.verdicts) {
    if (std::ranges::find(report.rules, verdict.rule, &Rule::id) == report.rules.end()) {
      found.push_back(fmt::format("rules: {} is not among them, and a verdict of board {} is by it",
                                  verdict.rule.value, verdict.board.value));
    }
    const auto& all = report.performances;
    if (std::ranges::find(all, verdict.board, &BoardPerformance::board) == all.end()) {
      found.push_back(fmt::format("performances: board {} has a verdict, and is not among them",
                                  verdict.board.value));
    }
  }
  return found;
}

// That it may not be one board stands among the findings of the inventory as well.
std::vector<std::string> lost_doubts(const Stored& stored) {
  static const std::set<std::string> kDoubts = {"board.joined", "board.split", "board.uncertain"};
  if (stored.board.facts.board_uncertain) return {};
  std::vector<std::string> found;
  for (const auto* findings : {&stored.report.findings, &stored.report.inventory.findings}) {
    for (const Finding& finding : *findings) {
      const Device* device = find_device(stored.report.inventory, {finding.subject});
      const bool about = finding.subject == stored.board.board.value ||
                         (device != nullptr && device->board == stored.board.board);
      if (!kDoubts.contains(finding.code) || !about || !found.empty()) continue;
      found.push_back(fmt::format(
          "facts.board_uncertain: none, where the report has {} among its findings", finding.code));
    }
  }
  return found;
}

// All of them of boards that are in the inventory.
constexpr Check kChecks[] = {
    lacking_devices,        lacking_boards,     lacking_measured, inventory_with_measurements,
    lost_contradictions,    laxer_verdicts,     lacking_verdicts, lost_doubts,
    classes_of_information, classes_of_no_board};

std::vector<BoardPerformance> by_own_rows(const Report& report, const Thresholds& thresholds) {
  Catalog rows;
  rows.chips = report.chips;
  return aggregate(report.inventory, report.measurements, rows, thresholds);
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

std::map<BoardId, std::vector<std::string>> not_borne_out(const Report& report,
                                                          const Thresholds& thresholds) {
  // What a pass made of it, by the numbers that it worked with.
  std::vector<BoardPerformance> again = by_own_rows(report, thresholds_of(report, {}).used);
  const auto clocks =
      clock_allowances(report.inventory, report.measurements, report.performances, report.chips);
  std::map<BoardId, std::vector<std::string>> found;
  for (const BoardPerformance& board : report.performances) {
    const auto same = std::ranges::find(again, board.board, &BoardPerformance::board);
    std::vector<std::string> reasons;
    if (same == again.end()) {
      reasons.emplace_back("board: it is not in the inventory of the report");
    } else {
      add_outside_facts(report, *same);
      reasons = understated(board, *same);
      for (const Check check : kChecks) append(reasons, check({report, board, thresholds, clocks}));
    }
    if (!reasons.empty()) found.emplace(board.board, std::move(reasons));
  }
  return found;
}

std::vector<BoardPerformance> by_stricter(const Report& report, const Thresholds& thresholds) {
  std::vector<BoardPerformance> boards = report.performances;
  const double own = thresholds_of(report, {}).used[Threshold::outcome_share];
  if (thresholds[Threshold::outcome_share] == own) return boards;
  for (const BoardPerformance& again : by_own_rows(report, thresholds)) {
    const auto board = std::ranges::find(boards, again.board, &BoardPerformance::board);
    if (board == boards.end()) continue;
    for (const std::string& missing : again.facts.outcomes_missing) {
      add_once(missing, board->facts.outcomes_missing);
    }
  }
  return boards;
}

std::vector<Finding> inconsistent_findings(const BoardId& board,
                                           const std::vector<std::string>& reasons) {
  std::vector<Finding> findings;
  for (const std::string& reason : reasons) {
    findings.push_back({"report.inconsistent", FindingClass::contradiction, Severity::error,
                        board.value,
                        reason + "; the report was changed or damaged, or another version of the "
                                 "program judged it: measure again"});
  }
  return findings;
}

}  // namespace tpp
