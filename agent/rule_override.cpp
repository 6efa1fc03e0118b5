#include "agent/rule_override.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/support/error.h"

namespace tpp {
namespace {

bool same_content(Rule one, const Rule& other) {
  one.origin = other.origin;
  return one == other;
}

}  // namespace

void refuse_false_ids(const std::vector<Rule>& rules, const std::vector<Rule>& shipped) {
  for (const Rule& rule : rules) {
    const auto known = std::ranges::find(shipped, rule.id, &Rule::id);
    if (known == shipped.end() || same_content(rule, *known)) continue;
    throw Error(
        fmt::format("{}: found rule id '{}', which is that of the shipped rule {}, with other "
                    "content; expected an id of its own",
                    rule.origin, rule.id.value, known->origin));
  }
}

std::optional<Finding> rule_overridden_finding(const Rule& rule, const std::vector<Rule>& shipped) {
  if (std::ranges::find(shipped, rule.id, &Rule::id) != shipped.end()) return std::nullopt;
  return Finding{"data.rule_overridden", FindingClass::condition, Severity::warning, rule.id.value,
                 fmt::format("{} is no rule that was shipped, it was read from {}: what it says "
                             "was not checked against a law",
                             rule.id.value, rule.origin)};
}

}  // namespace tpp
