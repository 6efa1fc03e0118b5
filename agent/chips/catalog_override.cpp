#include "agent/chips/catalog_override.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "agent/chips/catalog_row.h"
#include "agent/chips/maker_facts.h"
#include "agent/chips/row_differences.h"
#include "agent/support/add_once.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

const Chip* row_of(const Catalog& catalog, const std::optional<ChipId>& id) {
  return id ? row_of(catalog.chips, *id) : nullptr;
}

bool share_any(const std::vector<std::string>& ones, const std::vector<std::string>& others) {
  return std::ranges::any_of(ones, [&](const std::string& one) {
    return std::ranges::any_of(
        others, [&](const std::string& other) { return to_lower(one) == to_lower(other); });
  });
}

// Another id makes it no other product.
bool stands_for(const Chip& given, const Chip& shipped) {
  return share_any(given.pci_ids, shipped.pci_ids) ||
         share_any(given.reported_names, shipped.reported_names) ||
         (to_lower(given.vendor) == to_lower(shipped.vendor) &&
          to_lower(given.name) == to_lower(shipped.name));
}

template <class Value>
void append(std::vector<Value>& to, const std::vector<Value>& from) {
  for (const Value& value : from) add_once(value, to);
}

void add(const RowDifferences& found, BoardFacts& facts) {
  append(facts.identity_differs, found.differs);
  append(facts.confidence_raised, found.raised);
}

// The shipped catalogue finds several rows for a board, or another one or none where it has one
// that the given row stands for: then it is the catalogue given that made it fit.
void hold_unmatched(const Catalog& shipped, const BoardPerformance& theirs, const Chip& given,
                    BoardFacts& facts) {
  const bool known = std::ranges::any_of(shipped.chips, [&](const Chip& chip) {
    return chip.id == given.id || stands_for(given, chip);
  });
  const bool several = theirs.candidates && !theirs.candidates->empty();
  if (!known && !several) return;
  add_once(fmt::format("row of the board: {} in {}, {} in the shipped one", given.id.value,
                       kCatalogGiven,
                       theirs.chip ? theirs.chip->value : "none (" + theirs.match_reason + ")"),
           facts.identity_differs);
}

// What a board may be, or what is on it, decides its class as well as a row of its own.
void hold_products(const Catalog& shipped, const BoardPerformance& theirs, const Catalog& catalog,
                   BoardPerformance& board) {
  for (const auto* products : {&board.candidates, &board.parts}) {
    for (const DeclaredProduct& product : products->value_or(std::vector<DeclaredProduct>())) {
      const Chip* given = row_of(catalog, product.chip);
      const Chip* row = row_of(shipped, product.chip);
      if (given && row) add(compared(*row, *given), board.facts);
      if (given && !row) hold_unmatched(shipped, theirs, *given, board.facts);
    }
  }
}

// How a row differs from the shipped one of its id, else from each that it stands for.
RowDifferences from_shipped(const Catalog& shipped, const Chip& given,
                            RowDifferences (*compare)(const Chip& shipped, const Chip& given)) {
  if (const Chip* row = row_of(shipped.chips, given.id)) return compare(*row, given);
  std::optional<RowDifferences> first;
  for (const Chip& row : shipped.chips) {
    if (!stands_for(given, row)) continue;
    RowDifferences found = compare(row, given);
    if (says_the_same(found)) return {};
    if (!first) first = std::move(found);
  }
  return first.value_or(RowDifferences());
}

// What the devices of a stored report say of their maker, against the shipped row of the board's
// id: of an architecture a report's own rows tell nothing. Those that the report has among its
// facts are none.
std::vector<std::string> new_maker_differences(const Catalog& shipped, const Report& report,
                                               const BoardPerformance& board) {
  const Chip* row = row_of(shipped, board.chip);
  if (!row) return {};
  std::vector<const Device*> devices;
  for (const Device& device : report.inventory.devices) {
    if (device.board == board.board) devices.push_back(&device);
  }
  std::vector<std::string> found = maker_differences(*row, devices);
  std::erase_if(found, [&](const std::string& text) {
    const auto& told = board.facts.units_differ;
    return std::ranges::find(told, text) != told.end();
  });
  return found;
}

Finding row_differs(const BoardId& board, const ChipId& row, const std::string& text) {
  return {.code = kRowDiffers,
          .finding_class = FindingClass::contradiction,
          .severity = Severity::warning,
          .subject = board.value,
          .message = fmt::format("row {}: {}; the report was made with another catalogue, or "
                                 "changed: measure again",
                                 row.value, text)};
}

std::vector<ChipId> rows_of(const BoardPerformance& board) {
  std::vector<ChipId> rows;
  if (board.chip) rows.push_back(*board.chip);
  for (const auto* products : {&board.candidates, &board.parts}) {
    for (const DeclaredProduct& product : products->value_or(std::vector<DeclaredProduct>())) {
      add_once(product.chip, rows);
    }
  }
  return rows;
}

}  // namespace

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
    add(compared(*row, *given), facts);
  }
}

namespace {

// What the flag of a row rests on is in no report's row.
void hold_datacenter(const Catalog& shipped, BoardPerformance& board, Report& report) {
  const Chip* row = row_of(shipped, board.chip);
  BoardFacts& facts = board.facts;
  if (!row || facts.datacenter != false || facts.datacenter_doubt) return;
  facts.datacenter_doubt = datacenter_doubt(*row);
  if (!facts.datacenter_doubt) return;
  report.findings.push_back(
      row_differs(board.board, *board.chip,
                  fmt::format("for datacenters: no without a doubt in the report, in the shipped "
                              "catalogue in doubt ({})",
                              *facts.datacenter_doubt)));
}

}  // namespace

void hold_against_shipped(const Catalog& shipped, Report& report) {
  for (BoardPerformance& board : report.performances) {
    for (const ChipId& id : rows_of(board)) {
      const Chip* stored = row_of(report.chips, id);
      if (!stored) continue;
      const RowDifferences found = from_shipped(shipped, *stored, compared_as_stored);
      add(found, board.facts);
      for (const auto* words : {&found.differs, &found.raised}) {
        for (const std::string& text : *words) {
          report.findings.push_back(row_differs(board.board, id, text));
        }
      }
    }
    hold_datacenter(shipped, board, report);
    for (const std::string& text : new_maker_differences(shipped, report, board)) {
      add_once(text, board.facts.identity_differs);
      add_once(text, board.facts.units_differ);
      report.findings.push_back(row_differs(board.board, *board.chip, text));
    }
  }
}

}  // namespace tpp
