// What was measured on the devices of a board: one row a device, precision and kernel.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "agent/model/names.h"
#include "agent/support/text.h"
#include "exporters/number_text.h"
#include "exporters/table_sections.h"
#include "exporters/text_wrap.h"

namespace tpp {
namespace {

using Measured = std::vector<const Measurement*>;

const Rate* rate_of(const Measurement& measurement) {
  return std::get_if<Rate>(&measurement.outcome);
}

// What was given up for somebody else is no fault, and is not shown as one.
const char* failed_word(const Failed& failed) { return failed.interrupted ? "stopped" : "failed"; }
Style failed_style(const Failed& failed) {
  return failed.interrupted ? Style::warning : Style::alarm;
}

// What may count comes first, then what is faster; failures last.
std::pair<bool, double> standing(const Measurement& measurement) {
  const Rate* rate = rate_of(measurement);
  if (rate == nullptr) return {false, 0};
  return {!rate->suspect && !rate->emulated, rate->per_second};
}

std::string declared_text(const BoardView& view, Precision precision) {
  const auto declared = board_rate(view, Basis::declared, precision);
  if (!declared) return kUnknown;
  std::string text = rate_text(*declared);
  if (view.chip != nullptr) {
    for (const auto* figures : {&view.chip->declared, &view.chip->declared_vector}) {
      const auto figure = figures->find(precision);
      if (figure == figures->end()) continue;
      return text + std::string(confidence_mark(figure->second.confidence));
    }
  }
  return text;
}

// Median, and the value of the instruction set's grid that it snaps to.
std::string per_clock_text(const Rate& rate) {
  if (!rate.per_clock_per_unit) return kUnknown;
  std::string text = figure_text(*rate.per_clock_per_unit);
  if (rate.snapped_per_clock) text += fmt::format(" ({})", *rate.snapped_per_clock);
  return text;
}

// One batch has no spread to speak of; few batches have one that is no 95 % interval.
std::string spread_text(const Rate& rate) {
  if (rate.batches < 2) return kUnknown;
  return deviation_text(rate.interval, rate.per_second) + (rate.bootstrap ? "" : " *");
}

// What a reader must know of a rate, in front of its path.
Span path_cell(const Rate& rate) {
  std::string marks;
  const auto mark = [&](bool applies, const char* word) {
    if (applies) marks += marks.empty() ? word : std::string(", ") + word;
  };
  mark(rate.suspect.has_value(), "SUSPECT");
  mark(rate.emulated, "emulated");
  mark(rate.generic, "generic");
  mark(!rate.steady, "not steady");
  if (marks.empty()) return rate.path;
  return {marks + ": " + rate.path, rate.suspect ? Style::alarm : Style::warning};
}

// The columns of a board's own figures: blank on all rows of a precision but the first.
struct BoardCells {
  std::string advertised, maximal, declared;
};

BoardCells board_cells(const BoardView& view, Precision precision) {
  return {rate_text(board_rate(view, Basis::inferred_advertised_clock, precision)),
          rate_text(board_rate(view, Basis::inferred_max_clock, precision)),
          declared_text(view, precision)};
}

void add_board_columns(Grid& grid, const BoardView& view) {
  const auto title = [](const std::optional<double>& hz, const char* unknown) {
    return hz ? megahertz_text(hz) + " MHz" : unknown;
  };
  grid.column(Align::right, {"inferred", title(advertised_clock_hz(view), "advert.")});
  grid.column(Align::right, {"inferred", title(max_clock_hz(view), "max")});
  grid.column(Align::right, {"declared", "op/s"});
}

std::string unit_kind_of(const Device& device) { return device.unit_kind.value_or("unit"); }

// The rows of one device. Where it is the whole board, the board's figures stand beside them.
class RatesGrid {
 public:
  RatesGrid(const BoardView& view, const Device& device)
      : view_(view), whole_board_(added_devices(view) == std::vector{&device}) {
    grid_.column(Align::left, {"precision", ""});
    grid_.column(Align::left, {"kernel", ""});
    grid_.column(Align::right, {"achieved", "op/s"});
    grid_.column(Align::right, {"\u00b1", ""});
    grid_.column(Align::right, {"clock", "MHz"});
    grid_.column(Align::right, {"op per clock", "and " + unit_kind_of(device)});
    if (whole_board_) add_board_columns(grid_, view);
    grid_.column(Align::left, {"path", ""});
  }

  void add(const Measurement& measurement, const BoardCells& board, bool named) {
    const BenchmarkId& id = measurement.id;
    const std::string subject =
        id.accumulator.empty() ? id.subject : id.subject + "+" + id.accumulator;
    std::vector<Span> cells = {{named ? subject : "", Style::bold}, id.kernel};
    if (const Rate* rate = rate_of(measurement)) {
      const bool bytes = rate->quantity == Quantity::bytes;
      cells.insert(cells.end(), {{rate_text(rate->per_second) + (bytes ? "B/s" : ""),
                                  rate->suspect ? Style::alarm : Style::plain},
                                 spread_text(*rate),
                                 bytes ? "" : megahertz_text(rate->clock_hz),
                                 bytes ? "" : per_clock_text(*rate)});
      finish(std::move(cells), board, path_cell(*rate));
    } else if (const Failed* failed = std::get_if<Failed>(&measurement.outcome)) {
      const Style style = failed_style(*failed);
      cells.insert(cells.end(), {{failed_word(*failed), style}, kUnknown, kUnknown, kUnknown});
      finish(std::move(cells), board, {failed->reason, style});
    }
  }

  // A precision that the maker declares and that has no rate here.
  void add_absent(Precision precision, const char* why) {
    const BoardCells board = board_cells(view_, precision);
    if (!whole_board_ || board.declared == kUnknown) return;
    finish({{std::string(name(precision)), Style::bold},
            kUnknown,
            {why, Style::dim},
            kUnknown,
            kUnknown,
            kUnknown},
           board, "");
  }

  const BoardView& view() const { return view_; }
  const Grid& grid() const { return grid_; }

 private:
  void finish(std::vector<Span> cells, const BoardCells& board, Span path) {
    if (whole_board_) {
      cells.insert(cells.end(), {board.advertised, board.maximal, board.declared});
    }
    cells.push_back(std::move(path));
    grid_.row(std::move(cells));
  }

  const BoardView& view_;
  bool whole_board_;
  Grid grid_;
};

// Rates and failures of one precision (or of what memory and links move), the one that counts
// first.
Measured rows_of(const Measured& measured, const std::optional<Precision>& precision) {
  Measured rows;
  for (const Measurement* measurement : measured) {
    if (std::holds_alternative<Unsupported>(measurement->outcome)) continue;
    if (precision_of(measurement->id) == precision) rows.push_back(measurement);
  }
  // Memory and links are different things; kernels of one precision are rivals.
  std::stable_sort(rows.begin(), rows.end(), [&](const Measurement* a, const Measurement* b) {
    if (!precision && a->id.kernel != b->id.kernel) return a->id.kernel < b->id.kernel;
    return standing(*a) > standing(*b);
  });
  return rows;
}

bool any_unsupported(const Measured& measured, Precision precision) {
  return std::any_of(measured.begin(), measured.end(), [&](const Measurement* measurement) {
    return precision_of(measurement->id) == precision &&
           std::holds_alternative<Unsupported>(measurement->outcome);
  });
}

void add_precision(RatesGrid& grid, const Measured& measured, Precision precision) {
  const Measured rows = rows_of(measured, precision);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // A precision can come with several accumulators: each says its own name.
    const bool named = i == 0 || rows[i]->id.accumulator != rows[i - 1]->id.accumulator;
    grid.add(*rows[i], i == 0 ? board_cells(grid.view(), precision) : BoardCells(), named);
  }
  if (rows.empty()) {
    grid.add_absent(precision,
                    any_unsupported(measured, precision) ? "unsupported" : "not measured");
  }
}

// "hardware: no such instruction" -> the benchmarks that it keeps from running.
void add_unsupported(Page& page, const Measured& measured) {
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::string>> groups;
  for (const Measurement* measurement : measured) {
    const auto* unsupported = std::get_if<Unsupported>(&measurement->outcome);
    if (unsupported == nullptr) continue;
    std::string& subjects = groups[{unsupported->by, unsupported->reason}][measurement->id.kernel];
    subjects += " " + measurement->id.subject;
  }
  for (const auto& [why, kernels] : groups) {
    std::string names;
    for (const auto& [kernel, subjects] : kernels) {
      names += (names.empty() ? "" : "; ") + kernel + subjects;
    }
    page.paragraph(
        2, 4,
        {fmt::format("not supported by {}: {} ({})", why.first, names, why.second), Style::dim});
  }
}

// What the device came to while it was measured, over all of its figures; each one's own stands in
// the JSON report.
struct Meanwhile {
  int figures = 0;
  std::optional<double> power_w, temperature_c;  // highest
  std::map<std::string, double> clock_limits;    // highest share of each
  int without_limits = 0;                        // figures of which they are not known
};

Meanwhile meanwhile(const Measured& measured) {
  Meanwhile all;
  const auto raise = [](std::optional<double>& highest, const std::optional<double>& value) {
    if (value) highest = std::max(highest.value_or(*value), *value);
  };
  for (const Measurement* measurement : measured) {
    if (!measurement->telemetry) continue;
    ++all.figures;
    raise(all.power_w, measurement->telemetry->power_w);
    raise(all.temperature_c, measurement->telemetry->temperature_c);
    if (!measurement->telemetry->clock_limits) {
      ++all.without_limits;
      continue;
    }
    for (const ClockLimit& limit : *measurement->telemetry->clock_limits) {
      double& share = all.clock_limits[limit.reason];
      share = std::max(share, limit.share);
    }
  }
  return all;
}

void add_telemetry(Page& page, const Measured& measured) {
  constexpr double kWorthTelling = 0.01;
  const Meanwhile all = meanwhile(measured);
  if (all.figures == 0) return;
  std::vector<std::string> facts;
  if (all.power_w) facts.push_back(fmt::format("up to {:.0f} W", *all.power_w));
  if (all.temperature_c) facts.push_back(fmt::format("up to {:.0f} \u00b0C", *all.temperature_c));
  for (const auto& [reason, share] : all.clock_limits) {
    if (reason == "idle" || share < kWorthTelling) continue;
    facts.push_back(fmt::format("clock held down by {} up to {:.0f} % of a figure's time", reason,
                                100 * share));
  }
  if (all.without_limits > 0) {
    facts.push_back(fmt::format("what held its clock down is not known of {} of {} figures",
                                all.without_limits, all.figures));
  }
  page.paragraph(
      2, 4,
      {fmt::format("while measured: {}", facts.empty() ? "nothing held its clock down"
                                                       : fmt::format("{}", fmt::join(facts, ", "))),
       Style::dim});
}

// In full, what the grid has no room for.
void add_reasons(Page& page, const Measured& measured) {
  constexpr std::size_t kRoom = 20;
  for (const Measurement* measurement : measured) {
    const BenchmarkId& id = measurement->id;
    const std::string sums = id.accumulator.empty() ? "" : "+" + id.accumulator;
    const std::string what = id.kernel + " " + id.subject + sums + ": ";
    const Rate* rate = rate_of(*measurement);
    if (rate != nullptr && rate->suspect) {
      page.paragraph(2, 4, {"suspect: " + what + *rate->suspect, Style::alarm});
    }
    const Failed* failed = std::get_if<Failed>(&measurement->outcome);
    if (failed != nullptr && display_width(failed->reason) > kRoom) {
      const std::string word = failed_word(*failed);
      page.paragraph(2, 4, {word + ": " + what + failed->reason, failed_style(*failed)});
    }
  }
}

void add_device_line(Page& page, const Device& device) {
  std::string facts;
  const auto fact = [&](const std::string& text) { facts += "  " + text; };
  if (!device.name.empty()) fact(device.name);
  if (const std::string units = units_text(device); !units.empty()) fact(units);
  if (device.memory_bytes) fact(memory_text(device.memory_bytes));
  if (device.max_clock_hz) fact("up to " + megahertz_text(device.max_clock_hz) + " MHz");
  if (device.driver_version) fact("driver " + *device.driver_version);
  std::vector<Span> spans = {{"DEVICE " + device.id.value, Style::bold}, facts};
  if (device.simulated) spans.emplace_back("  simulated", Style::warning);
  if (device.forced) spans.emplace_back("  forced", Style::warning);
  if (device.backend.empty()) spans.emplace_back("  no backend can run on it", Style::warning);
  page.blank();
  page.line(2, spans);
  if (device.slice) page.paragraph(2, 4, {slice_text(device), Style::warning});
}

void add_device(Page& page, const BoardView& view, const Device& device, const Measured& measured) {
  add_device_line(page, device);
  const std::vector<const Device*> added = added_devices(view);
  if (std::ranges::find(added, &device) == added.end()) {
    page.line(2,
              {{"for information: a processor on the board, of which nothing is added or decides",
                Style::dim}});
  }
  RatesGrid rates(view, device);
  for (const PrecisionInfo& row : precisions()) add_precision(rates, measured, row.precision);
  std::string last;
  for (const Measurement* measurement : rows_of(measured, std::nullopt)) {
    rates.add(*measurement, {}, measurement->id.subject != last);
    last = measurement->id.subject;
  }
  if (rates.grid().empty()) {
    page.line(2, {{"nothing was measured on it", Style::dim}});
  } else {
    page.grid(2, rates.grid());
  }
  add_telemetry(page, measured);
  add_reasons(page, measured);
  add_unsupported(page, measured);
}

// Slices of one package are not added: which of them there are, nobody knows, and some may share
// units.
std::pair<std::string, std::string> whole_board_title(const BoardView& view) {
  if (!in_parts(added_devices(view)))
    return {"WHOLE BOARD", fmt::format("  {} devices added", added_devices(view).size())};
  return {"BOARD IN PARTS",
          "  of parts of one package the fastest counts; none stands for the board"};
}

// What several devices of one board add up to.
void add_whole_board(Page& page, const BoardView& view) {
  Grid grid;
  grid.column(Align::left, {"precision", ""});
  grid.column(Align::right, {"achieved", "op/s"});
  add_board_columns(grid, view);
  grid.column(Align::left, {"", ""});
  for (const PrecisionInfo& row : precisions()) {
    const auto achieved = board_rate(view, Basis::achieved, row.precision);
    const BoardCells board = board_cells(view, row.precision);
    const std::string any = board.advertised + board.maximal + board.declared;
    if (!achieved && any.find_first_not_of('-') == std::string::npos) continue;
    grid.row({{std::string(row.name), Style::bold},
              achieved ? rate_text(*achieved) : "not measured",
              board.advertised,
              board.maximal,
              board.declared});
  }
  if (grid.empty()) return;
  page.blank();
  const auto [title, words] = whole_board_title(view);
  page.line(2, {{title, Style::bold}, words});
  page.grid(2, grid);
}

std::string counted(std::size_t number, const char* word) {
  return fmt::format("{} {}{}", number, word, number == 1 ? "" : "s");
}

}  // namespace

bool in_parts(const std::vector<const Device*>& devices) {
  return std::ranges::any_of(devices, [](const Device* device) { return device->slice; });
}

// What is divided is none of its parts, which have its address and a number or name of their own.
std::string parts_text(const std::vector<const Device*>& devices) {
  const auto is_divided = [&](const Device* device) {
    return std::ranges::any_of(devices, [&](const Device* other) {
      return other->id.value.starts_with(device->id.value + "/");
    });
  };
  const auto divided = std::ranges::count_if(devices, is_divided);
  return "in " + counted(devices.size() - static_cast<std::size_t>(divided), "part");
}

std::string devices_text(const std::vector<const Device*>& devices) {
  if (!in_parts(devices)) return counted(devices.size(), "device");
  std::set<PackageId> packages;
  for (const Device* device : devices) packages.insert(device->package);
  return counted(packages.size(), "package") + " " + parts_text(devices);
}

// An instance, and what is divided into instances: of neither is all to be measured.
std::string slice_text(const Device& device) {
  const char* const words = "not a whole device";
  return device.slice_reason.empty() ? words : fmt::format("{}: {}", words, device.slice_reason);
}

// "132 SM", "2 cores": what is a word and no abbreviation has a plural.
std::string units_text(const Device& device) {
  if (!device.units) return "";
  const std::string kind = unit_kind_of(device);
  const bool word = to_lower(kind) == kind;
  return fmt::format("{} {}{}", *device.units, kind, word && *device.units != 1 ? "s" : "");
}

void add_rates(Page& page, const Report& report, const BoardView& view) {
  for (const Device* device : view.devices) {
    Measured measured;
    for (const Measurement& measurement : report.measurements) {
      if (measurement.id.device == device->id) measured.push_back(&measurement);
    }
    add_device(page, view, *device, measured);
  }
  if (added_devices(view).size() > 1) add_whole_board(page, view);
}

}  // namespace tpp
