#include "agent/boards/evidence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "agent/model/truth_of.h"

namespace tpp {
namespace {

// Inferred and declared are one figure learnt twice; sheets round clocks and rates to about a
// percent.
constexpr double kCorroboratesWithin = 0.03;
// More operations per clock than the catalogue's grid cannot be a matter of clocks, caps or load.
constexpr double kUnlockedAbove = 1.02;
constexpr double kCutBelow = 0.98;
constexpr std::size_t kIdentityFacts = 2;
constexpr double kTera = 1e12;

bool is_high_side(Operator op) { return op == Operator::greater || op == Operator::greater_equal; }

bool holds(double value, Operator op, double threshold) {
  switch (op) {
    case Operator::less:
      return value < threshold;
    case Operator::less_equal:
      return value <= threshold;
    case Operator::greater:
      return value > threshold;
    case Operator::greater_equal:
      return value >= threshold;
    case Operator::equal:
      return value == threshold;
  }
  return false;
}

// The true value is anywhere from `low` up: what holds for all of those.
Truth decide_lower_bound(double low, const Condition& condition) {
  if (is_high_side(condition.op)) {
    return holds(low, condition.op, condition.threshold) ? Truth::met : Truth::not_decided;
  }
  // <, <= and == fail for all of them as soon as they fail at the low end and it is not below.
  const bool disproved =
      low >= condition.threshold && !holds(low, condition.op, condition.threshold);
  return disproved ? Truth::not_met : Truth::not_decided;
}

Truth decide_interval(const Interval& interval, const Condition& condition) {
  const bool at_low = holds(interval.low, condition.op, condition.threshold);
  const bool at_high = holds(interval.high, condition.op, condition.threshold);
  const bool inside = interval.low < condition.threshold && condition.threshold < interval.high;
  // An equality can hold between two ends at which it fails.
  if (condition.op == Operator::equal && inside) return Truth::not_decided;
  if (at_low != at_high) return Truth::not_decided;
  return truth_of(at_low);
}

bool is_inferred(Basis basis) {
  return basis == Basis::inferred_advertised_clock || basis == Basis::inferred_max_clock;
}

std::string percent(double ratio) {
  const double tenths = std::round((ratio - 1) * 1000);
  return tenths == 0 ? "0.0 %" : fmt::format("{:+.1f} %", tenths / 10);
}

std::optional<double> default_value(const BoardPerformance& board, Basis basis) {
  const auto found = board.tpp.find(basis);
  if (found == board.tpp.end()) return std::nullopt;
  std::optional<double> value;
  for (const TppReading& reading : found->second.readings) {
    if (reading.tf32_bits == 32 && reading.processing_units == "best") {
      value = std::max(value, reading.deciding_value);
    }
  }
  return value;
}

// Inferred over declared: at the advertised clock where there is one, else at the highest.
std::optional<double> inferred_ratio(const BoardPerformance& board) {
  const auto declared = default_value(board, Basis::declared);
  auto inferred = default_value(board, Basis::inferred_advertised_clock);
  if (!inferred) inferred = default_value(board, Basis::inferred_max_clock);
  if (!declared || !inferred) return std::nullopt;
  return *inferred / *declared;
}

// Whether the figure that makes the declared TPP was itself measured on a native path. TPPs of two
// precisions can be alike by chance, and a path that this build lacks is one that nobody looked at.
bool deciding_precision_measured(const BoardPerformance& board) {
  const Precision precision = board.tpp.at(Basis::declared).precision;
  for (const Basis basis : {Basis::inferred_advertised_clock, Basis::inferred_max_clock}) {
    const auto rates = board.rates.find(basis);
    if (rates == board.rates.end()) continue;
    for (const PrecisionRate& rate : rates->second) {
      if (rate.precision == precision && rate.deciding && !rate.only_over) return true;
    }
  }
  return false;
}

// The highest inferred TPP over the precisions that the row declares. A path that the row does not
// know would otherwise excuse itself.
double inferred_of_declared(const BoardPerformance& board, Basis basis) {
  const auto inferred = board.rates.find(basis);
  const auto declared = board.rates.find(Basis::declared);
  if (inferred == board.rates.end() || declared == board.rates.end()) return 0;
  double highest = 0;
  for (const PrecisionRate& rate : inferred->second) {
    const bool known = std::ranges::find(declared->second, rate.precision,
                                         &PrecisionRate::precision) != declared->second.end();
    if (!known || !rate.deciding) continue;
    highest = std::max(highest, rate.ops_per_second * info(rate.precision).bit_length / kTera);
  }
  return highest;
}

// How far the achieved TPP is above all that declaration and clocks allow; nullopt if it is not.
// A path that the row does not know shows only here, if it has no rate per clock.
std::optional<double> unexplained_excess(const BoardPerformance& board) {
  const auto achieved = board.tpp.find(Basis::achieved);
  const auto declared = default_value(board, Basis::declared);
  if (!declared || achieved == board.tpp.end()) return std::nullopt;
  const double allowed =
      std::max({*declared, inferred_of_declared(board, Basis::inferred_max_clock),
                inferred_of_declared(board, Basis::inferred_advertised_clock)});
  const double ratio = achieved->second.interval.low / allowed;
  return ratio > 1 + kCorroboratesWithin ? std::optional(ratio) : std::nullopt;
}

std::string describe_excess(const BoardPerformance& board, double ratio) {
  const Tpp& achieved = board.tpp.at(Basis::achieved);
  return fmt::format(
      "achieved TPP {:.6g} in {} is {} over what is declared and what the clocks allow in the "
      "precisions that the row declares",
      achieved.value, name(achieved.precision), percent(ratio));
}

enum class Fit { fits, unlocked, cut };

Fit grid_fit(const GridCheck& check) {
  const double ratio = check.measured_per_clock / check.declared_per_clock;
  if (ratio > kUnlockedAbove) return Fit::unlocked;
  return check.can_show_less && ratio < kCutBelow ? Fit::cut : Fit::fits;
}

std::string describe(const GridCheck& check) {
  return fmt::format("{} by {}: {:.6g} operations a clock measured, {:.6g} declared ({})",
                     name(check.precision), check.kernel, check.measured_per_clock,
                     check.declared_per_clock,
                     percent(check.measured_per_clock / check.declared_per_clock));
}

void add_contradictions(const BoardPerformance& board, std::vector<std::string>& reasons) {
  for (const std::string& text : board.facts.units_differ) reasons.push_back(text);
  for (const GridCheck& check : board.facts.grid) {
    // A figure from memory is no ground to call a board another one.
    if (check.confidence == Confidence::recall) continue;
    if (grid_fit(check) != Fit::fits) reasons.push_back(describe(check));
  }
  if (const auto excess = unexplained_excess(board)) {
    reasons.push_back(describe_excess(board, *excess));
  }
}

void add_all(std::vector<std::string>& to, const std::string& what,
             const std::vector<std::string>& from) {
  for (const std::string& text : from) to.push_back(what + text);
}

// What we computed ourselves is no claim of the maker's, and a wrong figure in it would corroborate
// itself: the declared TPP has to be the maker's own, or within what sheets round.
std::string claim_missing(const BoardPerformance& board) {
  const auto declared = default_value(board, Basis::declared);
  if (!declared) return "";  // said otherwise
  const auto& claimed = board.facts.claimed_tpp;
  if (claimed && *claimed >= (1 - kCorroboratesWithin) * *declared) return "";
  return fmt::format(
      "the declared TPP of {:.6g} is derived, no claim of the maker, whose own "
      "figures give {}",
      *declared, claimed ? fmt::format("{:.6g}", *claimed) : "none");
}

// Everything that stands between a measured board and "corroborated".
std::vector<std::string> shortfalls(const BoardPerformance& board) {
  const BoardFacts& facts = board.facts;
  std::vector<std::string> missing;
  add_all(missing, "not the whole board: ", facts.partial);
  add_all(missing, "failed: ", facts.failed);
  add_all(missing, "suspect: ", facts.suspect);
  add_all(missing, "untrusted: ", facts.untrusted);
  add_all(missing, "no outcome: ", facts.outcomes_missing);
  add_all(missing, "not declared: ", facts.undeclared);
  add_all(missing, "identity differs: ", facts.identity_differs);
  add_all(missing, "not known to the shipped catalogue: ", facts.confidence_raised);
  if (facts.identity_agrees.size() < kIdentityFacts) {
    missing.push_back(fmt::format("{} of {} identity facts agree ({}); not told: {}",
                                  facts.identity_agrees.size(), kIdentityFacts,
                                  fmt::join(facts.identity_agrees, ", "),
                                  fmt::join(facts.identity_missing, ", ")));
  }
  for (const GridCheck& check : facts.grid) {
    if (grid_fit(check) != Fit::fits) missing.push_back("grid differs: " + describe(check));
  }
  if (!deciding_precision_measured(board)) {
    missing.push_back(fmt::format("no native rate in {}, which makes the declared TPP",
                                  name(board.tpp.at(Basis::declared).precision)));
  }
  if (const std::string claim = claim_missing(board); !claim.empty()) missing.push_back(claim);
  const auto ratio = inferred_ratio(board);
  if (!default_value(board, Basis::declared)) {
    missing.emplace_back("every declared rate is from memory");
  } else if (!ratio) {
    missing.emplace_back("no inferred TPP of a native path to hold against the declared one");
  } else if (!(std::abs(*ratio - 1) <= kCorroboratesWithin)) {
    missing.push_back(fmt::format("inferred TPP differs from declared by {}, more than {:.0f} %",
                                  percent(*ratio), kCorroboratesWithin * 100));
  }
  return missing;
}

}  // namespace

Decision decide(Basis basis, double value, Interval interval, const Condition& condition) {
  Decision decision;
  if (!std::isfinite(value) || std::isnan(interval.low) || std::isnan(interval.high)) {
    decision.note = "not a number";
    return decision;
  }
  // A value outside its own interval widens it.
  interval = {std::min(interval.low, value), std::max(interval.high, value)};
  decision.within_uncertainty = interval.low < interval.high &&
                                interval.low <= condition.threshold &&
                                condition.threshold <= interval.high;
  decision.truth = basis == Basis::achieved ? decide_lower_bound(interval.low, condition)
                                            : decide_interval(interval, condition);
  if (decision.within_uncertainty) {
    decision.note = fmt::format("the margin of {:.6g} is inside the uncertainty ({:.6g} to {:.6g})",
                                value - condition.threshold, interval.low, interval.high);
  } else if (decision.truth == Truth::not_decided) {
    decision.note = "a measurement is a lower bound: it cannot show that a board is below";
  } else if (is_inferred(basis)) {
    decision.note = "an estimate: shown beside, decides nothing alone";
  }
  return decision;
}

AssuranceResult assurance(const BoardPerformance& board, bool measured) {
  AssuranceResult result;
  if (!board.chip) {
    result.reasons.push_back(board.match_reason);
    return result;
  }
  if (!board.tpp.contains(Basis::declared)) {
    result.reasons.push_back(fmt::format("{} has no declared rate", board.chip->value));
    return result;
  }
  add_contradictions(board, result.reasons);
  if (!result.reasons.empty()) {
    result.assurance = Assurance::contradicted;
    return result;
  }
  result.assurance = Assurance::declared_only;
  if (!measured) {
    result.reasons.emplace_back("nothing was measured");
    add_all(result.reasons, "identity differs: ", board.facts.identity_differs);
    add_all(result.reasons, "not known to the shipped catalogue: ", board.facts.confidence_raised);
    add_all(result.reasons, "failed: ", board.facts.failed);
    add_all(result.reasons, "untrusted: ", board.facts.untrusted);
    return result;
  }
  result.reasons = shortfalls(board);
  if (!result.reasons.empty()) return result;
  result.assurance = Assurance::corroborated;
  result.reasons = {
      "whole board, unpartitioned",
      fmt::format("identity facts agree: {}", fmt::join(board.facts.identity_agrees, ", ")),
      "every declared precision has an outcome",
      fmt::format("inferred TPP differs from declared by {}", percent(*inferred_ratio(board)))};
  return result;
}

namespace {

class FindingList {
 public:
  explicit FindingList(std::string subject) : subject_(std::move(subject)) {}
  void add(const char* code, FindingClass finding_class, Severity severity, std::string message) {
    findings_.push_back({code, finding_class, severity, subject_, std::move(message)});
  }
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  std::string subject_;
  std::vector<Finding> findings_;
};

void add_grid_findings(const BoardPerformance& board, FindingList& list) {
  for (const GridCheck& check : board.facts.grid) {
    const Fit fit = grid_fit(check);
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
  if (!board.chip) {
    const bool host = facts.kind == DeviceKind::cpu;
    list.add(
        "evidence.no_catalogue_row", FindingClass::condition,
        host ? Severity::info : Severity::warning,
        board.match_reason + "; without a row a board is never below: add one to the catalogue");
  }
  for (const std::string& text : facts.identity_differs) {
    const bool units = std::ranges::find(facts.units_differ, text) != facts.units_differ.end();
    list.add(units ? "evidence.units_differ" : "evidence.identity_differs",
             FindingClass::contradiction, units ? Severity::error : Severity::warning,
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
  if (!(achieved->second > kUnlockedAbove * declared->second)) return;
  list.add("evidence.memory_above_declared", FindingClass::condition, Severity::warning,
           fmt::format("the memory moved {:.4g} GB/s, over the {:.4g} GB/s that are declared: "
                       "another variant of the product, or a wrong row",
                       achieved->second / 1e9, declared->second / 1e9));
}

void add_measured_findings(const BoardPerformance& board, FindingList& list) {
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
  if (const auto excess = unexplained_excess(board)) {
    list.add("evidence.unexplained_rate", FindingClass::contradiction, Severity::error,
             describe_excess(board, *excess) +
                 ": a path that the catalogue row does not know, or another product");
  } else if (declared && achieved != board.tpp.end() && achieved->second.interval.low > *declared) {
    list.add("evidence.achieved_above_declared", FindingClass::condition, Severity::info,
             fmt::format("achieved TPP {:.6g} is above the declared {:.6g}: clocks are higher than "
                         "advertised, or the declaration is low",
                         achieved->second.value, *declared));
  }
  const auto ratio = inferred_ratio(board);
  if (ratio && !(std::abs(*ratio - 1) <= kCorroboratesWithin) && facts.partial.empty()) {
    list.add("evidence.inferred_differs", FindingClass::condition, Severity::warning,
             fmt::format("inferred TPP differs from the declared by {}: not corroborated",
                         percent(*ratio)));
  }
}

}  // namespace

std::vector<Finding> evidence_findings(const BoardPerformance& board, bool measured) {
  FindingList list(board.board.value);
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
  if (measured) add_measured_findings(board, list);
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
