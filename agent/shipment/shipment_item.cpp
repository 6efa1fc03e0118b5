#include "agent/shipment/shipment_item.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/shipment/chips_on_board.h"
#include "agent/shipment/shipment_foundry.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

std::optional<double> figure(const BasisValues& basis, RuleQuantity quantity) {
  const Quantified* found = figure_for(basis, quantity);
  return found ? std::optional(found->value) : std::nullopt;
}

// Declared before achieved, since the rules assume what is claimed; never inferred. A second
// declared figure is one from memory, which is higher.
void add_figures(const BoardValues& values, ShipmentPart& part) {
  part.planar = values.planar;
  for (const Basis wanted : {Basis::declared, Basis::achieved}) {
    for (const BasisValues& basis : values.bases) {
      const Quantified* tpp = figure_for(basis, RuleQuantity::tpp);
      if (!tpp || basis.basis != wanted) continue;
      if (part.tpp) {
        if (wanted == Basis::declared && tpp->value > *part.tpp) {
          part.tpp_doubt = fmt::format("at least that: {:g} by a figure from memory", tpp->value);
        }
        continue;
      }
      part.tpp = tpp->value;
      part.density = figure(basis, RuleQuantity::pd);
      if (tpp->weight == Weight::over) part.tpp_doubt = "a lower bound";
      if (tpp->weight == Weight::nothing) part.tpp_doubt = "from memory";
    }
  }
}

// A stack of memory has no TPP, and a design is no hardware that was counted.
void add_tpp(const BoardValues& values, const ShipmentPart& part, ShipmentItem& item) {
  if (values.item == ItemKind::memory || item.kind == ShipmentItemKind::technology) return;
  item.counted = true;
  if (!part.tpp) {
    item.tpp.missing.push_back(fmt::format("{}: TPP unknown", part.determination.subject));
    return;
  }
  if (!part.tpp_doubt.empty()) {
    item.tpp.missing.push_back(
        fmt::format("{}: TPP {}", part.determination.subject, part.tpp_doubt));
  }
  item.tpp.add(static_cast<double>(item.quantity) * part.per_unit * *part.tpp);
}

// "4A090.a; NVIDIA H100: 3A090.a (...)": entries that follow from the form, then what decides.
std::string rendered(const ShipmentItem& item) {
  const ShipmentPart* strictest = &item.parts.front();
  std::vector<std::string> entries;
  for (const ShipmentPart& part : item.parts) {
    if (part.determination.determination < strictest->determination.determination) {
      strictest = &part;
    }
    for (const OtherControlResult& control : part.determination.other_controls) {
      const bool follows =
          control.kind == OtherControlKind::candidate && control.status == "applies";
      if (follows) add_once(control.name, entries);
    }
  }
  std::string text = strictest->determination.rendered;
  if (item.kind == ShipmentItemKind::computer) {
    text = fmt::format("{}: {}", strictest->determination.subject, text);
  }
  return entries.empty() ? text : fmt::format("{}; {}", fmt::join(entries, ", "), text);
}

void add_notes(ShipmentItem& item) {
  if (item.kind == ShipmentItemKind::computer) {
    item.notes.emplace_back(
        "held against the rules by each circuit that it is said to contain, never by their sum; "
        "what the manifest leaves out was not looked at");
  }
  if (item.kind == ShipmentItemKind::technology) {
    item.notes.emplace_back(
        "technology follows the item that it is of: class and licence are worked out for that "
        "item, without the exceptions that are for items alone; it counts in no sum of TPP and is "
        "not of the hardware layer");
  }
}

// What all chips of a computer would add to a board, where it has more than one kind of them: then
// nothing says that the kinds are not on the same board.
BoardShare share_of_all(const std::vector<ResolvedPart>& parts, const ItemContext& context) {
  BoardShare share;
  if (std::ranges::count(parts, true, &ResolvedPart::shares_board) < 2) return share;
  const Determination any = determine(parts.front().item, context.book.editions,
                                      context.book.countries, context.question);
  for (const ResolvedPart& part : parts) {
    if (part.shares_board) add_share(part.item, part.per_unit, any.readings, share);
  }
  return share;
}

// Whether some comparison of another control turns between the two ends. Each by itself turns at
// most once from few chips to many, so that where none does, nothing between ends otherwise.
bool some_turns(const Determination& alone, const Determination& together) {
  const auto truths = [](const Determination& determination) {
    std::vector<Truth> all;
    for (const OtherControlResult& control : determination.other_controls) {
      for (const Comparison& row : control.comparisons) all.push_back(row.truth);
    }
    return all;
  };
  return truths(alone) != truths(together);
}

// Whether some other count of the chip on one board ends otherwise. Classes do not, between two
// ends that are alike; a duty between two limits may. No board has more chips than are looked at
// here.
bool ends_otherwise(const ResolvedPart& source, const Determination& alone,
                    const ItemContext& context) {
  constexpr int kMostLookedAt = 72;
  for (int count = 2; count < std::min(source.per_unit, kMostLookedAt); ++count) {
    const Item board = on_one_board(source.item, count);
    const Determination other =
        determine(board, context.book.editions, context.book.countries, context.question);
    if (!same_end(alone, other)) return true;
  }
  return false;
}

// Chips of which it is not said how many sit on one board are held against the rules in every way:
// one by itself, all of them together, and so many as lie between; where the ends differ, the
// answer is open.
Determination determine_part(const ResolvedPart& source, const BoardShare& all,
                             const ItemContext& context) {
  const auto ask = [&](const Item& item) {
    return determine(item, context.book.editions, context.book.countries, context.question);
  };
  if (source.per_board) return ask(on_one_board(source.item, *source.per_board));
  Determination alone = ask(source.item);
  if (!source.shares_board) return alone;
  if (source.per_unit == 1 && all.empty()) return alone;
  BoardShare others = all;
  if (!all.empty()) add_share(source.item, -source.per_unit, alone.readings, others);
  const Determination together =
      ask(with_others(on_one_board(source.item, source.per_unit), others));
  const bool between = some_turns(alone, together) && ends_otherwise(source, alone, context);
  if (same_end(alone, together) && !between) return alone;
  Item open = at_least_on_board(source.item);
  open.notes.push_back(fmt::format(
      "not said how many of the {} sit on one board{}, which the rules count whole: give "
      "per_board; one a board: {}; all on one: {}",
      source.per_unit, all.empty() ? "" : ", and with which other chips", alone.rendered,
      together.rendered));
  return ask(open);
}

ShipmentPart answer_part(const ResolvedPart& source, const BoardShare& all,
                         const ItemContext& context) {
  ShipmentPart part;
  part.determination = determine_part(source, all, context);
  part.per_board = source.per_board;
  part.model = source.model;
  part.chip = source.chip;
  part.per_unit = source.per_unit;
  part.evidence = source.evidence;
  return part;
}

}  // namespace

ShipmentItem answer_item(const ResolvedItem& resolved, const ItemContext& context) {
  ShipmentItem item;
  item.name = resolved.name;
  item.kind = resolved.kind;
  item.quantity = resolved.quantity;
  item.unit_value = resolved.unit_value;
  item.us_content_value = resolved.us_content_value;
  item.supplier_countries = resolved.supplier_countries;
  item.determination = DeterminationKind::not_controlled;
  const BoardShare all = share_of_all(resolved.parts, context);
  for (const ResolvedPart& source : resolved.parts) {
    ShipmentPart part = answer_part(source, all, context);
    // By the readings that the determination was made with, so that the two show one figure.
    const BoardValues values = source.item.values(part.determination.readings);
    add_figures(values, part);
    add_tpp(values, part, item);
    // The enumeration begins with the strictest.
    item.determination = std::min(item.determination, part.determination.determination);
    item.parts.push_back(std::move(part));
  }
  item.rendered = rendered(item);
  if (item.kind == ShipmentItemKind::technology) {
    item.foundry = foundry_answers(context.in_force, context.parties, context.day);
  }
  add_notes(item);
  return item;
}

}  // namespace tpp
