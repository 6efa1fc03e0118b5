#include "exporters/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/model/names.h"
#include "agent/support/text.h"
#include "exporters/number_text.h"
#include "exporters/table_sections.h"

namespace tpp {
namespace {

struct SeverityWord {
  Severity severity;
  const char* word;
  Style style;
};
// Most severe first: the order in which findings are shown.
constexpr std::array kSeverities = {
    SeverityWord{Severity::error, "error", Style::alarm},
    SeverityWord{Severity::warning, "warning", Style::warning},
    SeverityWord{Severity::info, "note", Style::plain},
};

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!part.empty()) text += (text.empty() ? "" : " \u00b7 ") + part;
  }
  return text;
}

std::string mode_text(PassMode mode) {
  if (mode == PassMode::inventory) return "inventory, nothing was run";
  return std::string(enum_name(mode)) + " pass";
}

void add_header(Page& page, const Report& report) {
  page.line(0,
            {{"tpp-agent " + report.agent_version, Style::bold},
             " \u00b7 " +
                 joined({mode_text(report.mode), report.started_at,
                         "took " + duration_text(report.duration_s),
                         report.method_version.empty() ? "" : "method " + report.method_version})});
  page.paragraph(0, 5, node_text(report.inventory.node));
}

void add_rules(Page& page, const Report& report) {
  if (report.rules.empty()) return;
  page.blank();
  page.line(0, {{"RULES", Style::bold}});
  for (const Rule& rule : report.rules) {
    page.paragraph(
        2, 2,
        fmt::format("{} \u00b7 {} \u00b7 {} \u00b7 in force from {} to {} \u00b7 known through {}",
                    rule.id.value, rule.title, rule.citation, rule.in_force_from,
                    rule.in_force_to.value_or("now"), rule.known_through));
  }
}

void add_idle_modules(Page& page, const std::vector<Module>& modules) {
  std::string text;
  for (const Module& module : modules) {
    if (module.state != ModuleState::unavailable) continue;
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", module.name, module.reason);
  }
  if (text.empty()) return;
  page.blank();
  page.paragraph(0, 0, {"Modules with nothing to run on here: " + text, Style::dim});
}

bool any_rate(const Report& report, bool (*matches)(const Rate&)) {
  return std::any_of(report.measurements.begin(), report.measurements.end(),
                     [&](const Measurement& measurement) {
                       const Rate* rate = std::get_if<Rate>(&measurement.outcome);
                       return rate != nullptr && matches(*rate);
                     });
}

bool any_declared(const Report& report, Confidence confidence) {
  for (const Chip& chip : report.chips) {
    for (const auto& [precision, figure] : chip.declared) {
      if (figure.confidence == confidence) return true;
    }
  }
  return false;
}

bool any_board_of_several(const Report& report) {
  const std::vector<BoardView> views = board_views(report);
  return std::any_of(views.begin(), views.end(), [](const BoardView& view) {
    return view.performance != nullptr && !view.performance->tpp.empty() &&
           added_devices(view).size() > 1 && !in_parts(added_devices(view));
  });
}

// Information: it stands apart from the boards' own figures, and is part of none.
void add_together(Page& page, const Report& report) {
  if (!report.together || report.together->empty()) return;
  page.blank();
  page.line(0, {{"DEVICES OF A BOARD AT ONCE", Style::bold},
                ", for information: they share its power, and the sum of one by one counts"});
  Grid grid;
  grid.column(Align::left, {"board"});
  grid.column(Align::left, {"benchmark"});
  grid.column(Align::right, {"devices"});
  grid.column(Align::right, {"one by one"});
  grid.column(Align::right, {"at once"});
  grid.column(Align::right, {"share"});
  grid.column(Align::right, {"overlap"});
  grid.column(Align::left, {""});
  for (const TogetherRate& row : *report.together) {
    const std::string accumulator = row.accumulator.empty() ? "" : "+" + row.accumulator;
    grid.row(
        {row.board.value,
         fmt::format("{}/{}{}", row.kernel, row.subject, accumulator),
         std::to_string(row.devices),
         rate_text(row.one_by_one),
         rate_text(row.at_once),
         row.at_once && row.one_by_one ? percent_text(*row.at_once / *row.one_by_one) : kUnknown,
         row.overlap ? percent_text(*row.overlap) : kUnknown,
         {row.reason, Style::dim}});
  }
  page.grid(2, grid);
}

// What the words and marks above mean; only those that occur.
void add_legend(Page& page, const Report& report) {
  std::string text =
      "Dense operations; a multiply-add is two. achieved: a lower bound, at the clocks that were "
      "there. inferred: operations per clock and unit x units x clock, an estimate of the peak. "
      "declared: the maker's claim.";
  if (any_declared(report, Confidence::derived)) {
    text += " d: derived by us from sourced facts, no claim of the maker.";
  }
  if (any_declared(report, Confidence::recall)) text += " r: from memory, not checked.";
  if (any_board_of_several(report)) {
    text +=
        " sums, both ways: the best of each device, added | added by precision, the best; the "
        "larger decides.";
  }
  if (any_rate(report, [](const Rate& rate) { return rate.bootstrap; })) {
    text += " \u00b1: 95 % bootstrap interval of the median.";
  }
  if (any_rate(report, [](const Rate& rate) { return !rate.bootstrap && rate.batches > 1; })) {
    text += " *: smallest to largest of few batches.";
  }
  page.blank();
  page.paragraph(0, 0, {text, Style::dim});
}

// The command of the rate that the first board's achieved TPP stands on, else of any.
const std::string* sample_command(const Report& report) {
  const std::string* any = nullptr;
  for (const Measurement& measurement : report.measurements) {
    if (measurement.command.empty() || !std::holds_alternative<Rate>(measurement.outcome)) continue;
    if (any == nullptr) any = &measurement.command;
    for (const BoardPerformance& performance : report.performances) {
      const auto tpp = performance.tpp.find(Basis::achieved);
      if (tpp != performance.tpp.end() && precision_of(measurement.id) == tpp->second.precision) {
        return &measurement.command;
      }
    }
  }
  return any;
}

void add_how_to_repeat(Page& page, const Report& report) {
  const std::string* command = sample_command(report);
  if (command == nullptr) return;
  page.blank();
  page.line(0, {"To take a figure again (the JSON report has every figure's command):"});
  page.command(2, *command);
}

}  // namespace

std::string node_text(const Node& node) {
  const std::string name = node.hostname.empty() ? ", its name not known" : " " + node.hostname;
  return joined({"node" + name, node.machine, node.kernel,
                 node.hypervisor ? "under " + *node.hypervisor : "",
                 node.memory_bytes ? memory_text(node.memory_bytes) : "", node.topology});
}

std::string identity_text(const Node& node) {
  if (!node.identity) return "";
  const NodeIdentity& is = *node.identity;
  const auto part = [](std::string text, const std::optional<std::string>& version,
                       const std::optional<std::string>& serial) {
    if (version) text += " " + *version;
    if (serial) text += " serial " + *serial;
    return text;
  };
  const auto name = [](const std::optional<std::string>& maker,
                       const std::optional<std::string>& product) {
    return std::string(trim(maker.value_or("") + " " + product.value_or("")));
  };
  const std::string machine = part(name(is.vendor, is.product), is.product_version, is.serial);
  const std::string board =
      part(name(is.board_vendor, is.board), is.board_version, is.board_serial);
  const std::string chassis = part(is.chassis_vendor.value_or(""), {}, is.chassis_serial);
  return joined({machine.empty() ? "" : "machine " + std::string(trim(machine)),
                 board.empty() ? "" : "board " + std::string(trim(board)),
                 chassis.empty() ? "" : "chassis " + std::string(trim(chassis))});
}

// Simulated devices are announced whether or not the pass left a banner: a table without that line
// would be taken for a measurement.
void add_first_line(Page& page, const Inventory& inventory,
                    const std::vector<std::string>& banners) {
  std::string simulated;
  for (const Device& device : inventory.devices) {
    if (device.simulated) simulated += (simulated.empty() ? "" : ", ") + device.id.value;
  }
  std::string text;
  if (!simulated.empty()) {
    text =
        "SIMULATED: the figures of these devices are simulated, from a scenario, not measured on "
        "hardware: " +
        simulated;
  }
  for (const std::string& banner : banners) {
    // The pass's own banner says the same without the devices.
    if (!simulated.empty() && to_lower(banner).starts_with("simulated")) continue;
    text += (text.empty() ? "" : " | ") + banner;
  }
  if (!text.empty()) page.line(0, {{text, Style::alarm}});
}

void add_findings(Page& page, const std::vector<Finding>& findings) {
  if (findings.empty()) return;
  page.blank();
  page.line(0, {{"FINDINGS", Style::bold}});
  for (const SeverityWord& row : kSeverities) {
    for (const Finding& finding : findings) {
      if (finding.severity != row.severity) continue;
      const bool named = finding.subject.empty() || finding.message.starts_with(finding.subject);
      const std::string subject = named ? "" : finding.subject + ": ";
      page.line(2, {{fmt::format("{:<9}", row.word), row.style},
                    fmt::format("{} \u00b7 {}", enum_name(finding.finding_class), finding.code)});
      page.paragraph(11, 0, subject + finding.message);
    }
  }
}

std::string render_table(const Report& report, const TableOptions& options) {
  Page page(std::max(options.width, kNarrowestPage), options.colour);
  add_first_line(page, report.inventory, report.banners);
  add_header(page, report);
  const std::vector<BoardView> views = board_views(report);
  if (views.size() > 1) add_boards_summary(page, report, views);
  for (const BoardView& view : views) {
    add_board(page, view);
    add_rates(page, report, view);
  }
  if (views.empty()) {
    page.blank();
    page.line(0, {{"No board was found.", Style::warning}});
  }
  add_together(page, report);
  add_findings(page, report.findings);
  add_rules(page, report);
  add_idle_modules(page, report.inventory.modules);
  add_legend(page, report);
  add_how_to_repeat(page, report);
  return page.take();
}

}  // namespace tpp
