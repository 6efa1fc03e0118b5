#include "agent/boards/candidate_values.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "agent/boards/declared_board.h"

namespace tpp {
namespace {

// What a product declares and may decide by; null where it is from memory, or not known.
const Quantified* declared_figure(const BoardValues& values, RuleQuantity quantity) {
  for (const BasisValues& basis : values.bases) {
    const Quantified* figure = figure_for(basis, quantity);
    const bool decides = figure && figure->weight != Weight::nothing;
    if (basis.basis == Basis::declared && decides) return figure;
  }
  return nullptr;
}

// nullopt where one of them has none: then it may be anything.
std::optional<Quantified> over_all(const std::vector<BoardValues>& products,
                                   RuleQuantity quantity) {
  std::optional<Quantified> all;
  for (const BoardValues& product : products) {
    const Quantified* figure = declared_figure(product, quantity);
    if (!figure) return std::nullopt;
    if (!all) {
      all = *figure;
      continue;
    }
    all->value = std::min(all->value, figure->value);
    all->interval = {std::min(all->interval.low, figure->interval.low),
                     std::max(all->interval.high, figure->interval.high)};
    all->weight = std::max(all->weight, figure->weight);
    all->at_least = all->at_least || figure->at_least;
  }
  return all;
}

// The most that one of them has from memory. It decides nothing, and speaks against what the others
// decide as that of a board with a row of its own does.
std::optional<Quantified> most_recalled(const std::vector<BoardValues>& products,
                                        RuleQuantity quantity) {
  std::optional<Quantified> most;
  for (const BoardValues& product : products) {
    for (const BasisValues& basis : product.bases) {
      const Quantified* figure = figure_for(basis, quantity);
      const bool recalled =
          basis.basis == Basis::declared && figure && figure->weight == Weight::nothing;
      if (recalled && (!most || figure->value > most->value)) most = *figure;
    }
  }
  return most;
}

// Said not to be for datacenters only where all of them are, and doubted where one of them is.
void add_facts(const std::vector<BoardValues>& products, BoardValues& values) {
  const auto each = [&](auto fact) { return std::ranges::all_of(products, fact); };
  values.datacenter_known = each([](const BoardValues& one) { return one.datacenter_known; });
  values.datacenter = !each([](const BoardValues& one) { return !one.datacenter; });
  values.datacenter_doubted =
      !values.datacenter && !each([](const BoardValues& one) { return !one.datacenter_doubted; });
  values.planar = each([](const BoardValues& one) { return one.planar; });
}

}  // namespace

BoardValues candidate_values(const BoardPerformance& board, const Readings& readings) {
  BoardValues values = board_values(board, readings);
  if (!board.candidates || board.candidates->empty()) return values;
  std::vector<BoardValues> products;
  for (const DeclaredProduct& product : *board.candidates) {
    products.push_back(board_values(as_product(board, product), readings));
  }
  BasisValues declared{Basis::declared, {}, "the least of the products that it may be"};
  BasisValues recalled{Basis::declared, {}, "the most of the products that it may be"};
  for (const RuleQuantity quantity : {RuleQuantity::tpp, RuleQuantity::pd}) {
    if (const auto figure = over_all(products, quantity)) {
      declared.figures.emplace(quantity, *figure);
    }
    if (const auto figure = most_recalled(products, quantity)) {
      recalled.figures.emplace(quantity, *figure);
    }
  }
  // Declared figures stand first: where a measurement shows the same, they are named.
  for (BasisValues* basis : {&recalled, &declared}) {
    if (!basis->figures.empty()) values.bases.insert(values.bases.begin(), std::move(*basis));
  }
  add_facts(products, values);
  return values;
}

}  // namespace tpp
