#include "agent/board_values.h"

#include <algorithm>

namespace tpp {
namespace {

constexpr const char* kFromMemory = "from memory: decides nothing";
constexpr const char* kPartOfUnits =
    "of the best units alone, the others' rates are not known apart: a lower bound";

Weight weight_of(Basis basis) {
  switch (basis) {
    case Basis::declared:
      return Weight::both;
    case Basis::achieved:
      return Weight::over;
    default:
      return Weight::nothing;
  }
}

// An area from memory makes a density from memory.
std::optional<Quantified> density_of(const Quantified& tpp, const BoardPerformance& board) {
  if (!board.die_area_mm2 || !(board.die_area_mm2->value > 0)) return std::nullopt;
  const double area = board.die_area_mm2->value;
  Quantified density{
      tpp.value / area, {tpp.interval.low / area, tpp.interval.high / area}, tpp.weight};
  if (board.die_area_mm2->confidence == Confidence::recall) density.weight = Weight::nothing;
  return density;
}

void add(const BoardPerformance& board, BasisValues values, std::vector<BasisValues>& bases) {
  values.density = density_of(values.tpp, board);
  bases.push_back(std::move(values));
}

void add_basis(const BoardPerformance& board, Basis basis, const Readings& readings,
               std::vector<BasisValues>& bases) {
  const auto found = board.tpp.find(basis);
  if (found == board.tpp.end()) return;
  Weight weight = weight_of(basis);
  std::string note;
  auto reading = tpp_under(found->second, readings);
  if (!reading) {
    // Units that would be added are not known apart: then the best of them is a lower bound.
    Readings best = readings;
    best["processing_units"] = "best";
    reading = tpp_under(found->second, best);
    if (!reading) return;
    weight = std::max(weight, Weight::over);
    note = kPartOfUnits;
  }
  if (basis != Basis::declared) {
    add(board, {basis, {reading->value, reading->interval, weight}, {}, note}, bases);
    return;
  }
  if (reading->deciding_value) {
    add(board, {basis, {*reading->deciding_value, *reading->deciding_interval, weight}, {}, note},
        bases);
  }
  if (!reading->deciding_value || reading->value > *reading->deciding_value) {
    add(board, {basis, {reading->value, reading->interval, Weight::nothing}, {}, kFromMemory},
        bases);
  }
}

}  // namespace

BoardValues board_values(const BoardPerformance& board, const Readings& readings) {
  BoardValues values;
  values.datacenter = board.facts.datacenter.value_or(true);
  values.datacenter_known = board.facts.datacenter.has_value();
  values.planar = board.facts.nonplanar == false;
  for (const Basis basis : {Basis::declared, Basis::achieved, Basis::inferred_advertised_clock,
                            Basis::inferred_max_clock}) {
    add_basis(board, basis, readings, values.bases);
  }
  return values;
}

const Quantified* figure_for(const BasisValues& values, RuleQuantity quantity) {
  if (quantity == RuleQuantity::tpp) return &values.tpp;
  if (quantity == RuleQuantity::pd && values.density) return &*values.density;
  return nullptr;
}

Decision decide_on(const BasisValues& values, const Condition& condition) {
  const Quantified* figure = figure_for(values, condition.quantity);
  if (!figure) return {Truth::not_decided, false, "die area unknown: no density"};
  // A lower bound is decided as achieved ones are, whatever basis it is on.
  const Basis basis = figure->weight == Weight::over ? Basis::achieved : values.basis;
  Decision decision = decide(basis, figure->value, figure->interval, condition);
  const bool from_memory = figure->weight == Weight::nothing && values.basis == Basis::declared;
  if (from_memory) decision.note = kFromMemory;
  return decision;
}

}  // namespace tpp
