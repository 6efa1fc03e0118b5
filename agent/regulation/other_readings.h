// How an answer would end under the other readings of a rule's open points, alone and together.
// Pure.
#ifndef TPP_AGENT_REGULATION_OTHER_READINGS_H
#define TPP_AGENT_REGULATION_OTHER_READINGS_H

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "agent/model/rule.h"
#include "agent/regulation/readings.h"

namespace tpp {

// Every other way to read the table, those with the fewest options changed first: two readings
// together can end otherwise than either.
std::vector<Readings> other_readings(const Rule& table, const Readings& readings);

// Options of `other` that are not those of `readings`.
Readings choices_of(const Readings& readings, const Readings& other);

// "board_sum=best_then_sum with tf32_bits=19"
std::string choices_text(const Readings& choices);

// Whether all of the few options are among the many.
bool are_among(const Readings& few, const Readings& many);

// The ends that differ from `here`, each with the options that lead to it; of several that end
// alike, the one that changes the fewest.
template <class End, class EndUnder>
std::vector<std::pair<Readings, End>> other_ends(const Rule& table, const Readings& readings,
                                                 const End& here, EndUnder end_under) {
  std::vector<std::pair<Readings, End>> ends;
  for (const Readings& other : other_readings(table, readings)) {
    End end = end_under(other);
    if (end == here) continue;
    const Readings choices = choices_of(readings, other);
    const bool known = std::any_of(ends.begin(), ends.end(), [&](const auto& before) {
      return before.second == end && are_among(before.first, choices);
    });
    if (!known) ends.emplace_back(choices, std::move(end));
  }
  return ends;
}

}  // namespace tpp

#endif
