// Holds the figures of a board as it was stored against the same worked out again: TPP, rates and
// bandwidth. Of rates too, on which assurance and contradictions rest precision by precision. Pure.
#ifndef TPP_AGENT_BOARDS_FIGURES_CHECK_H
#define TPP_AGENT_BOARDS_FIGURES_CHECK_H

#include <optional>
#include <span>
#include <string>

#include "agent/model/performance.h"

namespace tpp {

// What is better for an exporter than what is shown.
struct Better {
  std::string stored;
  std::string shown;
};

// nullopt where what was worked out again bears the stored out.
struct BetterRule {
  const char* member;
  std::optional<Better> (*better)(const BoardPerformance& stored, const BoardPerformance& again);
};

// Whether it is, beyond what the order of a sum, or writing down and reading again, makes of it.
bool is_below(double one, double other);

std::string value_text(const std::optional<double>& value);

std::span<const BetterRule> figure_rules();

}  // namespace tpp

#endif
