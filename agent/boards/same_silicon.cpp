#include "agent/boards/same_silicon.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "agent/boards/board_parts.h"
#include "agent/chips/catalog_override.h"
#include "agent/chips/catalog_row.h"
#include "agent/chips/identify.h"

namespace tpp {
namespace {

bool told_by_pci_id(const BoardPerformance& board) {
  return std::ranges::find(board.facts.identity_agrees, kPciIdFact) !=
         board.facts.identity_agrees.end();
}

void say_whose(const Chip& row, std::vector<std::string>& texts) {
  for (std::string& text : texts) {
    text = fmt::format("{}, which has its units and memory ({})", text, row.id.value);
  }
}

}  // namespace

RowDifferences silicon_differences(const Catalog& shipped, const Inventory& inventory,
                                   const BoardPerformance& board, const Chip& given,
                                   CompareRows compare) {
  const auto own = std::ranges::find(inventory.boards, board.board, &Board::id);
  if (own == inventory.boards.end() || told_by_pci_id(board)) return {};
  const auto devices = collect_parts(inventory, *own, {}).devices;
  std::optional<RowDifferences> first;
  for (const Chip* row : rows_of_silicon(shipped, devices)) {
    RowDifferences found = compare(*row, given);
    if (says_the_same(found)) return {};
    if (first) continue;
    first = std::move(found);
    say_whose(*row, first->differs);
    say_whose(*row, first->raised);
  }
  return first.value_or(RowDifferences());
}

void hold_against_silicon(const Catalog& shipped, const Catalog& catalog,
                          const Inventory& inventory, std::vector<BoardPerformance>& boards) {
  for (BoardPerformance& board : boards) {
    const Chip* given = row_of(catalog, board.chip);
    if (!given || !shipped_rows(*given, shipped).empty()) continue;
    add_differences(silicon_differences(shipped, inventory, board, *given, compared_as_silicon),
                    board.facts);
  }
}

}  // namespace tpp
