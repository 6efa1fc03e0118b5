// What may be concluded from a number on a basis, and how far a board's evidence carries. The one
// place for both; knows no threshold of any rule. Pure.
#ifndef TPP_AGENT_BOARDS_EVIDENCE_H
#define TPP_AGENT_BOARDS_EVIDENCE_H

#include <optional>
#include <string>
#include <vector>

#include "agent/boards/clock_allowance.h"
#include "agent/model/finding.h"
#include "agent/model/performance.h"
#include "agent/model/rule.h"
#include "agent/model/thresholds.h"
#include "agent/model/verdict.h"

namespace tpp {

struct Decision {
  Truth truth = Truth::not_decided;
  bool within_uncertainty = false;  // the threshold lies inside the interval
  std::string note;                 // in words, "" if there is nothing to say
};

// Holds a value with its uncertainty against a threshold. `achieved` is a lower bound of what the
// board can do: it meets >= and >, disproves <, <= and ==, and decides nothing else. Other bases
// are decided both ways where the whole interval is on one side. NaN and infinity decide nothing.
Decision decide(Basis basis, double value, Interval interval, const Condition& condition);

struct AssuranceResult {
  Assurance assurance = Assurance::none;
  std::vector<std::string> reasons;  // what is there, what is missing
};

// `measured` is false for an inventory pass. Corroborated: whole board, unpartitioned; two identity
// facts agree; no untrusted code touched it; every native precision has an outcome and is declared;
// inferred within 3 % of declared; the maker's own figures give the declared TPP. Numbers are those
// of `thresholds`. `clocks`: the board's, without which a rate over the declared one is explained
// by nothing but what was measured per clock in its own precision.
AssuranceResult assurance(const BoardPerformance& board, bool measured,
                          const Thresholds& thresholds = {}, const ClockAllowance& clocks = {});

// Contradictions, health and conditions of a board's evidence; codes in docs/findings.md.
std::vector<Finding> evidence_findings(const BoardPerformance& board, bool measured,
                                       const Thresholds& thresholds = {},
                                       const ClockAllowance& clocks = {});

// A warning if the rule is not, or no longer, in force on the day of `as_of` ("": no day).
std::optional<Finding> not_in_force_finding(const Rule& rule, const std::string& as_of);

// A warning if `as_of` (ISO date) is after `known_through`; `what` names the file.
std::optional<Finding> known_through_finding(const std::string& what,
                                             const std::string& known_through,
                                             const std::string& as_of);

}  // namespace tpp

#endif
