#include "agent/chips/catalog_override.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "agent/chips/catalog_row.h"
#include "agent/support/add_once.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

template <class Value>
void append(std::vector<Value>& to, const std::vector<Value>& from) {
  for (const Value& value : from) add_once(value, to);
}

void hold_unmatched(const Catalog& shipped, const BoardPerformance& theirs, const Chip& given,
                    BoardFacts& facts) {
  const std::string text = other_row(shipped, theirs, given, kCatalogGiven);
  if (!text.empty()) add_once(text, facts.identity_differs);
}

// What a board may be, or what is on it, decides its class as well as a row of its own.
void hold_products(const Catalog& shipped, const BoardPerformance& theirs, const Catalog& catalog,
                   BoardPerformance& board) {
  for (const auto* products : {&board.candidates, &board.parts}) {
    for (const DeclaredProduct& product : products->value_or(std::vector<DeclaredProduct>())) {
      const Chip* given = row_of(catalog, product.chip);
      const Chip* row = row_of(shipped, product.chip);
      if (given && row) add_differences(compared(*row, *given), board.facts);
      if (given && !row) hold_unmatched(shipped, theirs, *given, board.facts);
    }
  }
}

// Whether every row of the board says in both catalogues the same.
bool says_the_same(const std::vector<ChipId>& ids, const Catalog& shipped,
                   const std::vector<Chip>& rows, CompareRows compare) {
  return std::ranges::all_of(ids, [&](const ChipId& id) {
    const Chip* theirs = row_of(shipped.chips, id);
    const Chip* given = row_of(rows, id);
    return theirs && given && says_the_same(compare(*theirs, *given));
  });
}

}  // namespace

void add_differences(const RowDifferences& found, BoardFacts& facts) {
  append(facts.identity_differs, found.differs);
  append(facts.confidence_raised, found.raised);
}

std::string other_row(const Catalog& shipped, const BoardPerformance& theirs, const Chip& given,
                      std::string_view from) {
  const bool known = std::ranges::any_of(shipped.chips, [&](const Chip& chip) {
    return chip.id == given.id || stands_for(given, chip);
  });
  if (!known && rows_of(theirs).empty()) return "";
  return fmt::format("row of the board: {} in {}, {} in the shipped one", given.id.value, from,
                     theirs.chip ? theirs.chip->value : "none (" + theirs.match_reason + ")");
}

void mark_overridden(const Catalog& shipped, Catalog& catalog) {
  for (const Chip& chip : catalog.chips) {
    RowDifferences found = from_shipped(shipped, chip, compared);
    if (!says_the_same(found)) catalog.overridden.insert_or_assign(chip.id, std::move(found));
  }
}

void hold_against_shipped(const BoardsByCatalog& shipped, const Catalog& catalog,
                          std::vector<BoardPerformance>& boards) {
  TPP_CHECK(shipped.boards.size() == boards.size());
  for (std::size_t i = 0; i < boards.size(); ++i) {
    const BoardPerformance& theirs = shipped.boards[i];
    BoardFacts& facts = boards[i].facts;
    const Chip* given = row_of(catalog, boards[i].chip);
    hold_products(shipped.catalog, theirs, catalog, boards[i]);
    if (!given) continue;
    const Chip* row = row_of(shipped.catalog, theirs.chip);
    if (!row) {
      hold_unmatched(shipped.catalog, theirs, *given, facts);
      continue;
    }
    append(facts.grid, theirs.facts.grid);
    append(facts.units_differ, theirs.facts.units_differ);
    append(facts.identity_differs, theirs.facts.identity_differs);
    append(facts.undeclared, theirs.facts.undeclared);
    add_differences(compared(*row, *given), facts);
  }
}

std::vector<BoardPerformance> shipped_otherwise(const BoardsByCatalog& shipped,
                                                const std::vector<Chip>& rows,
                                                const std::vector<BoardPerformance>& boards,
                                                CompareRows compare) {
  std::vector<BoardPerformance> otherwise;
  for (const BoardPerformance& theirs : shipped.boards) {
    const std::vector<ChipId> ids = rows_of(theirs);
    const auto own = std::ranges::find(boards, theirs.board, &BoardPerformance::board);
    if (ids.empty() || own == boards.end()) continue;
    const bool same = rows_of(*own) == ids && says_the_same(ids, shipped.catalog, rows, compare);
    if (!same) otherwise.push_back(theirs);
  }
  return otherwise;
}

}  // namespace tpp
