#include "tests/golden/sample_history.h"

namespace tpp::samples {
namespace {

constexpr const char* kFirst = "2026-05-01T12:00:00Z";
constexpr const char* kSecond = "2026-06-01T12:00:00Z";
constexpr const char* kHere = "0000:17:00.0";

BoardEvent placement(BoardEventKind kind, const char* board, const char* before,
                     const char* after) {
  return {kind,   {board}, std::nullopt, {EventCause::placement},
          "slot", before,  after,        kind == BoardEventKind::appeared ? "" : kFirst};
}

BoardEvent change(BoardEventKind kind, std::vector<EventCause> causes, const char* subject,
                  const char* before, const char* after) {
  return {kind, {kHere}, RecognisedBy::serial, std::move(causes), subject, before, after, kFirst};
}

HistoryStep second_step() {
  HistoryStep step{"reports/b.json", kSecond, "node-1", {}, {}, {}};
  BoardEvent moved =
      placement(BoardEventKind::moved, "0000:65:00.0", "0000:81:00.0", "0000:65:00.0");
  moved.recognised_by = RecognisedBy::uuid;
  step.events = {
      moved,
      change(BoardEventKind::identity_changed, {EventCause::condition}, "0000:17:00.0 name",
             "H100 80GB HBM3", "NVIDIA H100 80GB HBM3"),
      change(BoardEventKind::firmware_changed, {EventCause::firmware}, "0000:17:00.0 VBIOS",
             "96.00.61.00.01", "96.00.99.00.01"),
      change(BoardEventKind::units_changed, {EventCause::hardware, EventCause::firmware},
             "0000:17:00.0 units", "132 SM", "114 SM"),
      change(BoardEventKind::rate_per_clock_changed, {EventCause::hardware, EventCause::firmware},
             "0000:17:00.0/mma/fp16", "4093.7 (4096) per clock and unit, 4091 to 4095",
             "2046.1 (2048) per clock and unit, 2045 to 2047"),
      change(BoardEventKind::class_changed,
             {EventCause::hardware, EventCause::rule, EventCause::agent}, "us-ear-2023-10",
             "3A090.a", "undetermined"),
      placement(BoardEventKind::replaced, "0000:ca:00.0", "0000:ca:00.0, NVIDIA L4, serial 1",
                "0000:ca:00.0, NVIDIA L4, serial 2"),
      placement(BoardEventKind::gone, "0000:cb:00.0", "0000:cb:00.0, NVIDIA L4, serial 3", ""),
      placement(BoardEventKind::appeared, "0000:cc:00.0", "", "0000:cc:00.0, NVIDIA L4")};
  step.findings = {
      {.code = "board.changed",
       .finding_class = FindingClass::contradiction,
       .severity = Severity::error,
       .subject = kHere,
       .message = "the board is not what it was: 0000:17:00.0 units: 132 SM -> 114 SM"}};
  step.notes = {"0000:65:00.0: rates per clock were not compared: 0000:65:00.0 is a slice: MIG"};
  return step;
}

}  // namespace

History history() {
  History history;
  history.banners = {"OVERRIDDEN: rules from /tmp"};
  history.notes = {"reports/c.json is the same report as reports/b.json: counted once"};
  history.steps = {{"reports/a.json", kFirst, "node-1", {}, {}, {}}, second_step()};
  history.boards = {{{kHere},
                     "NVIDIA H100 80GB HBM3",
                     "1652523000017",
                     kFirst,
                     kSecond,
                     2,
                     {"us-ear-2023-10: undetermined"},
                     true},
                    {{"0000:cb:00.0"}, "NVIDIA L4", std::nullopt, kFirst, kFirst, 1, {}, false}};
  return history;
}

}  // namespace tpp::samples
