#include "exporters/history_json.h"

#include <nlohmann/json.hpp>

#include "agent/model/names.h"
#include "exporters/finding_json.h"

namespace tpp {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kIndent = 2;

// Names of products may hold bytes that are no UTF-8.
std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json event_json(const BoardEvent& event) {
  Json json = {{"event", enum_name(event.kind)}, {"board", event.board.value}};
  if (event.recognised_by) json["recognised_by"] = enum_name(*event.recognised_by);
  json["causes"] = Json::array();
  for (const EventCause cause : event.causes) json["causes"].push_back(enum_name(cause));
  json["subject"] = event.subject;
  if (!event.before.empty()) json["before"] = event.before;
  if (!event.after.empty()) json["after"] = event.after;
  if (!event.since.empty()) json["since"] = event.since;
  return json;
}

Json step_json(const HistoryStep& step) {
  Json json = {{"origin", step.origin},     {"started_at", step.started_at},
               {"hostname", step.hostname}, {"events", Json::array()},
               {"findings", Json::array()}, {"notes", step.notes}};
  if (step.by_slot_alone) json["by_slot_alone"] = true;
  for (const BoardEvent& event : step.events) json["events"].push_back(event_json(event));
  for (const Finding& finding : step.findings) json["findings"].push_back(finding_json(finding));
  return json;
}

Json board_json(const BoardTrack& board) {
  Json json = {{"board", board.board.value}, {"product", board.product}};
  if (board.serial) json["serial"] = *board.serial;
  json["first_seen"] = board.first_seen;
  json["last_seen"] = board.last_seen;
  json["reports"] = board.reports;
  json["present"] = board.present;
  json["classes"] = board.classes;
  return json;
}

}  // namespace

std::string history_json(const History& history) {
  Json json = {{"notes", history.notes}, {"boards", Json::array()}, {"reports", Json::array()}};
  for (const BoardTrack& board : history.boards) json["boards"].push_back(board_json(board));
  for (const HistoryStep& step : history.steps) json["reports"].push_back(step_json(step));
  // As in every other format, the banners stand on the first line.
  return "{ \"banners\": " + dump(history.banners, -1) + "," + dump(json, kIndent).substr(1) + "\n";
}

}  // namespace tpp
