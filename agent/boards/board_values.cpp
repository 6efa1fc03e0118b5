#include "agent/boards/board_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/support/decimal.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

constexpr const char* kFromMemory = "from memory: decides nothing";
constexpr const char* kAreaAtMost = "the die area is an upper bound: the density is this or higher";
constexpr const char* kOfAllParts = "of all parts that are known: decides nothing";
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

constexpr const char* kPartOfBoard =
    "the board may carry more than what was counted: a lower bound";

// Of a board that may be larger than what was counted: what was declared proves "over" alone.
void make_lower_bounds(std::vector<BasisValues>& bases) {
  for (BasisValues& basis : bases) {
    bool any = false;
    for (auto& [quantity, figure] : basis.figures) {
      if (figure.weight != Weight::both) continue;
      figure.weight = Weight::over;
      any = true;
    }
    if (any) basis.note = kPartOfBoard;
  }
}

constexpr double kGiga = 1e9;
constexpr double kTera = 1e12;

// An area from memory makes a density from memory.
std::optional<Quantified> density_of(const Quantified& tpp, const BoardPerformance& board) {
  if (!board.die_area_mm2 || !(board.die_area_mm2->value > 0)) return std::nullopt;
  const double area = board.die_area_mm2->value;
  Quantified density{
      decimal_quotient(tpp.value, area),
      {decimal_quotient(tpp.interval.low, area), decimal_quotient(tpp.interval.high, area)},
      tpp.weight};
  density.at_least = board.die_area_mm2->bound == Bound::at_most;
  if (density.at_least) density.weight = std::max(density.weight, Weight::over);
  if (board.die_area_mm2->confidence == Confidence::recall) density.weight = Weight::nothing;
  return density;
}

BasisValues with_density(const BoardPerformance& board, BasisValues values) {
  const auto density = density_of(values.figures.at(RuleQuantity::tpp), board);
  if (density) values.figures.emplace(RuleQuantity::pd, *density);
  return values;
}

// Units that would be added are not known apart: then the best of them is a lower bound.
std::optional<TppReading> of_best_units(const Tpp& tpp, Readings readings) {
  readings["processing_units"] = "best";
  return tpp_under(tpp, readings);
}

void add_basis(const BoardPerformance& board, Basis basis, const Readings& readings,
               std::vector<BasisValues>& bases) {
  const auto found = board.tpp.find(basis);
  if (found == board.tpp.end()) return;
  Weight weight = weight_of(basis);
  std::string note;
  auto reading = tpp_under(found->second, readings);
  if (!reading) {
    reading = of_best_units(found->second, readings);
    if (!reading) return;
    weight = std::max(weight, Weight::over);
    note = kPartOfUnits;
  }
  const auto add = [&](const Quantified& tpp, const std::string& why) {
    bases.push_back(with_density(board, {basis, {{RuleQuantity::tpp, tpp}}, why}));
  };
  if (basis != Basis::declared) {
    add({reading->value, reading->interval, weight}, note);
    return;
  }
  if (reading->deciding_value) {
    add({*reading->deciding_value, *reading->deciding_interval, weight}, note);
  }
  if (!reading->deciding_value || reading->value > *reading->deciding_value) {
    add({reading->value, reading->interval, Weight::nothing}, kFromMemory);
  }
}

// A board holds at least what each of its parts does, whatever else is on it; what they add up to
// hangs on their being on one board, which unlike products make doubtful.
void add_parts(const std::vector<DeclaredProduct>& parts, const Readings& readings,
               std::vector<BasisValues>& bases) {
  double sum = 0;
  for (const DeclaredProduct& part : parts) {
    if (!part.tpp) continue;
    auto reading = tpp_under(*part.tpp, readings);
    if (!reading) reading = of_best_units(*part.tpp, readings);
    if (!reading) continue;
    sum += reading->value;
    if (!reading->deciding_value) continue;
    const Quantified tpp{*reading->deciding_value, *reading->deciding_interval, Weight::over};
    bases.push_back(
        {Basis::declared,
         {{RuleQuantity::tpp, tpp}},
         fmt::format("of {} alone, a part of the board: a lower bound", part.chip.value)});
  }
  if (sum == 0) return;
  const Quantified all{sum, {sum, sum}, Weight::nothing};
  bases.push_back({Basis::declared, {{RuleQuantity::tpp, all}}, kOfAllParts});
}

// What was measured of the memory is a lower bound, as all that is achieved; bus width x data rate
// is an estimate, which may object to a declared figure.
void add_bandwidth(const BoardPerformance& board, Basis basis, std::vector<BasisValues>& bases) {
  const auto found = board.memory_bandwidth.find(basis);
  if (found == board.memory_bandwidth.end()) return;
  const double gigabytes = found->second / kGiga;
  const Quantified figure{gigabytes, {gigabytes, gigabytes}, weight_of(basis)};
  const auto present = std::ranges::find(bases, basis, &BasisValues::basis);
  if (present == bases.end()) {
    bases.push_back({basis, {{RuleQuantity::dram_bandwidth, figure}}, ""});
  } else {
    present->figures.emplace(RuleQuantity::dram_bandwidth, figure);
  }
}

Quantified declared_figure(const Figure& figure, double scale) {
  const double value = without_noise(figure.value / scale);
  const bool recall = figure.confidence == Confidence::recall;
  return {value, {value, value}, recall ? Weight::nothing : Weight::both};
}

// How many of the row a board is made of, by the rates that were declared for both.
double copies_of(const Chip& chip, const BoardPerformance& board) {
  const auto declared = board.rates.find(Basis::declared);
  if (declared == board.rates.end()) return 1;
  for (const PrecisionRate& rate : declared->second) {
    for (const auto* table : {&chip.declared, &chip.declared_vector}) {
      const auto figure = table->find(rate.precision);
      if (figure != table->end()) return rate.ops_per_second / figure->second.value;
    }
  }
  return 1;
}

// The fastest rate that may decide, and the fastest from memory where it is faster.
void add_tops(const Chip& chip, double copies, BasisValues& declared, BasisValues& recalled) {
  std::optional<Figure> fastest;
  std::optional<Figure> from_memory;
  for (const auto& [precision, figure] : chip.declared) {
    auto& best = figure.confidence == Confidence::recall ? from_memory : fastest;
    if (!best || figure.value > best->value) best = figure;
  }
  if (fastest) {
    declared.figures.emplace(RuleQuantity::tops, declared_figure(*fastest, kTera / copies));
  }
  if (from_memory && (!fastest || from_memory->value > fastest->value)) {
    recalled.figures.emplace(RuleQuantity::tops, declared_figure(*from_memory, kTera / copies));
  }
}

}  // namespace

const std::optional<Figure>& area_under(const BoardPerformance& board, const Readings& readings) {
  const bool computing = readings.at("chiplet_dies") == "compute";
  return computing && board.computing_die_area_mm2 ? board.computing_die_area_mm2
                                                   : board.die_area_mm2;
}

BoardValues board_values(const BoardPerformance& measured, const Readings& readings) {
  BoardPerformance board = measured;
  board.die_area_mm2 = area_under(measured, readings);
  BoardValues values;
  values.datacenter = board.facts.datacenter.value_or(true);
  values.datacenter_known = board.facts.datacenter.has_value();
  values.datacenter_doubted = !values.datacenter && board.facts.datacenter_doubt;
  values.planar = board.facts.nonplanar == false;
  if (board.parts) add_parts(*board.parts, readings, values.bases);
  for (const Basis basis : {Basis::declared, Basis::achieved, Basis::inferred_advertised_clock,
                            Basis::inferred_max_clock}) {
    add_basis(board, basis, readings, values.bases);
  }
  add_bandwidth(board, Basis::achieved, values.bases);
  add_bandwidth(board, Basis::inferred_max_clock, values.bases);
  if (board.facts.board_uncertain) make_lower_bounds(values.bases);
  return values;
}

void add_chip_figures(const Chip& chip, const BoardPerformance& board, BoardValues& values) {
  values.chip = chip.id.value;
  const double copies = copies_of(chip, board);
  BasisValues declared{Basis::declared, {}, ""};
  BasisValues recalled{Basis::declared, {}, kFromMemory};
  const auto put = [&](RuleQuantity quantity, const std::optional<Figure>& figure) {
    if (figure) declared.figures.emplace(quantity, declared_figure(*figure, kGiga / copies));
  };
  put(RuleQuantity::dram_bandwidth, chip.memory_bandwidth);
  put(RuleQuantity::interconnect, chip.details.interconnect);
  put(RuleQuantity::transistors, chip.details.transistors);
  add_tops(chip, copies, declared, recalled);
  if (!chip.details.memory_type.empty()) {
    values.hbm = to_lower(chip.details.memory_type).find("hbm") != std::string::npos;
  }
  for (BasisValues* basis : {&declared, &recalled}) {
    if (!basis->figures.empty()) values.bases.push_back(std::move(*basis));
  }
  if (board.facts.board_uncertain) make_lower_bounds(values.bases);
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
  const bool lower_bound = figure->weight == Weight::over || figure->at_least;
  const Basis basis = lower_bound ? Basis::achieved : values.basis;
  Decision decision = decide(basis, figure->value, figure->interval, condition);
  const bool open = decision.truth == Truth::not_decided && !decision.within_uncertainty;
  if (figure->at_least && open) decision.note = kAreaAtMost;
  // Why one that is declared decides nothing.
  const bool idle = figure->weight == Weight::nothing && values.basis == Basis::declared;
  if (idle) decision.note = values.note == kOfAllParts ? kOfAllParts : kFromMemory;
  return decision;
}

bool presumably_meets(const BasisValues& values, const Condition& condition) {
  const Quantified* figure = figure_for(values, condition.quantity);
  if (!figure || !figure->at_least) return decide_on(values, condition).truth == Truth::met;
  return decide(values.basis, figure->value, figure->interval, condition).truth == Truth::met;
}

}  // namespace tpp
