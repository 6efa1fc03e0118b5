#include "agent/regulation/rule_override.h"

#include <fmt/format.h>

#include "agent/regulation/find_edition.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

bool same_content(Edition one, const Edition& other) {
  one.rule.origin = other.rule.origin;
  return one == other;
}

}  // namespace

void refuse_false_ids(const std::vector<Edition>& editions, const std::vector<Edition>& shipped) {
  for (const Edition& edition : editions) {
    const Rule& rule = edition.rule;
    const auto known = find_edition(shipped, rule.id.value);
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
  if (find_edition(shipped, rule.id.value) != shipped.end()) return std::nullopt;
  return Finding{"data.rule_overridden", FindingClass::condition, Severity::warning, rule.id.value,
                 fmt::format("{} is no rule that was shipped, it was read from {}: what it says "
                             "was not checked against a law",
                             rule.id.value, rule.origin)};
}

}  // namespace tpp
