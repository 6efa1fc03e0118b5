#include "agent/shipment/chips_on_board.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/support/decimal.h"

namespace tpp {
namespace {

constexpr std::array kAddedUp = {RuleQuantity::tpp, RuleQuantity::tops,
                                 RuleQuantity::dram_bandwidth};

bool adds_up(RuleQuantity quantity) {
  return std::ranges::find(kAddedUp, quantity) != kAddedUp.end();
}

// The values of `item` with each figure that adds up changed.
template <class Change>
void change_values(Item& item, Change change) {
  item.values = [inner = std::move(item.values), change](const Readings& readings) {
    BoardValues values = inner(readings);
    for (BasisValues& basis : values.bases) {
      for (auto& [quantity, figure] : basis.figures) {
        if (adds_up(quantity)) change(figure);
      }
    }
    return values;
  };
}

void raise(Quantified& figure, double more) {
  figure.value = without_noise(figure.value + more);
  figure.interval = {figure.interval.low + more, figure.interval.high + more};
}

void add_others(const BoardShare& others, BasisValues& basis) {
  const Quantified* found = figure_for(basis, RuleQuantity::tpp);
  const double alone = found ? found->value : 0;
  for (auto& [quantity, figure] : basis.figures) {
    const auto more = others.figures.find(quantity);
    if (more != others.figures.end() && more->second > 0) raise(figure, more->second);
    // What the others add and nobody knows: the sum is that or more.
    const auto unknown = others.not_known.find(quantity);
    const bool more_unknown = unknown != others.not_known.end() && unknown->second > 0;
    if (more_unknown && figure.weight == Weight::both) figure.weight = Weight::over;
  }
  const auto density = basis.figures.find(RuleQuantity::pd);
  if (density == basis.figures.end()) return;
  if (!(alone > 0)) {
    basis.figures.erase(density);  // by which area is no longer to be seen
    return;
  }
  raise(density->second, density->second.value * (found->value / alone - 1));
}

bool same_licence(const std::optional<Licence>& one, const std::optional<Licence>& other) {
  if (!one || !other) return one.has_value() == other.has_value();
  return one->decides.same_answer(other->decides) && one->beside.same_answer(other->beside);
}

}  // namespace

Item on_one_board(const Item& chip, int count) {
  Item board = chip;
  change_values(board, [count](Quantified& figure) {
    figure.value = without_noise(figure.value * count);
    figure.interval = {figure.interval.low * count, figure.interval.high * count};
  });
  if (count == 1) return board;
  if (!board.stage.empty()) board.stage = "board";
  board.figures = [inner = chip.figures, count](const Readings& readings) {
    std::vector<GivenFigure> figures = inner(readings);
    for (GivenFigure& figure : figures) {
      if (!adds_up(figure.quantity) || !figure.value) continue;
      figure.value = without_noise(*figure.value * count);
      figure.origin += fmt::format(", x {} on one board", count);
    }
    return figures;
  };
  return board;
}

void add_share(const Item& chip, int count, const Readings& readings, BoardShare& share) {
  std::map<RuleQuantity, double> largest;
  for (const BasisValues& basis : chip.values(readings).bases) {
    for (const auto& [quantity, figure] : basis.figures) {
      if (adds_up(quantity)) largest[quantity] = std::max(largest[quantity], figure.value);
    }
  }
  for (const RuleQuantity quantity : kAddedUp) {
    const auto known = largest.find(quantity);
    if (known == largest.end()) {
      share.not_known[quantity] += count;
    } else {
      share.figures[quantity] += known->second * count;
    }
  }
}

Item with_others(const Item& chip, const BoardShare& others) {
  Item board = chip;
  board.values = [inner = chip.values, others](const Readings& readings) {
    BoardValues values = inner(readings);
    for (BasisValues& basis : values.bases) add_others(others, basis);
    return values;
  };
  return board;
}

Item at_least_on_board(const Item& chip) {
  Item open = chip;
  change_values(open, [](Quantified& figure) {
    if (figure.weight == Weight::both) figure.weight = Weight::over;
  });
  return open;
}

bool same_end(const Determination& one, const Determination& other) {
  const auto same_class = [](const ItemClassResult& a, const ItemClassResult& b) {
    return a.name == b.name && a.truth == b.truth;
  };
  const auto same_control = [](const OtherControlResult& a, const OtherControlResult& b) {
    return a.name == b.name && a.status == b.status;
  };
  return one.determination == other.determination && one.paragraphs == other.paragraphs &&
         std::ranges::equal(one.item_classes, other.item_classes, same_class) &&
         std::ranges::equal(one.other_controls, other.other_controls, same_control) &&
         same_licence(one.licence, other.licence);
}

}  // namespace tpp
