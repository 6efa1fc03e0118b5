#include "agent/boards/performance_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "agent/boards/answer.h"
#include "agent/boards/declared_board.h"
#include "agent/boards/figures_check.h"
#include "agent/chips/identify.h"
#include "agent/model/names.h"

namespace tpp {
namespace {

std::optional<Better> differ(const std::string& stored, const std::string& shown) {
  return Better{stored, shown};
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

std::optional<Better> other_product(const BoardPerformance& stored, const BoardPerformance& again) {
  const bool same = stored.chip == again.chip &&
                    ids_of(stored.candidates) == ids_of(again.candidates) &&
                    ids_of(stored.parts) == ids_of(again.parts);
  return same ? std::nullopt : differ(product_text(stored), product_text(again));
}

std::string area_text(const Figure& area) {
  return fmt::format("{}{:.6g} mm2 ({})", area.bound ? "at most " : "", area.value,
                     enum_name(area.confidence));
}

// A larger area makes a smaller density, one that is better known makes a density that decides.
std::optional<Better> better_area(const std::optional<Figure>& stored,
                                  const std::optional<Figure>& again) {
  if (!stored) return std::nullopt;
  if (!again) return differ(area_text(*stored), "none");
  const bool better = is_below(again->value, stored->value) || (again->bound && !stored->bound) ||
                      stored->confidence > again->confidence;
  return better ? differ(area_text(*stored), area_text(*again)) : std::nullopt;
}

std::optional<Better> better_die_area(const BoardPerformance& stored,
                                      const BoardPerformance& again) {
  return better_area(stored.die_area_mm2, again.die_area_mm2);
}

// In its place stands the area of all dies, which is larger.
std::optional<Better> better_computing_area(const BoardPerformance& stored,
                                            const BoardPerformance& again) {
  const auto& shown = again.computing_die_area_mm2;
  if (stored.computing_die_area_mm2) return better_area(stored.computing_die_area_mm2, shown);
  return shown && stored.die_area_mm2 ? differ("none", area_text(*shown)) : std::nullopt;
}

std::optional<Better> planar(const BoardPerformance& stored, const BoardPerformance& again) {
  const bool better = stored.facts.nonplanar == false && again.facts.nonplanar != false;
  return better ? differ("no", "yes, or not known") : std::nullopt;
}

std::optional<Better> not_for_datacenters(const BoardPerformance& stored,
                                          const BoardPerformance& again) {
  const bool better = stored.facts.datacenter == false && again.facts.datacenter != false;
  return better ? differ("no", "yes, or not known") : std::nullopt;
}

std::optional<Better> host_cpu(const BoardPerformance& stored, const BoardPerformance& again) {
  const bool better = stored.facts.kind == DeviceKind::cpu && again.facts.kind != DeviceKind::cpu;
  return better ? differ("cpu", std::string(enum_name(again.facts.kind))) : std::nullopt;
}

std::optional<Better> not_simulated(const BoardPerformance& stored, const BoardPerformance& again) {
  return again.facts.simulated && !stored.facts.simulated ? differ("no", "simulated devices")
                                                          : std::nullopt;
}

std::optional<Better> certain(const BoardPerformance& stored, const BoardPerformance& again) {
  const bool better = !stored.facts.board_uncertain && again.facts.board_uncertain;
  return better ? differ("none", *again.facts.board_uncertain) : std::nullopt;
}

std::optional<Better> agrees_more(const BoardPerformance& stored, const BoardPerformance& again) {
  // How many agree counts: one fact is not two by being said twice.
  const auto& mine = stored.facts.identity_agrees;
  const auto& shown = again.facts.identity_agrees;
  for (const std::string& fact : mine) {
    const auto times = std::ranges::count(shown, fact);
    if (std::ranges::count(mine, fact) <= times) continue;
    return times == 0 ? differ(fact, "that it does not") : differ(fact + " twice", "it once");
  }
  return std::nullopt;
}

std::optional<Better> same_product(const BoardPerformance& stored, const BoardPerformance& again) {
  const std::string doubt = product_doubt(again.facts);
  return product_doubt(stored.facts).empty() && !doubt.empty() ? differ("no doubt", doubt)
                                                               : std::nullopt;
}

std::optional<Better> grid_left_out(const BoardPerformance& stored, const BoardPerformance& again) {
  for (const GridCheck& check : again.facts.grid) {
    if (std::ranges::find(stored.facts.grid, check) != stored.facts.grid.end()) continue;
    return differ(fmt::format("another for {}", name(check.precision)),
                  fmt::format("{:.6g} operations a clock measured by {}, {:.6g} declared",
                              check.measured_per_clock, check.kernel, check.declared_per_clock));
  }
  return std::nullopt;
}

// Rows that share a PCI id, of which a name chose one.
std::optional<Better> told_apart(const BoardPerformance& stored, const BoardPerformance& again) {
  const auto by_name = [](const std::string& fact) { return fact.starts_with(kToldApartByName); };
  const auto shown = std::ranges::find_if(again.facts.identity_missing, by_name);
  const bool better = shown != again.facts.identity_missing.end() &&
                      std::ranges::none_of(stored.facts.identity_missing, by_name);
  return better ? differ("none", *shown) : std::nullopt;
}

// Not facts.datacenter_doubt: a report does not hold what the flag of a row rests on.
constexpr BetterRule kRules[] = {
    {"chip", other_product},
    {"die_area_mm2", better_die_area},
    {"computing_die_area_mm2", better_computing_area},
    {"facts.nonplanar", planar},
    {"facts.datacenter", not_for_datacenters},
    {"facts.kind", host_cpu},
    {"facts.simulated", not_simulated},
    {"facts.board_uncertain", certain},
    {"facts.identity_agrees", agrees_more},
    {"facts.identity_missing", told_apart},
    {"facts.identity_differs", same_product},
    {"facts.grid", grid_left_out},
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

// Holds one board, or one product as it would be one, and words what is better than was shown.
class Understated {
 public:
  explicit Understated(std::string_view shown_by) : shown_by_(shown_by) {}

  void hold(const BoardPerformance& stored, const BoardPerformance& again,
            const std::string& where) {
    for (const auto rules : {figure_rules(), std::span<const BetterRule>(kRules)}) {
      for (const BetterRule& rule : rules) {
        if (const auto better = rule.better(stored, again)) add(where + rule.member, *better);
      }
    }
    for (const auto& [member, list] : kLists) {
      if (!(stored.facts.*list).empty() || (again.facts.*list).empty()) continue;
      add(where + member, {"none", (again.facts.*list).front()});
    }
  }

  std::vector<std::string> take() { return std::move(found_); }

 private:
  void add(const std::string& member, const Better& better) {
    found_.push_back(
        fmt::format("{}: {}, where {} {}", member, better.stored, shown_by_, better.shown));
  }

  std::string_view shown_by_;
  std::vector<std::string> found_;
};

// Products that a board may be, or that are on it, each held as the board would be.
void hold_products(const std::optional<std::vector<DeclaredProduct>>& stored,
                   const std::optional<std::vector<DeclaredProduct>>& again,
                   const std::string& member, Understated& found) {
  if (!stored || !again) return;  // said of the chip
  for (const DeclaredProduct& product : *again) {
    const auto mine = std::ranges::find(*stored, product.chip, &DeclaredProduct::chip);
    if (mine == stored->end()) continue;  // as well
    found.hold(as_product({}, *mine), as_product({}, product),
               fmt::format("{}.{}.", member, product.chip.value));
  }
}

}  // namespace

std::vector<std::string> understated(const BoardPerformance& stored, const BoardPerformance& again,
                                     std::string_view shown_by) {
  Understated found(shown_by);
  found.hold(stored, again, "");
  hold_products(stored.candidates, again.candidates, "candidates", found);
  hold_products(stored.parts, again.parts, "parts", found);
  return found.take();
}

}  // namespace tpp
