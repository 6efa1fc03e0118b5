#include "exporters/history_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "agent/model/names.h"
#include "agent/support/add_once.h"
#include "exporters/number_text.h"
#include "exporters/table_sections.h"
#include "exporters/text_page.h"

namespace tpp {
namespace {

std::string kind_text(BoardEventKind kind) {
  std::string text(enum_name(kind));
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string causes_text(const std::vector<EventCause>& causes) {
  std::string text;
  for (const EventCause cause : causes) {
    text += (text.empty() ? "" : ", ") + std::string(enum_name(cause));
  }
  return text;
}

Style style_of(const BoardEvent& event) {
  const bool hardware = std::ranges::find(event.causes, EventCause::hardware) != event.causes.end();
  return hardware ? Style::alarm : Style::bold;
}

// The rules stand with each event, and in JSON: "3A090.a" of "us-ear-2023-10: 3A090.a".
std::string classes_text(const BoardTrack& board) {
  std::vector<std::string> classes;
  for (const std::string& text : board.classes) add_once(text.substr(text.find(": ") + 2), classes);
  return classes.empty() ? kUnknown : fmt::format("{}", fmt::join(classes, ", "));
}

void add_boards(Page& page, const std::vector<BoardTrack>& boards) {
  if (boards.empty()) return;
  page.blank();
  page.line(0, {{"BOARDS", Style::bold}});
  Grid grid;
  grid.column(Align::left, {"board"});
  grid.column(Align::left, {"product"});
  grid.column(Align::left, {"serial"});
  grid.column(Align::left, {"first seen"});
  grid.column(Align::left, {"last seen"});
  grid.column(Align::right, {"reports"});
  grid.column(Align::left, {"class"});
  for (const BoardTrack& board : boards) {
    grid.row({board.board.value, board.product.empty() ? kUnknown : board.product,
              board.serial.value_or(kUnknown), board.first_seen,
              board.present ? board.last_seen : board.last_seen + " (gone)",
              std::to_string(board.reports), classes_text(board)});
  }
  page.grid(2, grid);
}

void add_event(Page& page, const BoardEvent& event) {
  std::vector<Span> heading = {{event.board.value + "  ", Style::plain},
                               {kind_text(event.kind), style_of(event)},
                               fmt::format(" \u00b7 {}", causes_text(event.causes))};
  if (!event.since.empty()) heading.push_back({"  since " + event.since, Style::dim});
  page.line(2, heading);
  page.paragraph(6, 2, to_sentence(event));
}

// `place` of it among `steps`. Between nodes nothing is compared but boards that moved.
std::string no_change_text(const std::vector<HistoryStep>& steps, std::size_t place) {
  const HistoryStep& step = steps[place];
  if (place == 0) return "the first report: nothing to compare with";
  const auto end = steps.begin() + static_cast<std::ptrdiff_t>(place);
  const bool known = std::any_of(steps.begin(), end, [&](const HistoryStep& before) {
    return before.hostname == step.hostname;
  });
  if (!step.by_slot_alone) {
    return known ? "no change was found" : "the first report of this node: nothing to compare with";
  }
  return "nothing differs slot by slot; whether any board is the same is not known";
}

void add_step(Page& page, const std::vector<HistoryStep>& steps, std::size_t place) {
  const HistoryStep& step = steps[place];
  page.blank();
  page.line(0, {{step.started_at, Style::bold},
                fmt::format("  {}  node {}", step.origin, step.hostname)});
  if (step.by_slot_alone && !step.events.empty()) {
    page.line(2, {{"compared by slot: whether any board is the same is not known", Style::dim}});
  }
  for (const BoardEvent& event : step.events) add_event(page, event);
  if (step.events.empty()) {
    page.line(2, {{no_change_text(steps, place), Style::dim}});
  }
  for (const std::string& note : step.notes) page.paragraph(2, 2, {note, Style::dim});
}

}  // namespace

std::string history_table(const History& history, const TableOptions& options) {
  Page page(std::max(options.width, kNarrowestPage), options.colour);
  if (!history.banners.empty()) {
    page.line(0, {{fmt::format("{}", fmt::join(history.banners, " | ")), Style::alarm}});
  }
  page.line(0, {{fmt::format("HISTORY  boards: {}, reports: {}", history.boards.size(),
                             history.steps.size()),
                 Style::bold}});
  for (const std::string& note : history.notes) page.paragraph(0, 2, {note, Style::warning});
  add_boards(page, history.boards);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < history.steps.size(); ++i) {
    add_step(page, history.steps, i);
    std::ranges::copy(history.steps[i].findings, std::back_inserter(findings));
  }
  add_findings(page, findings);
  return page.take();
}

}  // namespace tpp
