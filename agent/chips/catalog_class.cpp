#include "agent/chips/catalog_class.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/boards/declared_board.h"
#include "agent/regulation/determine.h"
#include "agent/regulation/items.h"

namespace tpp {
namespace {

std::string classification_of(const ShortDetermination& result) {
  // What is open could be stricter than the class that is met; the rendered words say "at least".
  if (result.determination == DeterminationKind::undetermined) return "undetermined";
  if (!result.classes.empty()) return fmt::format("{}", fmt::join(result.classes, ", "));
  return result.determination == DeterminationKind::not_controlled ? "below" : "undetermined";
}

}  // namespace

CatalogLine class_of(const Chip& chip, const Catalog& catalog,
                     const std::vector<Edition>& in_force) {
  CatalogLine line;
  line.chip = &chip;
  const BoardPerformance board = declared_board(chip);
  if (const auto tpp = board.tpp.find(Basis::declared); tpp != board.tpp.end()) {
    line.tpp = tpp->second.value;
    line.precision = tpp->second.precision;
    line.confidence = tpp->second.confidence;
  }
  if (const auto density = board.density.find(Basis::declared); density != board.density.end()) {
    line.density = density->second;
    line.density_at_least = board.die_area_mm2->bound == Bound::at_most;
  }
  const ShortDetermination result = determine_shortly(chip_item(chip, catalog), in_force);
  line.classification = classification_of(result);
  line.rendered = result.rendered;
  line.class_note = chip.kind == DeviceKind::cpu
                        ? kHostCpuNote
                        : fmt::format("{}", fmt::join(result.letters, "; "));
  if (catalog.overridden.contains(chip.id)) {
    line.class_note += fmt::format("{}not the shipped row", line.class_note.empty() ? "" : "; ");
  }
  return line;
}

}  // namespace tpp
