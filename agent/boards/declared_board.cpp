#include "agent/boards/declared_board.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "agent/boards/tpp_sum.h"

namespace tpp {
namespace {

void describe(const DeclaredProduct& product, BoardPerformance& board) {
  board.chip = product.chip;
  if (product.tpp) board.tpp[Basis::declared] = *product.tpp;
  board.die_area_mm2 = product.die_area_mm2;
  board.computing_die_area_mm2 = product.computing_die_area_mm2;
  board.facts.datacenter = product.datacenter;
  board.facts.datacenter_doubt = product.datacenter_doubt;
  board.facts.nonplanar = product.nonplanar;
}

}  // namespace

void add_declared(const Chip& chip, double copies, BoardPerformance& performance) {
  PartRates counted;
  std::vector<PrecisionRate> shown;
  const auto add = [&](const auto& figures, UnitClass unit_class) {
    for (const auto& [precision, figure] : figures) {
      const double value = figure.value * copies;
      const bool deciding = figure.confidence != Confidence::recall;
      counted.push_back(
          {precision, unit_class, value, {value, value}, deciding, figure.confidence});
      shown.push_back({precision, value, {value, value}, deciding, false, figure.source});
    }
  };
  add(chip.declared, UnitClass::matrix);
  add(chip.declared_vector, UnitClass::vector);
  if (shown.empty()) return;
  PartRates claimed;
  std::ranges::copy_if(counted, std::back_inserter(claimed), [](const CountedRate& rate) {
    return rate.confidence == Confidence::source;
  });
  if (const auto tpp = sum_tpp({claimed}, true)) performance.facts.claimed_tpp = tpp->value;
  performance.rates[Basis::declared] = std::move(shown);
  if (auto tpp = sum_tpp({counted}, true)) performance.tpp[Basis::declared] = std::move(*tpp);
  if (chip.memory_bandwidth) {
    performance.memory_bandwidth[Basis::declared] = chip.memory_bandwidth->value * copies;
  }
}

void add_area(const Chip& chip, double copies, BoardPerformance& performance) {
  if (chip.computing_die_area_mm2 && chip.nonplanar != false) {
    performance.computing_die_area_mm2 = chip.computing_die_area_mm2;
    performance.computing_die_area_mm2->value *= copies;
  }
  if (!chip.applicable_die_area_mm2 || chip.nonplanar == false) return;
  performance.die_area_mm2 = chip.applicable_die_area_mm2;
  performance.die_area_mm2->value *= copies;
  for (const auto& [basis, tpp] : performance.tpp) {
    performance.density[basis] = tpp.value / performance.die_area_mm2->value;
  }
}

BoardPerformance declared_board(const Chip& chip) {
  BoardPerformance board;
  board.board.value = chip.id.value;
  board.chip = chip.id;
  board.match_reason = "named";
  board.facts.kind = chip.kind;
  board.facts.datacenter = chip.datacenter;
  board.facts.datacenter_doubt = datacenter_doubt(chip);
  board.facts.nonplanar = chip.nonplanar;
  add_declared(chip, 1, board);
  add_area(chip, 1, board);
  return board;
}

DeclaredProduct declared_product(const Chip& chip, double copies, bool datacenter) {
  BoardPerformance board;
  add_declared(chip, copies, board);
  add_area(chip, copies, board);
  DeclaredProduct product;
  product.chip = chip.id;
  const auto tpp = board.tpp.find(Basis::declared);
  if (tpp != board.tpp.end()) product.tpp = std::move(tpp->second);
  product.die_area_mm2 = board.die_area_mm2;
  product.computing_die_area_mm2 = board.computing_die_area_mm2;
  product.datacenter = chip.datacenter || datacenter;
  if (!product.datacenter) product.datacenter_doubt = datacenter_doubt(chip);
  product.nonplanar = chip.nonplanar;
  return product;
}

BoardPerformance as_product(const BoardPerformance& board, const DeclaredProduct& product) {
  BoardPerformance as = board;
  as.candidates = std::nullopt;
  describe(product, as);
  return as;
}

BoardPerformance part_alone(const BoardPerformance& board, const DeclaredProduct& part) {
  BoardPerformance alone;
  alone.board = board.board;
  alone.facts.kind = board.facts.kind;
  describe(part, alone);
  return alone;
}

}  // namespace tpp
