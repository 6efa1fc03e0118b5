#include "agent/boards/performance_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "agent/boards/answer.h"
#include "agent/boards/declared_board.h"
#include "agent/model/names.h"

namespace tpp {
namespace {

// The same sums in another order, or written down and read again.
constexpr double kRounding = 1e-9;
bool below(double one, double other) { return one < other * (1 - kRounding); }

std::string value_text(const std::optional<double>& value) {
  return value ? fmt::format("{:.6g}", *value) : "none";
}

// "" where the rest of the report bears it out; else what is stored and what the rest shows.
using Check = std::string (*)(const BoardPerformance& stored, const BoardPerformance& again);

std::string differ(const std::string& stored, const std::string& shown) {
  return fmt::format("{}, where the rest of the report shows {}", stored, shown);
}

std::vector<std::string> ids_of(const std::optional<std::vector<DeclaredProduct>>& products) {
  std::vector<std::string> ids;
  if (!products) return ids;
  for (const DeclaredProduct& product : *products) ids.push_back(product.chip.value);
  return ids;
}

std::string product_text(const BoardPerformance& board) {
  if (board.chip) return board.chip->value;
  const auto& several = board.candidates ? board.candidates : board.parts;
  return several ? fmt::format("{}", fmt::join(ids_of(several), ", ")) : "no row";
}

std::string other_product(const BoardPerformance& stored, const BoardPerformance& again) {
  const bool same = stored.chip == again.chip &&
                    ids_of(stored.candidates) == ids_of(again.candidates) &&
                    ids_of(stored.parts) == ids_of(again.parts);
  return same ? "" : differ(product_text(stored), product_text(again));
}

const TppReading* like(const Tpp& tpp, const TppReading& wanted) {
  const auto same = [&](const TppReading& one) {
    return one.tf32_bits == wanted.tf32_bits && one.board_sum == wanted.board_sum &&
           one.processing_units == wanted.processing_units;
  };
  const auto found = std::ranges::find_if(tpp.readings, same);
  return found == tpp.readings.end() ? nullptr : &*found;
}

// Declared and achieved figures decide by their lower ends; an inferred one objects to a declared
// one by being higher, and corroborates it by being alike.
std::string lower_reading(Basis basis, const TppReading* stored, const TppReading& again) {
  const std::string way = fmt::format("{} ({}, TF32 as {} bits, units {})", enum_name(basis),
                                      again.board_sum, again.tf32_bits, again.processing_units);
  if (stored == nullptr) return differ(way + " none", value_text(again.value));
  if (below(stored->value, again.value)) {
    return differ(way + " " + value_text(stored->value), value_text(again.value));
  }
  const double decides = again.deciding_value.value_or(0);
  const double least = again.deciding_interval.value_or(Interval{}).low;
  if (below(stored->deciding_value.value_or(0), decides) ||
      below(stored->deciding_interval.value_or(Interval{}).low, least)) {
    return differ(way + " deciding " + value_text(stored->deciding_value), value_text(decides));
  }
  if (below(stored->interval.low, again.interval.low)) {
    return differ(way + " from " + value_text(stored->interval.low),
                  value_text(again.interval.low));
  }
  return "";
}

std::string lower_tpp(const BoardPerformance& stored, const BoardPerformance& again) {
  for (const auto& [basis, tpp] : again.tpp) {
    const auto found = stored.tpp.find(basis);
    for (const TppReading& reading : tpp.readings) {
      const TppReading* mine = found == stored.tpp.end() ? nullptr : like(found->second, reading);
      if (std::string text = lower_reading(basis, mine, reading); !text.empty()) return text;
    }
  }
  return "";
}

// What nothing shows: it would corroborate a row that was not measured.
std::string inferred_of_nothing(const BoardPerformance& stored, const BoardPerformance& again) {
  for (const Basis basis : {Basis::inferred_advertised_clock, Basis::inferred_max_clock}) {
    const auto found = stored.tpp.find(basis);
    if (found == stored.tpp.end()) continue;
    const auto shown = again.tpp.find(basis);
    const double most = shown == again.tpp.end() ? 0 : shown->second.value;
    if (below(most, found->second.value)) {
      return differ(fmt::format("{} {:.6g}", enum_name(basis), found->second.value),
                    value_text(most));
    }
  }
  return "";
}

bool is_native(const PrecisionRate& rate) { return rate.deciding && !rate.only_over; }

std::string native_of_nothing(const BoardPerformance& stored, const BoardPerformance& again) {
  for (const Basis basis : {Basis::inferred_advertised_clock, Basis::inferred_max_clock}) {
    const auto found = stored.rates.find(basis);
    if (found == stored.rates.end()) continue;
    const auto shown = again.rates.find(basis);
    for (const PrecisionRate& rate : found->second) {
      const auto same = [&](const PrecisionRate& other) {
        return other.precision == rate.precision && is_native(other);
      };
      if (!is_native(rate)) continue;
      if (shown != again.rates.end() && std::ranges::any_of(shown->second, same)) continue;
      return differ(fmt::format("{} {}", enum_name(basis), name(rate.precision)), "no native rate");
    }
  }
  return "";
}

std::string lower_bandwidth(const BoardPerformance& stored, const BoardPerformance& again) {
  for (const auto& [basis, bytes] : again.memory_bandwidth) {
    const auto found = stored.memory_bandwidth.find(basis);
    const double mine = found == stored.memory_bandwidth.end() ? 0 : found->second;
    if (below(mine, bytes)) {
      return differ(fmt::format("{} {:.6g} bytes/s", enum_name(basis), mine), value_text(bytes));
    }
  }
  return "";
}

// A larger area makes a smaller density, one that is better known makes a density that decides.
std::string better_area(const std::optional<Figure>& stored, const std::optional<Figure>& again) {
  if (!stored) return "";
  const auto text = [](const Figure& area) {
    return fmt::format("{}{:.6g} mm2 ({})", area.bound ? "at most " : "", area.value,
                       enum_name(area.confidence));
  };
  if (!again) return differ(text(*stored), "none");
  const bool better = below(again->value, stored->value) || (again->bound && !stored->bound) ||
                      stored->confidence > again->confidence;
  return better ? differ(text(*stored), text(*again)) : "";
}

std::string better_die_area(const BoardPerformance& stored, const BoardPerformance& again) {
  return better_area(stored.die_area_mm2, again.die_area_mm2);
}

std::string better_computing_area(const BoardPerformance& stored, const BoardPerformance& again) {
  return better_area(stored.computing_die_area_mm2, again.computing_die_area_mm2);
}

std::string planar(const BoardPerformance& stored, const BoardPerformance& again) {
  const bool better = stored.facts.nonplanar == false && again.facts.nonplanar != false;
  return better ? differ("no", "yes, or not known") : "";
}

std::string not_for_datacenters(const BoardPerformance& stored, const BoardPerformance& again) {
  const bool better = stored.facts.datacenter == false && again.facts.datacenter != false;
  return better ? differ("no", "yes, or not known") : "";
}

std::string host_cpu(const BoardPerformance& stored, const BoardPerformance& again) {
  const bool better = stored.facts.kind == DeviceKind::cpu && again.facts.kind != DeviceKind::cpu;
  return better ? differ("cpu", std::string(enum_name(again.facts.kind))) : "";
}

std::string not_simulated(const BoardPerformance& stored, const BoardPerformance& again) {
  return again.facts.simulated && !stored.facts.simulated ? differ("no", "simulated devices") : "";
}

std::string certain(const BoardPerformance& stored, const BoardPerformance& again) {
  const bool better = !stored.facts.board_uncertain && again.facts.board_uncertain;
  return better ? differ("none", *again.facts.board_uncertain) : "";
}

std::string agrees_more(const BoardPerformance& stored, const BoardPerformance& again) {
  for (const std::string& fact : stored.facts.identity_agrees) {
    const auto& shown = again.facts.identity_agrees;
    if (std::ranges::find(shown, fact) == shown.end()) return differ(fact, "that it does not");
  }
  return "";
}

std::string same_product(const BoardPerformance& stored, const BoardPerformance& again) {
  const std::string doubt = product_doubt(again.facts);
  return product_doubt(stored.facts).empty() && !doubt.empty() ? differ("no doubt", doubt) : "";
}

std::string grid_left_out(const BoardPerformance& stored, const BoardPerformance& again) {
  for (const GridCheck& check : again.facts.grid) {
    if (std::ranges::find(stored.facts.grid, check) != stored.facts.grid.end()) continue;
    return differ(fmt::format("another for {}", name(check.precision)),
                  fmt::format("{:.6g} operations a clock measured by {}, {:.6g} declared",
                              check.measured_per_clock, check.kernel, check.declared_per_clock));
  }
  return "";
}

std::string claims_more(const BoardPerformance& stored, const BoardPerformance& again) {
  const auto& claimed = stored.facts.claimed_tpp;
  const bool better = claimed && below(again.facts.claimed_tpp.value_or(0), *claimed);
  return better ? differ(value_text(claimed), value_text(again.facts.claimed_tpp)) : "";
}

// Not facts.datacenter_doubt: a report does not hold what the flag of a row rests on.
constexpr struct {
  const char* member;
  Check broken;
} kRules[] = {
    {"chip", other_product},
    {"tpp", lower_tpp},
    {"tpp", inferred_of_nothing},
    {"rates", native_of_nothing},
    {"memory_bandwidth", lower_bandwidth},
    {"die_area_mm2", better_die_area},
    {"computing_die_area_mm2", better_computing_area},
    {"facts.nonplanar", planar},
    {"facts.datacenter", not_for_datacenters},
    {"facts.kind", host_cpu},
    {"facts.simulated", not_simulated},
    {"facts.board_uncertain", certain},
    {"facts.identity_agrees", agrees_more},
    {"facts.identity_differs", same_product},
    {"facts.grid", grid_left_out},
    {"facts.claimed_tpp", claims_more},
};

// Each speaks against the board by not being empty, whatever it says.
constexpr struct {
  const char* member;
  std::vector<std::string> BoardFacts::*list;
} kLists[] = {
    {"facts.units_differ", &BoardFacts::units_differ},
    {"facts.partial", &BoardFacts::partial},
    {"facts.failed", &BoardFacts::failed},
    {"facts.suspect", &BoardFacts::suspect},
    {"facts.untrusted", &BoardFacts::untrusted},
    {"facts.undeclared", &BoardFacts::undeclared},
    {"facts.outcomes_missing", &BoardFacts::outcomes_missing},
};

void hold(const BoardPerformance& stored, const BoardPerformance& again, const std::string& where,
          std::vector<std::string>& found) {
  for (const auto& [member, broken] : kRules) {
    if (std::string text = broken(stored, again); !text.empty()) {
      found.push_back(fmt::format("{}{}: {}", where, member, text));
    }
  }
  for (const auto& [member, list] : kLists) {
    if (!(stored.facts.*list).empty() || (again.facts.*list).empty()) continue;
    found.push_back(
        fmt::format("{}{}: {}", where, member, differ("none", (again.facts.*list).front())));
  }
}

// Products that a board may be, or that are on it, each held as the board would be.
void hold_products(const std::optional<std::vector<DeclaredProduct>>& stored,
                   const std::optional<std::vector<DeclaredProduct>>& again,
                   const std::string& member, std::vector<std::string>& found) {
  if (!stored || !again) return;  // said of the chip
  for (const DeclaredProduct& product : *again) {
    const auto mine = std::ranges::find(*stored, product.chip, &DeclaredProduct::chip);
    if (mine == stored->end()) continue;  // as well
    hold(as_product({}, *mine), as_product({}, product),
         fmt::format("{}.{}.", member, product.chip.value), found);
  }
}

}  // namespace

std::vector<std::string> understated(const BoardPerformance& stored,
                                     const BoardPerformance& again) {
  std::vector<std::string> found;
  hold(stored, again, "", found);
  hold_products(stored.candidates, again.candidates, "candidates", found);
  hold_products(stored.parts, again.parts, "parts", found);
  return found;
}

}  // namespace tpp
