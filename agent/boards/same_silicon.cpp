#include "agent/boards/same_silicon.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/boards/board_parts.h"
#include "agent/chips/catalog_row.h"
#include "agent/chips/identify.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

bool told_by_pci_id(const BoardPerformance& board) {
  return std::ranges::find(board.facts.identity_agrees, kPciIdFact) !=
         board.facts.identity_agrees.end();
}

}  // namespace

std::vector<std::string> silicon_differences(const Catalog& shipped, const Inventory& inventory,
                                             const BoardPerformance& board, const Chip& given,
                                             CompareRows compare) {
  const auto own = std::ranges::find(inventory.boards, board.board, &Board::id);
  if (own == inventory.boards.end() || told_by_pci_id(board)) return {};
  const auto devices = collect_parts(inventory, *own, {}).devices;
  std::optional<std::vector<std::string>> first;
  for (const Chip* row : rows_of_silicon(shipped, devices)) {
    std::vector<std::string> differs = compare(*row, given).differs;
    if (differs.empty()) return {};
    for (std::string& text : differs) {
      text = fmt::format("{}, which has its units and memory ({})", text, row->id.value);
    }
    if (!first) first = std::move(differs);
  }
  return first.value_or(std::vector<std::string>());
}

void hold_against_silicon(const Catalog& shipped, const Catalog& catalog,
                          const Inventory& inventory, std::vector<BoardPerformance>& boards) {
  for (BoardPerformance& board : boards) {
    const Chip* given = row_of(catalog, board.chip);
    if (!given || !shipped_rows(*given, shipped).empty()) continue;
    for (const std::string& text :
         silicon_differences(shipped, inventory, board, *given, compared_as_silicon)) {
      add_once(text, board.facts.identity_differs);
    }
  }
}

}  // namespace tpp
