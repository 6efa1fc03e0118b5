#include "agent/regulation/items.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "agent/boards/answer.h"
#include "agent/boards/board_check.h"
#include "agent/boards/candidate_values.h"
#include "agent/boards/declared_board.h"
#include "agent/boards/evidence.h"
#include "agent/boards/evidence_age.h"
#include "agent/boards/report_check.h"
#include "agent/boards/stored_rows.h"
#include "agent/chips/catalog_row.h"
#include "agent/chips/row_differences.h"
#include "agent/model/names.h"
#include "agent/support/decimal.h"
#include "agent/support/error.h"
#include "agent/threshold_settings.h"

namespace tpp {
namespace {

constexpr const char* kLostThresholds =
    "the report was judged by other thresholds than the default ones, which its first line names: "
    "give them by --threshold";

// What an item's values are made of; shared, since an item may outlive the report that it came
// from.
struct BoardSource {
  BoardPerformance board;
  std::optional<Chip> chip;
};

BoardValues values_of(const BoardSource& source, const Readings& readings) {
  BoardValues values = candidate_values(source.board, readings);
  if (source.chip) add_chip_figures(*source.chip, source.board, values);
  return values;
}

std::string words_of(const Figure& figure) {
  return figure.confidence == Confidence::recall
             ? "from memory"
             : fmt::format("{}: {}", enum_name(figure.confidence), figure.source);
}

// What a reader needs to work the declared TPP out again: "990 T fp16 x 16 bits, source: ...".
// Nothing of another TPP than the board's highest, of which alone it is kept what makes it.
std::string tpp_words(const BoardSource& source, double value) {
  const auto tpp = source.board.tpp.find(Basis::declared);
  if (!source.chip || tpp == source.board.tpp.end() || tpp->second.value != value) return "";
  const Precision precision = tpp->second.precision;
  const auto figure = source.chip->declared.find(precision);
  if (figure == source.chip->declared.end()) return "";
  return fmt::format("{} T {} x {} bits, {}", without_noise(figure->second.value / 1e12),
                     name(precision), info(precision).bit_length, words_of(figure->second));
}

std::string source_words(const BoardSource& source, const Readings& readings, RuleQuantity quantity,
                         double value) {
  if (quantity == RuleQuantity::tpp) return tpp_words(source, value);
  const std::optional<Figure>& area = area_under(source.board, readings);
  if (quantity == RuleQuantity::pd && area) {
    return fmt::format("by {}{} mm2, {}", area->bound ? "at most " : "", area->value,
                       words_of(*area));
  }
  if (!source.chip) return "";
  const Chip& chip = *source.chip;
  const std::optional<Figure>* figure =
      quantity == RuleQuantity::dram_bandwidth ? &chip.memory_bandwidth
      : quantity == RuleQuantity::interconnect ? &chip.details.interconnect
      : quantity == RuleQuantity::transistors  ? &chip.details.transistors
                                               : nullptr;
  if (figure && *figure) return words_of(**figure);
  return quantity == RuleQuantity::tops ? "the highest rate of any precision" : "";
}

GivenFigure datacenter_figure(const BoardValues& values, const BoardFacts& facts) {
  GivenFigure shown{RuleQuantity::datacenter, std::nullopt, "unknown: counts as yes"};
  if (!values.datacenter_known) return shown;
  if (!values.datacenter && values.datacenter_doubted) {
    shown.origin = fmt::format("said not to be, in doubt, decides nothing: {}",
                               facts.datacenter_doubt.value_or("of a product that it may be"));
    return shown;
  }
  return {RuleQuantity::datacenter, values.datacenter ? 1.0 : 0.0, "catalogue or operator"};
}

// Every figure of every basis, as the reader sees it beside the comparisons.
std::vector<GivenFigure> shown_figures(const BoardSource& source, const Readings& readings) {
  std::vector<GivenFigure> shown;
  const BoardValues values = values_of(source, readings);
  for (const BasisValues& basis : values.bases) {
    for (const auto& [quantity, figure] : basis.figures) {
      std::string origin(enum_name(basis.basis));
      const std::string words = basis.basis == Basis::declared
                                    ? source_words(source, readings, quantity, figure.value)
                                    : "";
      // Of several that are declared, which one this is.
      const std::string& which = words.empty() ? basis.note : words;
      if (!which.empty()) origin += ", " + which;
      shown.push_back({quantity, figure.value, std::move(origin)});
    }
  }
  if (values.planar)
    shown.push_back({RuleQuantity::pd, std::nullopt, "planar dies: no area counts"});
  shown.push_back(datacenter_figure(values, source.board.facts));
  if (values.hbm) shown.push_back({RuleQuantity::hbm, *values.hbm ? 1.0 : 0.0, "catalogue"});
  return shown;
}

void add_notes(const BoardSource& source, Item& item) {
  const auto declared = source.board.tpp.find(Basis::declared);
  if (declared != source.board.tpp.end() && declared->second.confidence != Confidence::source) {
    item.notes.push_back(fmt::format(
        "the declared {} rate is {}, no claim of the manufacturer",
        name(declared->second.precision),
        declared->second.confidence == Confidence::derived ? "derived" : "from memory"));
  }
  if (source.board.facts.kind == DeviceKind::cpu) item.notes.emplace_back(kHostCpuNote);
}

Item board_item(std::string subject, std::shared_ptr<const BoardSource> source) {
  Item item;
  item.subject = std::move(subject);
  add_notes(*source, item);
  item.figures = [source](const Readings& readings) { return shown_figures(*source, readings); };
  item.values = [source = std::move(source)](const Readings& readings) {
    return values_of(*source, readings);
  };
  return item;
}

// What the rest of its report does not bear out may be said of another product.
void add_inconsistent(const BoardId& board, const std::vector<std::string>& reasons, Item& item) {
  if (item.doubt.empty()) {
    item.doubt = fmt::format("the report contradicts itself: {}", fmt::join(reasons, "; "));
  }
  item.product_doubt = true;
  item.findings = inconsistent_findings(board, reasons);
}

// A report that classifies its processors (--classify-cpu) is not answered more mildly.
bool is_for_information(const std::vector<Verdict>& verdicts, const BoardId& board) {
  return std::ranges::all_of(verdicts, [&](const Verdict& verdict) {
    return verdict.board != board || verdict.kind == ClassificationKind::information_only;
  });
}

std::vector<ItemPart> parts_of(const BoardPerformance& board) {
  std::vector<ItemPart> parts;
  if (!board.parts) return parts;
  for (const DeclaredProduct& product : *board.parts) {
    parts.push_back(
        {fmt::format("{} ({})", product.chip.value,
                     product.tpp ? fmt::format("declared TPP {:.6g}", product.tpp->value)
                                 : "no declared rate"),
         [alone = part_alone(board, product)](const Readings& readings) {
           return board_values(alone, readings);
         }});
  }
  return parts;
}

// "amd-instinct-mi250 or amd-instinct-mi250x"
std::string any_of_them(const std::vector<DeclaredProduct>& candidates) {
  std::string text;
  for (const DeclaredProduct& product : candidates) {
    text += (text.empty() ? "" : " or ") + product.chip.value;
  }
  return text;
}

// By what a board is where the shipped catalogue has it otherwise.
std::vector<ItemPart> as_shipped(const BoardPerformance& board) {
  if (!board.chip && !board.candidates) return parts_of(board);
  return {{board.chip ? board.chip->value : any_of_them(*board.candidates),
           [board](const Readings& readings) { return candidate_values(board, readings); }}};
}

bool is_about(const Finding& finding, const BoardId& board, const Inventory& inventory) {
  const Device* device = find_device(inventory, {finding.subject});
  return finding.subject == board.value || (device != nullptr && device->board == board);
}

// Whether it speaks against what is said of its board.
bool objects(const Finding& finding) {
  return finding.finding_class == FindingClass::contradiction ||
         finding.finding_class == FindingClass::health;
}

// Whether a finding of the same code and class says it as strongly; what differs from the shipped
// rows is told once, as the report's.
bool is_told(const Finding& shown, const std::vector<Finding>& found) {
  return std::ranges::any_of(found, [&](const Finding& one) {
    const bool same = one.code == shown.code && one.subject == shown.subject &&
                      one.finding_class == shown.finding_class && one.severity >= shown.severity;
    return same || (one.code == kRowDiffers && shown.code == "evidence.identity_differs");
  });
}

// What the report says against the board or its devices, and what its figures do, where it does not
// say that.
std::vector<Finding> objections(const Report& report, const BoardPerformance& board,
                                const Thresholds& thresholds, const ClockAllowance& clocks) {
  std::vector<Finding> found;
  std::ranges::copy_if(report.findings, std::back_inserter(found), [&](const Finding& finding) {
    return objects(finding) && is_about(finding, board.board, report.inventory);
  });
  // A host CPU that differs from its row is no alarm: the row classifies nothing.
  if (board.facts.kind == DeviceKind::cpu) return found;
  const bool measured = report.mode != PassMode::inventory;
  for (const Finding& shown : evidence_findings(board, measured, thresholds, clocks)) {
    if (objects(shown) && !is_told(shown, found)) found.push_back(shown);
  }
  return found;
}

}  // namespace

Item figures_item(const Figures& figures, const std::string& stage) {
  check_figures(figures);
  Item item = design_item(figures);
  item.stage = stage;
  if (stage == "board") item.form = ItemForm::computer;
  return item;
}

Item design_item(const Figures& figures) {
  check_consistent(figures);
  Item item;
  item.subject = "figures";
  item.figures = [given = given_figures(figures)](const Readings&) { return given; };
  item.values = [values = figure_values(figures)](const Readings&) { return values; };
  item.read = false;
  if (figures.tpp) {
    item.notes.emplace_back(
        "the figures are taken as the manufacturer's highest claim; how open points of the text "
        "are "
        "read is settled in the TPP given");
  }
  return item;
}

Item chip_item(const Chip& chip, const Catalog& catalog, const Catalog* shipped) {
  BoardPerformance board = declared_board(chip);
  const auto overridden = catalog.overridden.find(chip.id);
  if (overridden != catalog.overridden.end()) {
    board.facts.identity_differs = overridden->second.differs;
    board.facts.confidence_raised = overridden->second.raised;
  }
  auto source = std::make_shared<BoardSource>(BoardSource{std::move(board), chip});
  Item item = board_item(fmt::format("{} {}", chip.vendor, chip.name), source);
  item.doubt = why_not_below_as_named(source->board, assurance(source->board, false));
  const std::string doubt = product_doubt(source->board.facts);
  item.product_doubt = !doubt.empty();
  if (item.product_doubt) item.doubt = doubt;
  if (shipped && overridden != catalog.overridden.end()) {
    for (const Chip* row : shipped_rows(chip, *shipped)) {
      std::ranges::move(as_shipped(declared_board(*row)), std::back_inserter(item.shipped));
    }
  }
  return item;
}

std::vector<Item> report_items(const Report& report, const Thresholds& given,
                               const std::vector<BoardPerformance>& shipped) {
  check_boards(report.performances);
  const ReportThresholds thresholds = thresholds_of(report, given);
  const auto inconsistent = not_borne_out(report, thresholds.used);
  const std::vector<Finding> stale = evidence_age_findings(report, thresholds.used);
  // A report that was judged by stricter numbers is not made below by laxer ones in silence.
  const bool laxer = thresholds.lost;
  auto allowances =
      clock_allowances(report.inventory, report.measurements, report.performances, report.chips);
  std::vector<Item> items;
  for (const BoardPerformance& board : by_stricter(report, thresholds.used)) {
    const ClockAllowance& clocks = allowances[board.board];
    const Chip* chip = board.chip ? row_of(report.chips, *board.chip) : nullptr;
    auto source = std::make_shared<BoardSource>(BoardSource{board, std::nullopt});
    if (chip) source->chip = *chip;
    std::string subject = fmt::format("board {}", board.board.value);
    if (source->chip) subject += fmt::format(", {} {}", chip->vendor, chip->name);
    if (board.candidates) subject += ", " + any_of_them(*board.candidates);
    if (board.facts.simulated) subject = "SIMULATED " + subject;
    const bool measured = report.mode != PassMode::inventory;
    Item item = board_item(std::move(subject), source);
    item.stage = "board";
    item.form = ItemForm::computer;
    item.measured = true;
    const AssuranceResult evidence = assurance(board, measured, thresholds.used, clocks);
    item.doubt = why_not_below(board, evidence, report.mode);
    if (item.doubt.empty() && laxer) item.doubt = kLostThresholds;
    item.identity_doubt = evidence.assurance == Assurance::contradicted || board.candidates;
    item.product_doubt = !product_doubt(board.facts).empty();
    const auto reasons = inconsistent.find(board.board);
    const bool consistent = reasons == inconsistent.end();
    if (!consistent) add_inconsistent(board.board, reasons->second, item);
    // What says that it is a host CPU, in a report that contradicts itself, may be anything.
    item.host_cpu = board.facts.kind == DeviceKind::cpu && consistent &&
                    is_for_information(report.verdicts, board.board);
    item.parts = parts_of(board);
    const auto otherwise = std::ranges::find(shipped, board.board, &BoardPerformance::board);
    if (otherwise != shipped.end()) item.shipped = as_shipped(*otherwise);
    if (!measured) item.notes.emplace_back("an inventory: nothing was measured");
    std::ranges::move(objections(report, board, thresholds.used, clocks),
                      std::back_inserter(item.findings));
    std::ranges::copy_if(stale, std::back_inserter(item.findings), [&](const Finding& finding) {
      return finding.subject == board.board.value;
    });
    items.push_back(std::move(item));
  }
  if (items.empty()) throw Error("the report has no board to classify");
  return items;
}

}  // namespace tpp
