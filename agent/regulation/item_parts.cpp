#include "agent/regulation/item_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/model/names.h"

namespace tpp {
namespace {

// As an item of its own, of which nothing but the declaration is known.
ItemState state_of_part(const Asked& asked, const ItemPart& part, const Readings& readings,
                        Scope scope) {
  return item_state(asked.editions, part.values(readings), scope, {Doubt::none, asked.item.form});
}

std::string paragraphs_text(const std::vector<const Provision*>& provisions) {
  std::vector<std::string> paragraphs;
  for (const Provision* provision : provisions) paragraphs.push_back(provision->paragraph);
  return fmt::format("{}", fmt::join(paragraphs, ", "));
}

// Classes stand strictest first.
Presumption presumed_in(const ItemState& state) {
  for (const ClassState& one : state.classes) {
    if (one.truth != Truth::not_decided) continue;
    if (!one.presumed.empty()) {
      return {one.presumed.front()->rank, one.presumed.front()->paragraph};
    }
    if (one.presumed_whole) return {0, one.name};
  }
  return {};
}

Presumption met_in(const ItemState& state) {
  for (const ClassState& one : state.classes) {
    if (one.truth == Truth::met) return {one.met.front()->rank, paragraphs_text(one.met)};
  }
  return {};
}

std::string class_text(const Asked& asked, const ItemState& state) {
  const Presumption met = met_in(state);
  const std::string kind(enum_name(kind_of(asked, state)));
  if (!met.paragraphs.empty()) return fmt::format("{} ({})", kind, met.paragraphs);
  const Presumption presumed = presumed_in(state);
  if (presumed.paragraphs.empty()) return kind;
  return fmt::format("{}, presumed controlled ({})", kind, presumed.paragraphs);
}

}  // namespace

Presumption presumed_of(const Asked& asked, const ItemState& state, const Readings& readings,
                        Scope scope) {
  Presumption strictest = presumed_in(state);
  for (const auto* parts : {&asked.item.parts, &asked.item.shipped}) {
    for (const ItemPart& part : *parts) {
      const ItemState alone = state_of_part(asked, part, readings, scope);
      for (const Presumption& one : {met_in(alone), presumed_in(alone)}) {
        const bool first = strictest.paragraphs.empty() && !one.paragraphs.empty();
        if (first || one.rank > strictest.rank) strictest = one;
      }
    }
  }
  return strictest;
}

std::vector<std::string> notes_of_parts(const Asked& asked, const ItemState& state,
                                        const Readings& readings, Scope scope) {
  const auto words_of = [&](const std::vector<ItemPart>& parts) {
    std::vector<std::string> words;
    for (const ItemPart& part : parts) {
      const ItemState alone = state_of_part(asked, part, readings, scope);
      words.push_back(fmt::format("{}: {}", part.name, class_text(asked, alone)));
    }
    return words;
  };
  std::vector<std::string> notes;
  if (!asked.item.shipped.empty()) {
    notes.push_back(fmt::format("the shipped catalogue has it as {}",
                                fmt::join(words_of(asked.item.shipped), "; ")));
  }
  if (asked.item.parts.empty()) return notes;
  notes.push_back(fmt::format("its parts, each alone, by declared figures: {}",
                              fmt::join(words_of(asked.item.parts), "; ")));
  if (kind_of(asked, state) == DeterminationKind::undetermined) {
    notes.emplace_back(
        "its performance density (PD) is not known: areas of unlike parts are not added, and "
        "whether they share a board is doubtful");
  }
  return notes;
}

}  // namespace tpp
