// Whether a board meets the paragraphs of a rule, in three values, from all bases together. The one
// place where bases meet: a proof beats a declaration, a declaration stands where no estimate
// speaks against it, an estimate alone decides nothing. Pure.
#ifndef TPP_AGENT_PROVISIONS_H
#define TPP_AGENT_PROVISIONS_H

#include <optional>
#include <string>
#include <vector>

#include "agent/board_values.h"
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

// One result a provision in the text, strictest first, exclusions applied.
std::vector<ProvisionResult> evaluate(const Rule& rule, const BoardValues& values);

// Every comparison of every basis, for the reader: provisions, then exclusions.
std::vector<Comparison> compare_all(const Rule& rule, const BoardValues& values);

}  // namespace tpp

#endif
