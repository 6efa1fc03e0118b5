#include "kernels/sim/did_you_mean.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace tpp::sim {
namespace {

std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t corner = row[0]++;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = corner + (from[i] == to[j] ? 0 : 1);
      corner = row[j + 1];
      row[j + 1] = std::min({row[j + 1] + 1, row[j] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  const auto nearest =
      std::min_element(known.begin(), known.end(), [word](std::string_view a, std::string_view b) {
        return distance(word, a) < distance(word, b);
      });
  if (nearest == known.end() || distance(word, *nearest) > word.size() / 2 + 1) return "";
  return fmt::format("; did you mean '{}'?", *nearest);
}

}  // namespace tpp::sim
