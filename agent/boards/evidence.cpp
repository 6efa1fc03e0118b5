#include "agent/boards/evidence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "agent/boards/declaration_fit.h"
#include "agent/model/truth_of.h"

namespace tpp {
namespace {

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

void add_contradictions(const BoardPerformance& board, const Thresholds& thresholds,
                        const ClockAllowance& clocks, std::vector<std::string>& reasons) {
  for (const std::string& text : board.facts.units_differ) reasons.push_back(text);
  for (const GridCheck& check : board.facts.grid) {
    // A figure from memory is no ground to call a board another one.
    if (check.confidence == Confidence::recall) continue;
    if (grid_fit(check, thresholds) != Fit::fits) reasons.push_back(describe(check));
  }
  if (const auto excess = unexplained_excess(board, thresholds, clocks)) {
    reasons.push_back(describe_excess(board, *excess));
  }
  for (std::string& text : rates_in_excess(board, thresholds, clocks)) {
    reasons.push_back(std::move(text));
  }
}

void add_all(std::vector<std::string>& to, const std::string& what,
             const std::vector<std::string>& from) {
  for (const std::string& text : from) to.push_back(what + text);
}

// What we computed ourselves is no claim of the maker's, and a wrong figure in it would corroborate
// itself: the declared TPP has to be the maker's own, or within what sheets round.
std::string claim_missing(const BoardPerformance& board, const Thresholds& thresholds) {
  const auto declared = default_value(board, Basis::declared);
  if (!declared) return "";  // said otherwise
  const auto& claimed = board.facts.claimed_tpp;
  if (claimed && *claimed >= (1 - thresholds[Threshold::corroborates_within]) * *declared)
    return "";
  return fmt::format(
      "the declared TPP of {:.6g} is derived, no claim of the maker, whose own "
      "figures give {}",
      *declared, claimed ? fmt::format("{:.6g}", *claimed) : "none");
}

// Everything that stands between a measured board and "corroborated".
std::vector<std::string> shortfalls(const BoardPerformance& board, const Thresholds& thresholds,
                                    const ClockAllowance& clocks) {
  const BoardFacts& facts = board.facts;
  std::vector<std::string> missing;
  if (facts.board_uncertain) missing.push_back("board not certain: " + *facts.board_uncertain);
  add_all(missing, "not the whole board: ", facts.partial);
  add_all(missing, "failed: ", facts.failed);
  add_all(missing, "suspect: ", facts.suspect);
  add_all(missing, "untrusted: ", facts.untrusted);
  add_all(missing, "no outcome: ", facts.outcomes_missing);
  add_all(missing, "not declared: ", facts.undeclared);
  add_all(missing, "identity differs: ", facts.identity_differs);
  add_all(missing, "not known to the shipped catalogue: ", facts.confidence_raised);
  for (auto& text : {explained_by_clocks_alone(board, thresholds, clocks),
                     portable_excess(board, thresholds, clocks)}) {
    if (text) missing.push_back(*text);
  }
  const double wanted = thresholds[Threshold::identity_facts];
  if (static_cast<double>(facts.identity_agrees.size()) < wanted) {
    missing.push_back(fmt::format(
        "{} of {} identity facts agree ({}); not told: {}", facts.identity_agrees.size(), wanted,
        fmt::join(facts.identity_agrees, ", "), fmt::join(facts.identity_missing, ", ")));
  }
  for (const GridCheck& check : facts.grid) {
    if (grid_fit(check, thresholds) != Fit::fits)
      missing.push_back("grid differs: " + describe(check));
  }
  if (!deciding_precision_measured(board)) {
    missing.push_back(fmt::format("no native rate in {}, which makes the declared TPP",
                                  name(board.tpp.at(Basis::declared).precision)));
  }
  if (const std::string claim = claim_missing(board, thresholds); !claim.empty())
    missing.push_back(claim);
  const auto ratio = inferred_ratio(board);
  if (!default_value(board, Basis::declared)) {
    missing.emplace_back("every declared rate is from memory");
  } else if (!ratio) {
    missing.emplace_back("no inferred TPP of a native path to hold against the declared one");
  } else if (!corroborates(*ratio, thresholds)) {
    missing.push_back(fmt::format("inferred TPP differs from declared by {}, more than {:g} %",
                                  percent(*ratio),
                                  thresholds[Threshold::corroborates_within] * 100));
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

AssuranceResult assurance(const BoardPerformance& board, bool measured,
                          const Thresholds& thresholds, const ClockAllowance& clocks) {
  AssuranceResult result;
  if (!board.chip) {
    result.reasons.push_back(board.match_reason);
    add_all(result.reasons, "identity differs: ", board.facts.identity_differs);
    return result;
  }
  if (!board.tpp.contains(Basis::declared)) {
    result.reasons.push_back(fmt::format("{} has no declared rate", board.chip->value));
    return result;
  }
  add_contradictions(board, thresholds, clocks, result.reasons);
  if (!result.reasons.empty()) {
    result.assurance = Assurance::contradicted;
    return result;
  }
  result.assurance = Assurance::declared_only;
  if (!measured) {
    result.reasons.emplace_back("nothing was measured");
    if (board.facts.board_uncertain) {
      result.reasons.push_back("board not certain: " + *board.facts.board_uncertain);
    }
    add_all(result.reasons, "identity differs: ", board.facts.identity_differs);
    add_all(result.reasons, "not known to the shipped catalogue: ", board.facts.confidence_raised);
    add_all(result.reasons, "failed: ", board.facts.failed);
    add_all(result.reasons, "untrusted: ", board.facts.untrusted);
    return result;
  }
  result.reasons = shortfalls(board, thresholds, clocks);
  if (!result.reasons.empty()) return result;
  result.assurance = Assurance::corroborated;
  result.reasons = {
      "whole board, unpartitioned",
      fmt::format("identity facts agree: {}", fmt::join(board.facts.identity_agrees, ", ")),
      "every declared precision has an outcome",
      fmt::format("inferred TPP differs from declared by {}", percent(*inferred_ratio(board)))};
  if (!board.facts.identity_missing.empty()) {
    result.reasons.push_back(
        fmt::format("identity facts not told: {}", fmt::join(board.facts.identity_missing, ", ")));
  }
  return result;
}

}  // namespace tpp
