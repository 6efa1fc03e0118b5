#include "agent/chips/catalog_override.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>

#include "agent/chips/catalog_row.h"
#include "agent/model/names.h"
#include "agent/support/add_once.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

// What the shipped row and the one given say of one thing, in words.
void differ(const std::string& what, const std::string& given, const std::string& shipped,
            BoardFacts& facts) {
  add_once(
      fmt::format("{}: {} in the catalogue given, {} in the shipped one", what, given, shipped),
      facts.identity_differs);
}

// How a reader writes it: 1.83e9 as "1830 MHz".
struct Shown {
  double scale;
  const char* unit;  // with the space before it
};
constexpr Shown kPlain{1, ""};
constexpr Shown kTera{1e12, " T"};

std::string value_text(const Figure* figure, const Shown& shown) {
  if (!figure) return "none";
  return fmt::format("{}{:.6g}{}", figure->bound ? "at most " : "", figure->value / shown.scale,
                     shown.unit);
}

bool same_value(const Figure* one, const Figure* other) {
  return one && other ? one->value == other->value && one->bound == other->bound : one == other;
}

// The user's word for a figure that nobody found a source for, as long as its value is not new.
bool raised(const Figure* shipped, const Figure* given) {
  return shipped && given && shipped->confidence == Confidence::recall &&
         given->confidence != Confidence::recall;
}

void add_raised(const std::string& what, const Figure& given, BoardFacts& facts) {
  add_once(fmt::format("{}: {} in the catalogue given, from memory in the shipped one", what,
                       enum_name(given.confidence)),
           facts.confidence_raised);
}

struct FigureRow {
  const char* what;
  std::optional<Figure> Chip::*member;
  Shown shown;
};
constexpr FigureRow kFigures[] = {
    {"units", &Chip::units, kPlain},
    {"memory size", &Chip::memory_bytes, {1e9, " GB"}},
    {"memory bandwidth", &Chip::memory_bandwidth, {1e9, " GB/s"}},
    {"applicable die area", &Chip::applicable_die_area_mm2, {1, " mm2"}},
    {"area of the dies that compute", &Chip::computing_die_area_mm2, {1, " mm2"}},
    {"boost clock", &Chip::boost_clock_hz, {1e6, " MHz"}},
    {"matrix clock", &Chip::matrix_clock_hz, {1e6, " MHz"}},
};

struct TableRow {
  const char* what;
  std::map<Precision, Figure> Chip::*member;
  Shown shown;
};
constexpr TableRow kTables[] = {
    {"declared rates", &Chip::declared, kTera},
    {"declared vector rates", &Chip::declared_vector, kTera},
    {"operations per clock and unit", &Chip::per_clock_per_unit, kPlain},
};

const Figure* figure_of(const std::map<Precision, Figure>& table, Precision precision) {
  const auto found = table.find(precision);
  return found == table.end() ? nullptr : &found->second;
}

void compare_figures(const Chip& shipped, const Chip& given, BoardFacts& facts) {
  const auto pointer = [](const std::optional<Figure>& figure) {
    return figure ? &*figure : nullptr;
  };
  for (const FigureRow& row : kFigures) {
    const Figure* theirs = pointer(shipped.*row.member);
    const Figure* mine = pointer(given.*row.member);
    if (!same_value(theirs, mine))
      differ(row.what, value_text(mine, row.shown), value_text(theirs, row.shown), facts);
    if (raised(theirs, mine)) add_raised(row.what, *mine, facts);
  }
}

// One line a table: another product would give one a precision.
void compare_tables(const Chip& shipped, const Chip& given, BoardFacts& facts) {
  for (const TableRow& table : kTables) {
    std::vector<std::string> theirs;
    std::vector<std::string> mine;
    std::vector<std::string_view> known;
    for (const PrecisionInfo& row : precisions()) {
      const Figure* one = figure_of(shipped.*table.member, row.precision);
      const Figure* other = figure_of(given.*table.member, row.precision);
      if (raised(one, other)) known.push_back(row.name);
      if (same_value(one, other)) continue;
      theirs.push_back(fmt::format("{} {}", row.name, value_text(one, table.shown)));
      mine.push_back(fmt::format("{} {}", row.name, value_text(other, table.shown)));
    }
    if (!known.empty()) {
      const Figure* first = figure_of(given.*table.member, *parse_precision(known.front()));
      add_raised(fmt::format("{} in {}", table.what, fmt::join(known, ", ")), *first, facts);
    }
    if (theirs.empty()) continue;
    differ(table.what, fmt::format("{}", fmt::join(mine, ", ")),
           fmt::format("{}", fmt::join(theirs, ", ")), facts);
  }
}

void compare_layout(const Chip& shipped, const Chip& given, BoardFacts& facts) {
  const auto word = [](std::optional<bool> value) {
    return !value ? "not known" : *value ? "yes" : "no";
  };
  const auto datacenter = [](const Chip& chip) {
    return chip.datacenter ? "yes" : datacenter_doubt(chip) ? "no, in doubt" : "no";
  };
  if (std::string_view(datacenter(shipped)) != datacenter(given)) {
    differ("datacenter", datacenter(given), datacenter(shipped), facts);
  }
  if (shipped.nonplanar != given.nonplanar) {
    differ("non-planar dies", word(given.nonplanar), word(shipped.nonplanar), facts);
  }
  const auto devices = [](const Chip& chip) {
    return fmt::format("{} x {}", chip.devices_per_package, chip.packages_per_board);
  };
  if (devices(shipped) != devices(given)) {
    differ("devices x packages", devices(given), devices(shipped), facts);
  }
  const int on_board = given.details.copies_on_board;
  if (on_board != shipped.details.copies_on_board) {
    differ("copies on the board", fmt::format("{}", on_board),
           fmt::format("{}", shipped.details.copies_on_board), facts);
  }
  const std::set<std::string> theirs(shipped.pci_ids.begin(), shipped.pci_ids.end());
  const std::set<std::string> mine(given.pci_ids.begin(), given.pci_ids.end());
  if (theirs != mine) {
    differ("PCI ids", fmt::format("{}", fmt::join(mine, " ")),
           fmt::format("{}", fmt::join(theirs, " ")), facts);
  }
}

const Chip* row_of(const Catalog& catalog, const std::optional<ChipId>& id) {
  return id ? row_of(catalog.chips, *id) : nullptr;
}

bool share_pci_id(const Chip& one, const Chip& other) {
  return std::ranges::any_of(one.pci_ids, [&](const std::string& id) {
    return std::ranges::find(other.pci_ids, id) != other.pci_ids.end();
  });
}

// The shipped catalogue finds another row for a board, none, or several, and has one of the row's
// id or PCI ids: then it is the catalogue given that made it fit.
void hold_unmatched(const Catalog& shipped, const BoardPerformance& theirs, const Chip& given,
                    BoardFacts& facts) {
  const bool known = std::ranges::any_of(shipped.chips, [&](const Chip& chip) {
    return chip.id == given.id || share_pci_id(chip, given);
  });
  const std::string found = theirs.chip ? theirs.chip->value : "none (" + theirs.match_reason + ")";
  if (known) differ("row of the board", given.id.value, found, facts);
}

void compare_rows(const Chip& shipped, const Chip& given, BoardFacts& facts) {
  compare_figures(shipped, given, facts);
  compare_tables(shipped, given, facts);
  compare_layout(shipped, given, facts);
}

// What a board may be, or what is on it, decides its class as well as a row of its own.
void hold_products(const Catalog& shipped, const BoardPerformance& theirs, const Catalog& catalog,
                   BoardPerformance& board) {
  for (const auto* products : {&board.candidates, &board.parts}) {
    for (const DeclaredProduct& product : products->value_or(std::vector<DeclaredProduct>())) {
      const Chip* given = row_of(catalog, product.chip);
      const Chip* row = row_of(shipped, product.chip);
      if (given && row) compare_rows(*row, *given, board.facts);
      if (given && !row) hold_unmatched(shipped, theirs, *given, board.facts);
    }
  }
}

template <class Value>
void append(std::vector<Value>& to, const std::vector<Value>& from) {
  for (const Value& value : from) add_once(value, to);
}

}  // namespace

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
    compare_rows(*row, *given, facts);
  }
}

}  // namespace tpp
