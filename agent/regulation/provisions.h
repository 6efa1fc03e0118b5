// Whether a board meets the paragraphs of a rule, in three values, from all bases together. The one
// place where bases meet: a proof beats a declaration, a declaration stands where no estimate
// speaks against it, an estimate alone decides nothing. Pure.
#ifndef TPP_AGENT_REGULATION_PROVISIONS_H
#define TPP_AGENT_REGULATION_PROVISIONS_H

#include <optional>
#include <string>
#include <vector>

#include "agent/boards/board_values.h"
#include "agent/model/edition.h"
#include "agent/model/rule.h"
#include "agent/model/verdict.h"

namespace tpp {

struct ProvisionResult {
  const Provision* provision = nullptr;
  Truth truth = Truth::not_decided;
  std::optional<Basis> by;  // met: the basis that shows it
  bool presumed = false;    // not decided, but an estimate meets it or an exception is not shown
  std::vector<std::string> notes;
};

// One result a provision that stands in `scope` and is about such an item, strictest first,
// exclusions applied.
std::vector<ProvisionResult> evaluate(const Rule& rule, const BoardValues& values,
                                      Scope scope = Scope::text);

bool has_upper_bound(const Provision& provision);

// Where a board may be another product than its figures are of, and so a larger one: what they rule
// out above the class that they meet is open and presumed, and with it a paragraph that ends where
// the stricter one begins. `results` as evaluate gives them; `why` for the reader.
void open_above(const std::string& why, std::vector<ProvisionResult>& results);

// Conditions outside of a control list: all of them together, and each by itself. An empty list is
// met.
Truth judge_conditions(const std::vector<Condition>& all, const BoardValues& values);
std::vector<Comparison> compare_conditions(const std::string& paragraph,
                                           const std::vector<Condition>& all,
                                           const BoardValues& values);

// Every comparison of every basis, for the reader: provisions that stand in `scope` and are about
// such an item, then exclusions of any of them.
std::vector<Comparison> compare_all(const Rule& rule, const BoardValues& values,
                                    Scope scope = Scope::text);

}  // namespace tpp

#endif
