#include <fmt/format.h>

#include <algorithm>

#include "agent/boards/declaration_fit.h"
#include "agent/boards/evidence.h"
#include "agent/chips/identify.h"

namespace tpp {
namespace {

class FindingList {
 public:
  FindingList(std::string subject, const Thresholds& thresholds)
      : subject_(std::move(subject)), thresholds_(thresholds) {}
  const Thresholds& thresholds() const { return thresholds_; }
  void add(const char* code, FindingClass finding_class, Severity severity, std::string message) {
    findings_.push_back({code, finding_class, severity, subject_, std::move(message)});
  }
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  std::string subject_;
  const Thresholds& thresholds_;
  std::vector<Finding> findings_;
};

void add_grid_findings(const BoardPerformance& board, FindingList& list) {
  for (const GridCheck& check : board.facts.grid) {
    const Fit fit = grid_fit(check, list.thresholds());
    if (fit == Fit::fits) continue;
    if (check.confidence == Confidence::recall) {
      list.add("evidence.grid_differs_from_recall", FindingClass::condition, Severity::warning,
               describe(check) + "; the catalogue's figure is from memory: look for a source");
    } else if (fit == Fit::unlocked) {
      list.add("evidence.unlocked_units", FindingClass::contradiction, Severity::error,
               describe(check) +
                   "; the silicon does more than the product declares: unlocked or "
                   "mislabelled, check serial and firmware");
    } else {
      list.add("evidence.cut_units", FindingClass::contradiction, Severity::error,
               describe(check) + "; cut, capped by fuse, counterfeit, or a path was missed");
    }
  }
}

void add_identity_findings(const BoardPerformance& board, FindingList& list) {
  const BoardFacts& facts = board.facts;
  const Severity severity = facts.kind == DeviceKind::cpu ? Severity::info : Severity::warning;
  if (board.parts && board.parts->size() > 1) {
    list.add("evidence.several_products", FindingClass::condition, severity,
             board.match_reason +
                 "; each of them shows what the board is at least, and none that it is below "
                 "anything: see that the identity of its devices is right");
  } else if (!board.chip && !facts.identity_missing.empty()) {
    list.add("evidence.ambiguous_identity", FindingClass::condition, severity,
             board.match_reason +
                 "; a board that may be several products is never below: a row in catalog.d with "
                 "what tells them apart (PCI id, name, units, memory) decides");
  } else if (!board.chip) {
    list.add("evidence.no_catalogue_row", FindingClass::condition, severity,
             board.match_reason +
                 "; without a row a board is never below: add one to catalog.d, with its sources");
  } else if (!board.die_area_mm2 && facts.nonplanar != false) {
    list.add("evidence.area_unknown", FindingClass::condition, severity,
             board.chip->value +
                 ": the catalogue has no area of its dies, and there is no performance density: "
                 "add them to a row in catalog.d, with their source");
  }
  for (const std::string& text : facts.identity_differs) {
    const bool contradicts =
        std::ranges::find(facts.units_differ, text) != facts.units_differ.end();
    list.add(
        contradicts && is_about_units(text) ? "evidence.units_differ" : "evidence.identity_differs",
        FindingClass::contradiction, contradicts ? Severity::error : Severity::warning,
        text + "; another variant, a changed board, or a catalogue row that is wrong");
  }
}

void add_confidence_findings(const BoardPerformance& board, FindingList& list) {
  for (const std::string& text : board.facts.confidence_raised) {
    list.add("evidence.confidence_raised", FindingClass::condition, Severity::warning,
             text +
                 "; a board is not below on the user's word for it: bring the source into the "
                 "shipped catalogue");
  }
  const auto declared = board.tpp.find(Basis::declared);
  if (declared != board.tpp.end() && declared->second.confidence == Confidence::recall) {
    list.add(
        "evidence.recall_figure", FindingClass::condition, Severity::warning,
        fmt::format("the declared {} rate is from memory: it decides nothing, look for a source",
                    name(declared->second.precision)));
  }
}

// More bytes than the product's memory can move: the windows and bands that go by bandwidth are
// then those of another product.
void add_memory_finding(const BoardPerformance& board, FindingList& list) {
  const auto achieved = board.memory_bandwidth.find(Basis::achieved);
  const auto declared = board.memory_bandwidth.find(Basis::declared);
  if (achieved == board.memory_bandwidth.end() || declared == board.memory_bandwidth.end()) return;
  if (!(achieved->second > list.thresholds()[Threshold::unlocked_above] * declared->second)) return;
  list.add("evidence.memory_above_declared", FindingClass::condition, Severity::warning,
           fmt::format("the memory moved {:.4g} GB/s, over the {:.4g} GB/s that are declared: "
                       "another variant of the product, or a wrong row",
                       achieved->second / 1e9, declared->second / 1e9));
}

void add_measured_findings(const BoardPerformance& board, const ClockAllowance& clocks,
                           FindingList& list) {
  const BoardFacts& facts = board.facts;
  for (const std::string& text : facts.suspect) {
    list.add("evidence.suspect_rate", FindingClass::health, Severity::warning,
             text + "; a fault of the measurement: the figure counts nowhere");
  }
  for (const std::string& text : facts.overtaken) {
    list.add("evidence.loop_overtaken", FindingClass::condition, Severity::warning,
             text +
                 "; the loop was held up (another program, or a hypervisor that runs two CPUs on "
                 "one core), or it misses a faster instruction: measure again");
  }
  for (const std::string& text : facts.undeclared) {
    list.add("evidence.undeclared_precision", FindingClass::condition,
             facts.kind == DeviceKind::cpu ? Severity::info : Severity::warning,
             text + "; the board cannot be corroborated: another product, or a row that lacks it");
  }
  const auto achieved = board.tpp.find(Basis::achieved);
  const auto declared = default_value(board, Basis::declared);
  if (const auto excess = unexplained_excess(board, list.thresholds(), clocks)) {
    list.add("evidence.unexplained_rate", FindingClass::contradiction, Severity::error,
             describe_excess(board, *excess) +
                 ": a path that the catalogue row does not know, or another product");
  } else if (declared && achieved != board.tpp.end() && achieved->second.interval.low > *declared) {
    list.add("evidence.achieved_above_declared", FindingClass::condition, Severity::info,
             fmt::format("achieved TPP {:.6g} is above the declared {:.6g}: clocks are higher than "
                         "advertised, or the declaration is low",
                         achieved->second.value, *declared));
  }
  for (const std::string& text : rates_in_excess(board, list.thresholds(), clocks)) {
    list.add("evidence.unexplained_rate", FindingClass::contradiction, Severity::error,
             text + ": a path that the catalogue row does not know, or another product");
  }
  const auto ratio = inferred_ratio(board);
  if (ratio && !corroborates(*ratio, list.thresholds()) && facts.partial.empty()) {
    list.add("evidence.inferred_differs", FindingClass::condition, Severity::warning,
             fmt::format("inferred TPP differs from the declared by {}: not corroborated",
                         percent(*ratio)));
  }
}

}  // namespace

std::vector<Finding> evidence_findings(const BoardPerformance& board, bool measured,
                                       const Thresholds& thresholds, const ClockAllowance& clocks) {
  FindingList list(board.board.value, thresholds);
  const BoardFacts& facts = board.facts;
  add_identity_findings(board, list);
  add_grid_findings(board, list);
  for (const std::string& text : facts.failed) {
    list.add("evidence.failed", FindingClass::health, Severity::error,
             text + "; the board cannot be shown to be below any threshold");
  }
  for (const std::string& text : facts.partial) {
    list.add("evidence.partial", FindingClass::condition, Severity::info,
             text + "; a part never stands for the board");
  }
  if (measured) add_measured_findings(board, clocks, list);
  if (measured) add_memory_finding(board, list);
  add_confidence_findings(board, list);
  return list.take();
}

std::optional<Finding> known_through_finding(const std::string& what,
                                             const std::string& known_through,
                                             const std::string& as_of) {
  // ISO dates compare as text.
  if (as_of.empty() || as_of.substr(0, 10) <= known_through) return std::nullopt;
  return Finding{"data.known_through_passed", FindingClass::condition, Severity::warning, what,
                 fmt::format("{} is known through {}, and this is {}: later changes are not in it; "
                             "look for a newer file",
                             what, known_through, as_of.substr(0, 10))};
}

std::optional<Finding> not_in_force_finding(const Rule& rule, const std::string& as_of) {
  const std::string day = as_of.substr(0, 10);
  if (day.empty()) return std::nullopt;
  const bool later = day < rule.in_force_from;
  const bool over = rule.in_force_to && day >= *rule.in_force_to;
  if (!later && !over) return std::nullopt;
  return Finding{"data.rule_not_in_force", FindingClass::condition, Severity::warning,
                 rule.id.value,
                 fmt::format("{} is {} in force on {} ({} to {})", rule.id.value,
                             later ? "not yet" : "no longer", day, rule.in_force_from,
                             rule.in_force_to.value_or("now"))};
}

}  // namespace tpp
