#include "agent/model/history.h"

#include <fmt/format.h>

#include "agent/model/names.h"

namespace tpp {
namespace {

// Of a board that came, went or moved its slot is told; of any other what changed.
std::string what_changed(const BoardEvent& event) {
  switch (event.kind) {
    case BoardEventKind::appeared:
      return "appeared: " + event.after + (event.since.empty() ? "" : ", seen before");
    case BoardEventKind::gone:
      return "gone: " + event.before;
    case BoardEventKind::replaced:
      return fmt::format("replaced: {} -> {}", event.before, event.after);
    case BoardEventKind::moved:
      return fmt::format("moved: {} -> {}", event.before, event.after);
    case BoardEventKind::class_changed:
      return fmt::format("class by {}: {} -> {}", event.subject, event.before, event.after);
    default:
      return fmt::format("{}: {} -> {}", event.subject, event.before, event.after);
  }
}

std::string cause_text(const BoardEvent& event) {
  if (event.kind != BoardEventKind::class_changed) return "";
  std::string text;
  for (const EventCause cause : event.causes) {
    text += fmt::format("{}{}", text.empty() ? " (by " : ", ", enum_name(cause));
  }
  return text.empty() ? "" : text + ")";
}

}  // namespace

std::string to_sentence(const BoardEvent& event) {
  const std::string by =
      event.recognised_by ? fmt::format("; recognised by its {}", enum_name(*event.recognised_by))
                          : "";
  return what_changed(event) + cause_text(event) + by;
}

}  // namespace tpp
