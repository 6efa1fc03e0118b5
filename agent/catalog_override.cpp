#include "agent/catalog_override.h"

#include <fmt/format.h>

#include <optional>

#include "agent/support/error.h"

namespace tpp {
namespace {

void compare(const char* what, std::optional<double> shipped, std::optional<double> mine,
             BoardFacts& facts) {
  if (shipped == mine) return;
  const auto text = [](std::optional<double> value) {
    return value ? fmt::format("{:.6g}", *value) : std::string("none");
  };
  facts.identity_differs.push_back(fmt::format(
      "{}: {} in the catalogue given, {} in the shipped one", what, text(mine), text(shipped)));
}

std::optional<double> declared_tpp(const BoardPerformance& board) {
  const auto found = board.tpp.find(Basis::declared);
  return found == board.tpp.end() ? std::nullopt : std::optional(found->second.value);
}

std::optional<double> area(const BoardPerformance& board) {
  return board.die_area_mm2 ? std::optional(board.die_area_mm2->value) : std::nullopt;
}

}  // namespace

void hold_against_shipped(const std::vector<BoardPerformance>& shipped,
                          std::vector<BoardPerformance>& boards) {
  TPP_CHECK(shipped.size() == boards.size());
  for (std::size_t i = 0; i < boards.size(); ++i) {
    // A product that the shipped catalogue does not know has nothing to be held against.
    if (!shipped[i].chip || !boards[i].chip) continue;
    BoardFacts& facts = boards[i].facts;
    const BoardFacts& theirs = shipped[i].facts;
    facts.grid.insert(facts.grid.end(), theirs.grid.begin(), theirs.grid.end());
    facts.units_differ.insert(facts.units_differ.end(), theirs.units_differ.begin(),
                              theirs.units_differ.end());
    compare("declared TPP", declared_tpp(shipped[i]), declared_tpp(boards[i]), facts);
    compare("applicable die area", area(shipped[i]), area(boards[i]), facts);
    if (theirs.datacenter != facts.datacenter) {
      facts.identity_differs.emplace_back("datacenter: not as in the shipped catalogue");
    }
  }
}

}  // namespace tpp
