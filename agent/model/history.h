// What became of boards from one report to the next: the answer of `history`, and what a pass that
// knows an earlier report adds to its findings. Plain values.
#ifndef TPP_AGENT_MODEL_HISTORY_H
#define TPP_AGENT_MODEL_HISTORY_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/finding.h"
#include "agent/model/ids.h"

namespace tpp {

// By what a board of one report is taken for a board of another, the strongest first.
enum class RecognisedBy { serial, uuid, slot };

enum class BoardEventKind {
  appeared,
  gone,
  replaced,  // another board stands in the slot of one that is gone
  moved,     // the same board stands in another slot
  identity_changed,
  firmware_changed,
  units_changed,
  rate_per_clock_changed,
  class_changed,
};

// What an event comes from.
//   hardware   the board itself is not what it was
//   firmware   another version of what its maker updates: explains, and proves nothing
//   rule       another edition, or another way to read it
//   catalogue  another row, or other figures in it
//   method     how rates are taken: method version, backend, kernels
//   agent      another version of this program
//   condition  what was asked of it, what failed, the driver, the clocks
//   placement  which boards are in the node
enum class EventCause { hardware, firmware, rule, catalogue, method, agent, condition, placement };

struct BoardEvent {
  BoardEventKind kind = BoardEventKind::appeared;
  BoardId board;  // in the later report; of a board that is gone, in the earlier one
  std::optional<RecognisedBy> recognised_by;  // none where it was not seen before
  std::vector<EventCause> causes;             // all that may have done it, in the order above
  std::string subject;                        // "0000:17:00.0/mma/fp16", "us-ear-2023-10"
  std::string before;                         // "" where there was nothing
  std::string after;
  std::string since;  // when the report began that `before` stands in

  bool operator==(const BoardEvent&) const = default;
};

// One report of the sequence, and what differs from those before it.
struct HistoryStep {
  std::string origin;  // the report's file
  std::string started_at;
  std::string hostname;
  std::vector<BoardEvent> events;
  std::vector<Finding> findings;   // of events that hardware caused
  std::vector<std::string> notes;  // what could not be compared, and why
  // Who its boards are is not known: what stands in a slot was held against what stood there, and
  // nothing tells that any board is the same.
  bool by_slot_alone = false;
};

// One board through all reports.
struct BoardTrack {
  BoardId board;  // in the last report that has it
  std::string product;
  std::optional<std::string> serial;
  std::string first_seen;  // when these reports began
  std::string last_seen;
  int reports = 0;                   // that have it
  std::vector<std::string> classes;  // one a rule, in the last report that has it
  bool present = false;              // in the last report that could tell it
};

struct History {
  std::vector<std::string> banners;  // of all reports, for the first line
  std::vector<HistoryStep> steps;    // in order of time; the first has nothing to differ from
  std::vector<BoardTrack> boards;    // in the order of their coming
  std::vector<std::string> notes;    // of the sequence: reports given twice, several nodes
};

// "0000:17:00.0 units: 132 SM -> 114 SM; recognised by serial number"
std::string to_sentence(const BoardEvent& event);

}  // namespace tpp

#endif
