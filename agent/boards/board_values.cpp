#include "agent/boards/board_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/support/text.h"

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

constexpr double kGiga = 1e9;
constexpr double kTera = 1e12;

// An area from memory makes a density from memory.
std::optional<Quantified> density_of(const Quantified& tpp, const BoardPerformance& board) {
  if (!board.die_area_mm2 || !(board.die_area_mm2->value > 0)) return std::nullopt;
  const double area = board.die_area_mm2->value;
  Quantified density{
      tpp.value / area, {tpp.interval.low / area, tpp.interval.high / area}, tpp.weight};
  if (board.die_area_mm2->confidence == Confidence::recall) density.weight = Weight::nothing;
  return density;
}

void add(const BoardPerformance& board, Basis basis, const Quantified& tpp, const std::string& note,
         std::vector<BasisValues>& bases) {
  BasisValues values{basis, {{RuleQuantity::tpp, tpp}}, note};
  if (const auto density = density_of(tpp, board)) {
    values.figures.emplace(RuleQuantity::pd, *density);
  }
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
    add(board, basis, {reading->value, reading->interval, weight}, note, bases);
    return;
  }
  if (reading->deciding_value) {
    add(board, basis, {*reading->deciding_value, *reading->deciding_interval, weight}, note, bases);
  }
  if (!reading->deciding_value || reading->value > *reading->deciding_value) {
    add(board, basis, {reading->value, reading->interval, Weight::nothing}, kFromMemory, bases);
  }
}

// What was measured of the memory is a lower bound, as all that is achieved.
void add_achieved_bandwidth(const BoardPerformance& board, std::vector<BasisValues>& bases) {
  const auto found = board.memory_bandwidth.find(Basis::achieved);
  if (found == board.memory_bandwidth.end()) return;
  const double gigabytes = found->second / kGiga;
  const Quantified figure{gigabytes, {gigabytes, gigabytes}, Weight::over};
  for (BasisValues& basis : bases) {
    if (basis.basis != Basis::achieved) continue;
    basis.figures.emplace(RuleQuantity::dram_bandwidth, figure);
    return;
  }
  bases.push_back({Basis::achieved, {{RuleQuantity::dram_bandwidth, figure}}, ""});
}

Quantified declared_figure(const Figure& figure, double scale) {
  const double value = figure.value / scale;
  const bool recall = figure.confidence == Confidence::recall;
  return {value, {value, value}, recall ? Weight::nothing : Weight::both};
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
  add_achieved_bandwidth(board, values.bases);
  return values;
}

void add_chip_figures(const Chip& chip, BoardValues& values) {
  BasisValues declared{Basis::declared, {}, ""};
  const auto put = [&](RuleQuantity quantity, const std::optional<Figure>& figure, double scale) {
    if (figure) declared.figures.emplace(quantity, declared_figure(*figure, scale));
  };
  put(RuleQuantity::dram_bandwidth, chip.memory_bandwidth, kGiga);
  std::optional<Figure> fastest;
  for (const auto& [precision, figure] : chip.declared) {
    if (!fastest || figure.value > fastest->value) fastest = figure;
  }
  put(RuleQuantity::tops, fastest, kTera);
  put(RuleQuantity::interconnect, chip.details.interconnect, kGiga);
  put(RuleQuantity::transistors, chip.details.transistors, kGiga);
  if (!chip.details.memory_type.empty()) {
    values.hbm = to_lower(chip.details.memory_type).find("hbm") != std::string::npos;
  }
  if (!declared.figures.empty()) values.bases.push_back(std::move(declared));
}

const Quantified* figure_for(const BasisValues& values, RuleQuantity quantity) {
  const auto found = values.figures.find(quantity);
  return found == values.figures.end() ? nullptr : &found->second;
}

Decision decide_on(const BasisValues& values, const Condition& condition) {
  const Quantified* figure = figure_for(values, condition.quantity);
  if (!figure) {
    return {Truth::not_decided, false,
            condition.quantity == RuleQuantity::pd
                ? "die area unknown: no density"
                : fmt::format("{} is unknown", enum_name(condition.quantity))};
  }
  // A lower bound is decided as achieved ones are, whatever basis it is on.
  const Basis basis = figure->weight == Weight::over ? Basis::achieved : values.basis;
  Decision decision = decide(basis, figure->value, figure->interval, condition);
  const bool from_memory = figure->weight == Weight::nothing && values.basis == Basis::declared;
  if (from_memory) decision.note = kFromMemory;
  return decision;
}

}  // namespace tpp
