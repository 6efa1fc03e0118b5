#include "agent/boards/stored_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "agent/boards/aggregate.h"
#include "agent/boards/declaration_fit.h"
#include "agent/boards/performance_check.h"
#include "agent/boards/same_silicon.h"
#include "agent/chips/catalog_override.h"
#include "agent/chips/catalog_row.h"
#include "agent/chips/row_differences.h"

namespace tpp {
namespace {

constexpr std::string_view kShownByShipped = "the shipped catalogue shows";

bool contains(const std::vector<std::string>& facts, const std::string& text) {
  return std::ranges::find(facts, text) != facts.end();
}

std::string row_text(const BoardPerformance& board) {
  return board.chip ? board.chip->value : "none (" + board.match_reason + ")";
}

// A board of the report, and what is found against it.
struct Held {
  const Catalog& shipped;
  Report& report;
  BoardPerformance& board;

  void differ(const std::string& text) const { differ(row_text(board), text); }
  void differ(const std::string& row, const std::string& text) const {
    report.findings.push_back(
        {.code = kRowDiffers,
         .finding_class = FindingClass::contradiction,
         .severity = Severity::warning,
         .subject = board.board.value,
         .message = fmt::format("row {}: {}; the report was made with another catalogue, or "
                                "changed: measure again",
                                row, text)});
  }

  // A fact that the board does not tell yet.
  bool add(const std::string& text, std::vector<std::string> BoardFacts::*list) const {
    if (contains(board.facts.*list, text)) return false;
    (board.facts.*list).push_back(text);
    return true;
  }

  void add(const std::string& row, const RowDifferences& found) const {
    for (const std::string& text : found.differs) {
      add(text, &BoardFacts::identity_differs);
      differ(row, text);
    }
    for (const std::string& text : found.raised) {
      add(text, &BoardFacts::confidence_raised);
      differ(row, text);
    }
  }
};

void hold_rows(const Held& held) {
  for (const ChipId& id : rows_of(held.board)) {
    const Chip* stored = row_of(held.report.chips, id);
    if (!stored) continue;
    held.add(id.value, from_shipped(held.shipped, *stored, compared_as_stored));
  }
}

// Why the shipped catalogue doubts the flag of a row: of that id, or that says the same by another.
std::optional<std::string> shipped_doubt(const Held& held, const ChipId& id) {
  if (const Chip* row = row_of(held.shipped.chips, id)) return datacenter_doubt(*row);
  const Chip* stored = row_of(held.report.chips, id);
  if (!stored) return std::nullopt;
  for (const Chip* row : shipped_rows(*stored, held.shipped)) {
    const auto doubt = datacenter_doubt(*row);
    if (doubt && says_the_same(compared_as_stored(*row, *stored))) return doubt;
  }
  return std::nullopt;
}

// What the flag of a row rests on is in no report's row.
void hold_datacenter(const Held& held) {
  const auto hold = [&](const ChipId& id, std::optional<bool> datacenter,
                        std::optional<std::string>& doubt) {
    if (datacenter != false || doubt) return;
    doubt = shipped_doubt(held, id);
    if (!doubt) return;
    held.differ(id.value, fmt::format("for datacenters: no without a doubt in the report, in the "
                                      "shipped catalogue in doubt ({})",
                                      *doubt));
  };
  BoardFacts& facts = held.board.facts;
  if (held.board.chip) hold(*held.board.chip, facts.datacenter, facts.datacenter_doubt);
  for (auto* products : {&held.board.candidates, &held.board.parts}) {
    if (!*products) continue;
    for (DeclaredProduct& one : **products) hold(one.chip, one.datacenter, one.datacenter_doubt);
  }
}

const Chip* row_of_report(const Held& held) {
  return held.board.chip ? row_of(held.report.chips, *held.board.chip) : nullptr;
}

// Another row than the shipped catalogue finds for such devices, unless it says the same.
void hold_choice(const BoardPerformance& theirs, const Held& held) {
  const Chip* stored = row_of_report(held);
  if (!stored || stored->id == theirs.chip) return;
  const Chip* row = row_of(held.shipped, theirs.chip);
  if (row && says_the_same(compared_as_stored(*row, *stored))) return;
  const std::string text = other_row(held.shipped, theirs, *stored, "the report");
  if (!text.empty() && held.add(text, &BoardFacts::identity_differs)) held.differ(text);
}

// Of a board without a row of its own each product has to be one that the shipped catalogue finds,
// and none of those may be missing.
void hold_products(const BoardPerformance& theirs, const Held& held) {
  if (held.board.chip || rows_of(held.board).empty()) return;  // one without is never below
  const auto tell = [&](const std::string& text) {
    if (!text.empty() && held.add(text, &BoardFacts::identity_differs)) held.differ(text);
  };
  const auto is_one = [&](const ChipId& found, const ChipId& id) {
    const Chip* row = row_of(held.shipped.chips, found);
    const Chip* stored = row_of(held.report.chips, id);
    return found == id || (row && stored && says_the_same(compared_as_stored(*row, *stored)));
  };
  const std::vector<ChipId> found = rows_of(theirs);
  const std::vector<ChipId> told = rows_of(held.board);
  bool all_found = true;
  for (const ChipId& id : told) {
    const Chip* stored = row_of(held.report.chips, id);
    if (!stored || std::ranges::any_of(found, [&](const ChipId& one) { return is_one(one, id); }))
      continue;
    all_found = false;
    tell(other_row(held.shipped, theirs, *stored, "the report"));
  }
  for (const ChipId& one : found) {
    const bool known = std::ranges::any_of(told, [&](const ChipId& id) { return is_one(one, id); });
    if (known || !all_found) continue;
    tell(fmt::format("row of the board: none in the report, {} in the shipped one", one.value));
  }
}

// A product that only the report knows, and by its name alone.
void hold_silicon(const Held& held) {
  const Chip* stored = row_of_report(held);
  if (!stored || !shipped_rows(*stored, held.shipped).empty()) return;
  held.add(stored->id.value, silicon_differences(held.shipped, held.report.inventory, held.board,
                                                 *stored, stored_compared_as_silicon));
}

// What its devices say against the shipped row; of names and architectures the rows of a report
// tell nothing. What they say against the report's own rows is for report_check to miss.
void hold_devices(const BoardPerformance& theirs, const BoardFacts& by_own_rows, const Held& held) {
  for (const std::string& text : theirs.facts.identity_differs) {
    if (contains(by_own_rows.identity_differs, text)) continue;
    const bool contradicts = contains(theirs.facts.units_differ, text);
    if (contradicts) held.add(text, &BoardFacts::units_differ);
    if (held.add(text, &BoardFacts::identity_differs)) held.differ(text);
  }
}

// The report's rows have no grid of vector units, and a report of an early version held nothing
// against it: what it does not tell is added. What it tells otherwise differs. A check that its own
// rows give is for report_check to miss.
void hold_grid(const BoardPerformance& theirs, const BoardFacts& by_own_rows, const Held& held) {
  const auto has = [](const std::vector<GridCheck>& grid, Precision precision) {
    return std::ranges::find(grid, precision, &GridCheck::precision) != grid.end();
  };
  const std::vector<GridCheck> told = held.board.facts.grid;
  for (const GridCheck& check : theirs.facts.grid) {
    if (has(by_own_rows.grid, check.precision)) continue;
    if (std::ranges::find(told, check) != told.end()) continue;
    held.board.facts.grid.push_back(check);
    if (!has(told, check.precision)) continue;
    const std::string text = fmt::format("facts.grid: another for {}, where the shipped row has {}",
                                         name(check.precision), describe(check));
    if (held.add(text, &BoardFacts::identity_differs)) held.differ(text);
  }
}

// Whether what the shipped catalogue finds for a board says what the report's rows say; under
// another id, too, where it is one row.
bool has_same_rows(const BoardPerformance& theirs, const Held& held) {
  const auto same = [&](const Chip* row, const Chip* stored) {
    return row && stored && says_the_same(compared_as_stored(*row, *stored));
  };
  if (held.board.chip) return same(row_of(held.shipped, theirs.chip), row_of_report(held));
  const std::vector<ChipId> ids = rows_of(theirs);
  return ids == rows_of(held.board) && std::ranges::all_of(ids, [&](const ChipId& id) {
           return same(row_of(held.shipped.chips, id), row_of(held.report.chips, id));
         });
}

// What the shipped rows show beside what a report keeps of them: by what grounds an identity fact
// agrees, what other products share it, how many of a row a board carries. What the report's own
// rows show as well is for report_check to tell.
void hold_facts(BoardPerformance theirs, BoardPerformance by_own_rows, const Held& held) {
  if (!has_same_rows(theirs, held)) return;  // the row differs, which is told
  theirs.chip = held.board.chip;
  by_own_rows.chip = held.board.chip;
  const auto known = understated(held.board, by_own_rows, kShownByShipped);
  for (const std::string& text : understated(held.board, theirs, kShownByShipped)) {
    if (!contains(known, text) && held.add(text, &BoardFacts::identity_differs)) held.differ(text);
  }
}

// A report does not keep how many of a row its board carries: without it the rest of the report
// shows a part of the board.
void add_copies_on_board(const Catalog& shipped, std::vector<Chip>& stored) {
  for (Chip& chip : stored) {
    const std::vector<const Chip*> rows = shipped_rows(chip, shipped);
    if (!rows.empty()) chip.details.copies_on_board = rows.front()->details.copies_on_board;
  }
}

const BoardPerformance* board_of(const std::vector<BoardPerformance>& boards, const BoardId& id) {
  const auto board = std::ranges::find(boards, id, &BoardPerformance::board);
  return board == boards.end() ? nullptr : &*board;
}

}  // namespace

std::vector<BoardPerformance> hold_stored_rows(const Catalog& shipped, Report& report) {
  add_copies_on_board(shipped, report.chips);
  const auto aggregated = [&](const Catalog& catalog) {
    return aggregate(report.inventory, report.measurements, catalog);
  };
  const std::vector<BoardPerformance> boards = aggregated(shipped);
  const std::vector<BoardPerformance> own = aggregated({shipped.known_through, report.chips, {}});
  const auto otherwise =
      shipped_otherwise({shipped, boards}, report.chips, report.performances, compared_as_stored);
  for (BoardPerformance& board : report.performances) {
    const Held held{shipped, report, board};
    hold_rows(held);
    hold_datacenter(held);
    hold_silicon(held);
    const BoardPerformance* theirs = board_of(boards, board.board);
    const BoardPerformance* by_own_rows = board_of(own, board.board);
    if (theirs == nullptr || by_own_rows == nullptr) continue;
    hold_choice(*theirs, held);
    hold_products(*theirs, held);
    hold_devices(*theirs, by_own_rows->facts, held);
    hold_grid(*theirs, by_own_rows->facts, held);
    hold_facts(*theirs, *by_own_rows, held);
  }
  return otherwise;
}

}  // namespace tpp
