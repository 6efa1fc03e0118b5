#include "agent/chips/row_differences.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <compare>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/chips/catalog_row.h"
#include "agent/model/names.h"
#include "agent/support/add_once.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// A confidence that one row has, and a higher one that another calls the same.
struct Raised {
  Confidence from = Confidence::source;
  Confidence to = Confidence::source;

  auto operator<=>(const Raised&) const = default;
};

// Collects what two rows say of one thing, in words.
class Differences {
 public:
  explicit Differences(std::string_view from) : from_(from) {}

  void differ(const std::string& what, const std::string& given, const std::string& shipped) {
    add_once(fmt::format("{}: {} in {}, {} in the shipped one", what, given, from_, shipped),
             found_.differs);
  }

  // The user's word for what nobody found a source for, or found one of a part alone.
  void raise(const std::string& what, const Raised& confidence) {
    const auto word = [](Confidence one) {
      return one == Confidence::recall ? "from memory" : enum_name(one);
    };
    add_once(fmt::format("{}: {} in {}, {} in the shipped one", what, word(confidence.to), from_,
                         word(confidence.from)),
             found_.raised);
  }

  RowDifferences take() { return std::move(found_); }

 private:
  std::string_view from_;  // where the row that is not the shipped one stands
  RowDifferences found_;
};

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

// Where it is called better known than in the shipped row.
std::optional<Raised> raised(const Figure* shipped, const Figure* given) {
  if (!shipped || !given || given->confidence <= shipped->confidence) return std::nullopt;
  return Raised{shipped->confidence, given->confidence};
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

template <class Row>
struct TableRow {
  const char* what;
  std::map<Precision, Figure> Row::*member;
  Shown shown;
};
constexpr TableRow<Chip> kTables[] = {
    {"declared rates", &Chip::declared, kTera},
    {"declared vector rates", &Chip::declared_vector, kTera},
    {"operations per clock and unit", &Chip::per_clock_per_unit, kPlain},
};
constexpr TableRow<ChipDetails> kVectorTables[] = {
    {"vector operations per clock and unit", &ChipDetails::vector_per_clock_per_unit, kPlain},
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
    if (const auto confidence = raised(theirs, mine)) found.raise(row.what, *confidence);
  }
}

// One line a table: another product would give one a precision.
template <class Row>
void compare_table(const Row& shipped, const Row& given, const TableRow<Row>& table,
                   Differences& found) {
  std::vector<std::string> theirs;
  std::vector<std::string> mine;
  std::map<Raised, std::vector<std::string_view>> known;
  for (const PrecisionInfo& row : precisions()) {
    const Figure* one = figure_of(shipped.*table.member, row.precision);
    const Figure* other = figure_of(given.*table.member, row.precision);
    if (const auto confidence = raised(one, other)) known[*confidence].push_back(row.name);
    if (same_value(one, other)) continue;
    theirs.push_back(fmt::format("{} {}", row.name, value_text(one, table.shown)));
    mine.push_back(fmt::format("{} {}", row.name, value_text(other, table.shown)));
  }
  for (const auto& [confidence, names] : known) {
    found.raise(fmt::format("{} in {}", table.what, fmt::join(names, ", ")), confidence);
  }
  if (theirs.empty()) return;
  found.differ(table.what, fmt::format("{}", fmt::join(mine, ", ")),
               fmt::format("{}", fmt::join(theirs, ", ")));
}

void compare_tables(const Chip& shipped, const Chip& given, Differences& found) {
  for (const TableRow<Chip>& table : kTables) compare_table(shipped, given, table, found);
}

// Identity rests on it. An id without a ground counts as one from a source.
void compare_ground_of_pci_ids(const Chip& shipped, const Chip& given, Differences& found) {
  const auto confidence = [](const Chip& chip) {
    const auto ground = chip.details.grounds.find("pci_ids");
    return ground == chip.details.grounds.end() ? Confidence::source : ground->second.confidence;
  };
  if (shipped.pci_ids.empty() || confidence(given) <= confidence(shipped)) return;
  found.raise("PCI ids", {confidence(shipped), confidence(given)});
}

void compare_answers(const Chip& shipped, const Chip& given, Differences& found) {
  const auto word = [](std::optional<bool> value) {
    return !value ? "not known" : *value ? "yes" : "no";
  };
  if (shipped.datacenter != given.datacenter) {
    found.differ("datacenter", word(given.datacenter), word(shipped.datacenter));
  }
  if (shipped.nonplanar != given.nonplanar) {
    found.differ("non-planar dies", word(given.nonplanar), word(shipped.nonplanar));
  }
}

void compare_layout(const Chip& shipped, const Chip& given, Differences& found) {
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
  for (const TableRow<ChipDetails>& table : kVectorTables) {
    compare_table(shipped.details, given.details, table, found);
  }
  compare_ground_of_pci_ids(shipped, given, found);
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
  compare_answers(shipped, given, found);
  compare_layout(shipped, given, found);
}

RowDifferences of_silicon(const Chip& shipped, const Chip& given, Differences found) {
  compare_figures<Chip>(shipped, given, kFigures, found);
  compare_tables(shipped, given, found);
  compare_answers(shipped, given, found);
  return found.take();
}

bool share_any(const std::vector<std::string>& ones, const std::vector<std::string>& others) {
  return std::ranges::any_of(ones, [&](const std::string& one) {
    return std::ranges::any_of(
        others, [&](const std::string& other) { return to_lower(one) == to_lower(other); });
  });
}

}  // namespace

RowDifferences compared(const Chip& shipped, const Chip& given) {
  Differences found(kCatalogGiven);
  compare_kept(shipped, given, found);
  compare_details(shipped, given, found);
  return found.take();
}

RowDifferences compared_as_stored(const Chip& shipped, const Chip& stored) {
  Differences found(kReportGiven);
  compare_kept(shipped, stored, found);
  return found.take();
}

RowDifferences compared_as_silicon(const Chip& shipped, const Chip& given) {
  return of_silicon(shipped, given, Differences(kCatalogGiven));
}

RowDifferences stored_compared_as_silicon(const Chip& shipped, const Chip& stored) {
  return of_silicon(shipped, stored, Differences(kReportGiven));
}

bool says_the_same(const RowDifferences& found) {
  return found.differs.empty() && found.raised.empty();
}

bool stands_for(const Chip& given, const Chip& shipped) {
  return share_any(given.pci_ids, shipped.pci_ids) ||
         share_any(given.reported_names, shipped.reported_names) ||
         (to_lower(given.vendor) == to_lower(shipped.vendor) &&
          to_lower(given.name) == to_lower(shipped.name));
}

std::vector<const Chip*> shipped_rows(const Chip& given, const Catalog& shipped) {
  if (const Chip* row = row_of(shipped.chips, given.id)) return {row};
  std::vector<const Chip*> rows;
  for (const Chip& row : shipped.chips) {
    if (stands_for(given, row)) rows.push_back(&row);
  }
  return rows;
}

RowDifferences from_shipped(const Catalog& shipped, const Chip& given, CompareRows compare) {
  std::optional<RowDifferences> first;
  for (const Chip* row : shipped_rows(given, shipped)) {
    RowDifferences found = compare(*row, given);
    if (says_the_same(found)) return {};
    if (!first) first = std::move(found);
  }
  return first.value_or(RowDifferences());
}

}  // namespace tpp
