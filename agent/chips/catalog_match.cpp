#include "agent/chips/catalog_match.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "agent/chips/catalog_row.h"
#include "agent/chips/identify.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

using Rows = std::vector<const Chip*>;

bool contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::ranges::find(ids, to_lower(id)) != ids.end();
}

// "2 rows (a, b)"
std::string rows_text(const Rows& rows) {
  constexpr std::size_t kShown = 6;
  std::string ids;
  for (std::size_t i = 0; i < std::min(kShown, rows.size()); ++i) {
    ids += (i == 0 ? "" : ", ") + rows[i]->id.value;
  }
  if (rows.size() > kShown) ids += ", ...";
  return rows.empty() ? "no row"
                      : fmt::format("{} row{} ({})", rows.size(), rows.size() == 1 ? "" : "s", ids);
}

template <class Predicate>
Rows rows_where(const Catalog& catalog, Predicate predicate) {
  Rows rows;
  for (const Chip& chip : catalog.chips) {
    if (predicate(chip)) rows.push_back(&chip);
  }
  return rows;
}

// The catalogue without the rows of the PCI id that have another subsystem id than the one given.
// Makers of boards give subsystem ids as they like, so that one means nothing without the PCI id.
Catalog narrowed_by_subsystem(const Catalog& catalog, const DeviceClues& clues,
                              std::vector<std::string>& steps) {
  if (!clues.subsystem || !clues.pci_id) return catalog;
  const auto has = [&](const Chip& chip) {
    return contains(chip.details.subsystem_ids, *clues.subsystem) &&
           contains(chip.pci_ids, *clues.pci_id);
  };
  const Rows with = rows_where(catalog, has);
  steps.push_back(fmt::format("subsystem {}: {}", *clues.subsystem, rows_text(with)));
  if (with.empty()) return catalog;
  Catalog narrowed;
  narrowed.known_through = catalog.known_through;
  for (const Chip& chip : catalog.chips) {
    if (!contains(chip.pci_ids, *clues.pci_id) || has(chip)) {
      narrowed.chips.push_back(chip);
    }
  }
  return narrowed;
}

Device device_of(const DeviceClues& clues, DeviceKind kind) {
  Device device;
  device.id.value = kind == DeviceKind::cpu ? "cpu:0" : "device";
  device.kind = kind;
  device.name = clues.name.value_or("");
  device.pci_id = clues.pci_id;
  device.units = clues.units;
  if (clues.memory_bytes) device.memory_bytes = static_cast<std::uint64_t>(*clues.memory_bytes);
  return device;
}

Identity identify_as(const Catalog& catalog, const DeviceClues& clues, DeviceKind kind) {
  Board board;
  board.id.value = "board";
  const Device device = device_of(clues, kind);
  return match_chip(catalog, board, {&device});
}

// Whether whole words of `text` are `words`: "instinct mi300x" has "mi300x", and not "mi300".
bool has_words(const std::string& text, const std::string& words) {
  return !words.empty() && (" " + text + " ").find(" " + words + " ") != std::string::npos;
}

}  // namespace

CatalogMatch match_row(const Catalog& catalog, const DeviceClues& clues) {
  CatalogMatch match;
  match.clues = clues;
  if (clues.pci_id) {
    const Rows rows = rows_where(
        catalog, [&](const Chip& chip) { return contains(chip.pci_ids, *clues.pci_id); });
    match.steps.push_back(fmt::format("PCI id {}: {}", *clues.pci_id, rows_text(rows)));
  }
  const Catalog narrowed = narrowed_by_subsystem(catalog, clues, match.steps);
  Identity identity = identify_as(narrowed, clues, DeviceKind::gpu);
  // A host processor has no PCI id; whether a part is one cannot be seen from its name.
  const bool none = identity.chip == nullptr && identity.candidates.empty();
  if (none && !clues.pci_id) identity = identify_as(narrowed, clues, DeviceKind::cpu);
  // What a driver reports is not always what the product is called.
  const bool by_name = clues.name && !clues.pci_id && !clues.subsystem;
  if (!identity.chip && identity.candidates.empty() && by_name) {
    identity.chip = find_row(narrowed, *clues.name);
    if (identity.chip) identity.reason = fmt::format("by product name '{}'", *clues.name);
  }
  match.reason = identity.reason;
  if (identity.chip) match.chip = row_of(catalog.chips, identity.chip->id);
  for (const Chip* candidate : identity.candidates) {
    match.candidates.push_back(row_of(catalog.chips, candidate->id));
  }
  match.agrees = identity.agrees;
  match.missing = identity.missing;
  match.differs = identity.differs;
  return match;
}

const Chip* find_row(const Catalog& catalog, const std::string& id_or_name) {
  const std::string wanted = to_lower(trim(id_or_name));
  const auto named = [&](const std::string& name) { return to_lower(name) == wanted; };
  Rows exact;
  Rows part;
  for (const Chip& chip : catalog.chips) {
    if (chip.id.value == wanted) return &chip;
    const std::string full = to_lower(chip.vendor + " " + chip.name);
    const bool fits =
        named(chip.name) || full == wanted || std::ranges::any_of(chip.reported_names, named);
    if (fits) exact.push_back(&chip);
    if (has_words(full, wanted)) part.push_back(&chip);
  }
  if (exact.size() == 1) return exact.front();
  return exact.empty() && part.size() == 1 ? part.front() : nullptr;
}

std::vector<std::string> similar_rows(const Catalog& catalog, const std::string& wanted,
                                      std::size_t most) {
  const std::string word = to_lower(wanted);
  std::vector<std::string> ids;
  const auto add = [&](const std::string& id) {
    const bool fresh = std::ranges::find(ids, id) == ids.end();
    if (!id.empty() && fresh && ids.size() < most) ids.push_back(id);
  };
  // Names of which the words are a part come first: "nvidia h100" means all of them.
  for (const Chip& chip : catalog.chips) {
    const std::string full = to_lower(chip.vendor + " " + chip.name);
    if (full.find(word) != std::string::npos || has_words(full, word) ||
        chip.id.value.find(word) != std::string::npos) {
      add(chip.id.value);
    }
  }
  if (!ids.empty()) return ids;
  std::vector<std::string> all;
  for (const Chip& chip : catalog.chips) all.push_back(chip.id.value);
  add(closest(word, all));
  for (const Chip& chip : catalog.chips) {
    if (!closest(word, {to_lower(chip.name)}).empty()) add(chip.id.value);
  }
  return ids;
}

const Chip& chip_named(const Catalog& catalog, const std::string& option,
                       const std::string& id_or_name) {
  if (const Chip* chip = find_row(catalog, id_or_name)) return *chip;
  constexpr std::size_t kNamed = 6;
  const auto near = similar_rows(catalog, id_or_name, kNamed);
  throw UsageError(
      fmt::format("{}: '{}' is no id or name of one chip of the catalogue; {}", option, id_or_name,
                  near.empty() ? "`tpp-agent catalog list` names all"
                               : fmt::format("did you mean {}?", fmt::join(near, ", "))));
}

}  // namespace tpp
