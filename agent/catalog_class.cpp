#include "agent/catalog_class.h"

#include <algorithm>

#include "agent/aggregate.h"
#include "agent/classify.h"

namespace tpp {
namespace {

// One board with the devices that the row says, of which nothing but their name is known.
Inventory board_of(const Chip& chip) {
  Inventory inventory;
  Board board;
  board.id.value = chip.id.value;
  const int count = chip.devices_per_package * chip.packages_per_board;
  for (int index = 0; index < count; ++index) {
    Device device;
    // A host CPU is told by its id (is_host_cpu): the rules know no other CPU.
    device.id.value = (chip.kind == DeviceKind::cpu ? "cpu:" : "row:") + std::to_string(index);
    device.board = board.id;
    device.kind = chip.kind;
    device.name = chip.id.value;
    board.devices.push_back(device.id);
    inventory.devices.push_back(std::move(device));
  }
  inventory.boards.push_back(std::move(board));
  return inventory;
}

// The row alone, found by its id: no other row takes part, so that a listing stays linear.
Catalog only(const Chip& chip) {
  Catalog catalog;
  catalog.chips.push_back(chip);
  catalog.chips.front().pci_ids.clear();
  catalog.chips.front().reported_names = {chip.id.value};
  return catalog;
}

int rank_of(ClassificationKind kind) {
  switch (kind) {
    case ClassificationKind::controlled:
      return 3;
    case ClassificationKind::undetermined:
      return 2;
    case ClassificationKind::below:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

std::vector<Rule> rules_in_force(const std::vector<Rule>& rules, const std::string& as_of) {
  std::vector<Rule> in_force;
  std::ranges::copy_if(rules, std::back_inserter(in_force), [&](const Rule& rule) {
    return rule.in_force_from <= as_of && (!rule.in_force_to || as_of < *rule.in_force_to);
  });
  return in_force;
}

CatalogLine class_of(const Chip& chip, const std::vector<Rule>& in_force) {
  CatalogLine line;
  line.chip = &chip;
  const Inventory inventory = board_of(chip);
  const std::vector<BoardPerformance> boards = aggregate(inventory, {}, only(chip));
  const BoardPerformance& board = boards.front();
  if (const auto tpp = board.tpp.find(Basis::declared); tpp != board.tpp.end()) {
    line.tpp = tpp->second.value;
    line.precision = tpp->second.precision;
    line.confidence = tpp->second.confidence;
  }
  if (const auto density = board.density.find(Basis::declared); density != board.density.end()) {
    line.density = density->second;
  }
  int strictest = -1;
  for (const Rule& rule : in_force) {
    ClassifyOptions options;
    options.mode = PassMode::inventory;
    const Verdict verdict = classify(boards, inventory, rule, options).verdicts.front();
    if (rank_of(verdict.kind) <= strictest) continue;
    strictest = rank_of(verdict.kind);
    line.classification = verdict.classification;
    line.rendered = verdict.rendered;
  }
  return line;
}

}  // namespace tpp
