#include "agent/chips/catalog_override.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include "agent/chips/catalog_row.h"
#include "agent/chips/maker_facts.h"
#include "agent/model/names.h"
#include "agent/support/add_once.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// Collects what two rows say of one thing, in words.
class Differences {
 public:
  explicit Differences(std::string_view from) : from_(from) {}

  void differ(const std::string& what, const std::string& given, const std::string& shipped) {
    add_once(fmt::format("{}: {} in {}, {} in the shipped one", what, given, from_, shipped),
             found_.differs);
  }

  // The user's word for a figure that nobody found a source for.
  void raise(const std::string& what, const Figure& given) {
    add_once(fmt::format("{}: {} in {}, from memory in the shipped one", what,
                         enum_name(given.confidence), from_),
             found_.raised);
  }

  RowDifferences take() { return std::move(found_); }

 private:
  std::string_view from_;  // where the row that is not the shipped one stands
  RowDifferences found_;
};

constexpr std::string_view kCatalogGiven = "the catalogue given";
constexpr std::string_view kReport = "the report";

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

// Whether it is called known what is from memory in the shipped row.
bool raised(const Figure* shipped, const Figure* given) {
  return shipped && given && shipped->confidence == Confidence::recall &&
         given->confidence != Confidence::recall;
}

template <class Row>
struct FigureRow {
  const char* what;
  std::optional<Figure> Row::*member;
  Shown shown;
};
constexpr FigureRow<Chip> kFigures[] = {
    {"units", &Chip::units, kPlain},
    {"memory size", &Chip::memory_bytes, {1e9, " GB"}},
    {"memory bandwidth", &Chip::memory_bandwidth, {1e9, " GB/s"}},
    {"applicable die area", &Chip::applicable_die_area_mm2, {1, " mm2"}},
    {"area of the dies that compute", &Chip::computing_die_area_mm2, {1, " mm2"}},
    {"boost clock", &Chip::boost_clock_hz, {1e6, " MHz"}},
    {"matrix clock", &Chip::matrix_clock_hz, {1e6, " MHz"}},
};

constexpr FigureRow<ChipDetails> kDetails[] = {
    {"chip-to-chip bandwidth", &ChipDetails::interconnect, {1e9, " GB/s"}},
    {"transistors", &ChipDetails::transistors, {1e9, " billion"}},
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

template <class Row>
void compare_figures(const Row& shipped, const Row& given, std::span<const FigureRow<Row>> rows,
                     Differences& found) {
  const auto pointer = [](const std::optional<Figure>& figure) {
    return figure ? &*figure : nullptr;
  };
  for (const FigureRow<Row>& row : rows) {
    const Figure* theirs = pointer(shipped.*row.member);
    const Figure* mine = pointer(given.*row.member);
    if (!same_value(theirs, mine))
      found.differ(row.what, value_text(mine, row.shown), value_text(theirs, row.shown));
    if (raised(theirs, mine)) found.raise(row.what, *mine);
  }
}

// One line a table: another product would give one a precision.
void compare_tables(const Chip& shipped, const Chip& given, Differences& found) {
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
      found.raise(fmt::format("{} in {}", table.what, fmt::join(known, ", ")), *first);
    }
    if (theirs.empty()) continue;
    found.differ(table.what, fmt::format("{}", fmt::join(mine, ", ")),
                 fmt::format("{}", fmt::join(theirs, ", ")));
  }
}

void compare_layout(const Chip& shipped, const Chip& given, Differences& found) {
  const auto word = [](std::optional<bool> value) {
    return !value ? "not known" : *value ? "yes" : "no";
  };
  if (shipped.datacenter != given.datacenter) {
    found.differ("datacenter", word(given.datacenter), word(shipped.datacenter));
  }
  if (shipped.nonplanar != given.nonplanar) {
    found.differ("non-planar dies", word(given.nonplanar), word(shipped.nonplanar));
  }
  const auto devices = [](const Chip& chip) {
    return fmt::format("{} x {}", chip.devices_per_package, chip.packages_per_board);
  };
  if (devices(shipped) != devices(given)) {
    found.differ("devices x packages", devices(given), devices(shipped));
  }
  const std::set<std::string> theirs(shipped.pci_ids.begin(), shipped.pci_ids.end());
  const std::set<std::string> mine(given.pci_ids.begin(), given.pci_ids.end());
  if (theirs != mine) {
    found.differ("PCI ids", fmt::format("{}", fmt::join(mine, " ")),
                 fmt::format("{}", fmt::join(theirs, " ")));
  }
}

// What a stored report does not have of a row.
void compare_details(const Chip& shipped, const Chip& given, Differences& found) {
  const bool doubt = datacenter_doubt(shipped).has_value();
  if (!shipped.datacenter && !given.datacenter && doubt != datacenter_doubt(given).has_value()) {
    const auto word = [](bool doubted) { return doubted ? "no, in doubt" : "no"; };
    found.differ("datacenter", word(!doubt), word(doubt));
  }
  compare_figures<ChipDetails>(shipped.details, given.details, kDetails, found);
  if (shipped.details.memory_type != given.details.memory_type) {
    const auto word = [](const std::string& type) { return type.empty() ? "not known" : type; };
    found.differ("memory type", word(given.details.memory_type), word(shipped.details.memory_type));
  }
  const int on_board = given.details.copies_on_board;
  if (on_board != shipped.details.copies_on_board) {
    found.differ("copies on the board", fmt::format("{}", on_board),
                 fmt::format("{}", shipped.details.copies_on_board));
  }
}

void compare_kept(const Chip& shipped, const Chip& given, Differences& found) {
  compare_figures<Chip>(shipped, given, kFigures, found);
  compare_tables(shipped, given, found);
  compare_layout(shipped, given, found);
}

RowDifferences compared(const Chip& shipped, const Chip& given) {
  Differences found(kCatalogGiven);
  compare_kept(shipped, given, found);
  compare_details(shipped, given, found);
  return found.take();
}

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
  Differences found(kCatalogGiven);
  found.differ("row of the board", given.id.value,
               theirs.chip ? theirs.chip->value : "none (" + theirs.match_reason + ")");
  add(found.take(), facts);
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

// How a row of a stored report differs, in what a report keeps of a row.
RowDifferences compared_as_stored(const Chip& shipped, const Chip& stored) {
  Differences found(kReport);
  compare_kept(shipped, stored, found);
  return found.take();
}

bool says_the_same(const RowDifferences& found) {
  return found.differs.empty() && found.raised.empty();
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
std::vector<MakerDifference> new_maker_differences(const Catalog& shipped, const Report& report,
                                                   const BoardPerformance& board) {
  const Chip* row = row_of(shipped, board.chip);
  if (!row) return {};
  std::vector<const Device*> devices;
  for (const Device& device : report.inventory.devices) {
    if (device.board == board.board) devices.push_back(&device);
  }
  std::vector<MakerDifference> found = maker_differences(*row, devices);
  std::erase_if(found, [&](const MakerDifference& one) {
    const auto& told = one.contradicts ? board.facts.units_differ : board.facts.identity_differs;
    return std::ranges::find(told, one.text) != told.end();
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
    for (const MakerDifference& one : new_maker_differences(shipped, report, board)) {
      add_once(one.text, board.facts.identity_differs);
      if (one.contradicts) add_once(one.text, board.facts.units_differ);
      report.findings.push_back(row_differs(board.board, *board.chip, one.text));
    }
  }
}

}  // namespace tpp
