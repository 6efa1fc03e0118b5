#include "agent/regulation/rule_override.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/support/error.h"

namespace tpp {
namespace {

bool same_content(Edition one, const Edition& other) {
  one.rule.origin = other.rule.origin;
  return one == other;
}

auto find_id(const std::vector<Edition>& editions, const RuleId& id) {
  return std::ranges::find_if(editions,
                              [&](const Edition& edition) { return edition.rule.id == id; });
}

}  // namespace

void refuse_false_ids(const std::vector<Edition>& editions, const std::vector<Edition>& shipped) {
  for (const Edition& edition : editions) {
    const Rule& rule = edition.rule;
    const auto known = find_id(shipped, rule.id);
    if (known == shipped.end() || same_content(edition, *known)) continue;
    throw Error(
        fmt::format("{}: found rule id '{}', which is that of the shipped rule {}, with other "
                    "content; expected an id of its own and, to stand in its place in rules.d, "
                    "`replaces: {}`",
                    rule.origin, rule.id.value, known->rule.origin, rule.id.value));
  }
}

std::optional<Finding> rule_overridden_finding(const Rule& rule,
                                               const std::vector<Edition>& shipped) {
  if (find_id(shipped, rule.id) != shipped.end()) return std::nullopt;
  return Finding{"data.rule_overridden", FindingClass::condition, Severity::warning, rule.id.value,
                 fmt::format("{} is no rule that was shipped, it was read from {}: what it says "
                             "was not checked against a law",
                             rule.id.value, rule.origin)};
}

}  // namespace tpp
