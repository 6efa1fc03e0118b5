#include "agent/history/board_tracks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "agent/history/board_events.h"
#include "agent/history/board_levels.h"
#include "agent/history/class_events.h"
#include "agent/history/member_events.h"
#include "agent/history/rate_events.h"
#include "agent/history/recognition.h"

namespace tpp {
namespace {

// One board through the reports so far.
struct Track {
  BoardIdentity identity;  // when it was last seen
  Sightings sightings;     // the oldest first
  bool present = false;    // in the last report of the node where it was last seen

  const Sighting& last() const { return sightings.back(); }
};

std::vector<BoardIdentity> identities(const std::vector<Track*>& tracks) {
  std::vector<BoardIdentity> result;
  for (const Track* track : tracks) result.push_back(track->identity);
  return result;
}

bool is_host(const Sighting& sighting) {
  return std::ranges::all_of(devices_of(sighting), [](const Device* d) { return is_host_cpu(*d); });
}

// One finding a board: what is told of it has one reason.
void add_finding(const Sighting& after, const std::vector<BoardEvent>& events,
                 std::vector<Finding>& findings) {
  std::vector<std::string> parts;
  bool identity_alone = true;
  for (const BoardEvent& event : events) {
    if (!by_hardware(event)) continue;
    parts.push_back(fmt::format("{} (since {})", to_sentence(event), event.since));
    identity_alone = identity_alone && event.kind == BoardEventKind::identity_changed;
  }
  if (parts.empty()) return;
  Finding finding{
      .code = "board.changed",
      .finding_class = FindingClass::contradiction,
      .severity = identity_alone ? Severity::warning : Severity::error,
      .subject = after.board->id.value,
      .message = fmt::format("the board is not what it was: {}", fmt::join(parts, "; "))};
  // Of a host CPU a row or a rate classifies nothing.
  if (is_host(after)) {
    finding.finding_class = FindingClass::condition;
    finding.severity = Severity::info;
  }
  findings.push_back(std::move(finding));
}

BoardEvent placed(BoardEventKind kind, const BoardId& board, const std::string& before,
                  const std::string& after) {
  BoardEvent event;
  event.kind = kind;
  event.board = board;
  event.causes = {EventCause::placement};
  event.subject = "slot";
  event.before = before;
  event.after = after;
  return event;
}

// "0000:17:00.0, NVIDIA H100 80GB HBM3, serial 1652523000017"
std::string board_text(const BoardIdentity& board, const BoardIdentity& other,
                       const Sighting& sighting) {
  const std::vector<const Device*> devices = devices_of(sighting);
  return slot_text(board, other) + (devices.empty() ? "" : name_and_serial(*devices.front()));
}

Sightings last_of(const std::vector<Track*>& tracks) {
  Sightings sightings;
  for (const Track* track : tracks) sightings.push_back(track->last());
  return sightings;
}

std::string note_of_first(const std::string& hostname) {
  return fmt::format(
      "the first of these reports that is of node {}: of its boards those alone are known that "
      "were in another node, and nothing tells since when the others are there",
      hostname);
}

class Historian {
 public:
  explicit Historian(const Thresholds& thresholds) : thresholds_(thresholds) {}

  History run(const std::vector<StoredReport>& reports) {
    for (const StoredReport& stored : reports) add(stored);
    History history;
    history.steps = std::move(steps_);
    for (const auto& track : tracks_) history.boards.push_back(row_of(*track));
    return history;
  }

 private:
  void add(const StoredReport& stored) {
    HistoryStep step;
    step.origin = stored.origin;
    step.started_at = stored.report->started_at;
    step.hostname = stored.report->inventory.node.hostname;
    step_ = &steps_.emplace_back(std::move(step));
    report_ = stored.report;
    const bool first_of_node = nodes_.insert(step_->hostname).second;
    now_.clear();
    for (const Board& board : stored.report->inventory.boards) {
      Track track;
      track.identity = identity_of(stored.report->inventory, board);
      track.sightings = {{stored.report, &board}};
      now_.push_back(std::move(track));
    }
    if (steps_.size() == 1) {
      for (Track& track : now_) keep_new(track);
      return;
    }
    match_present(first_of_node);
    if (first_of_node) step_->notes.push_back(note_of_first(step_->hostname));
    if (now_.empty() && tracks_.empty()) step_->notes.emplace_back("no board in any report so far");
  }

  // A report tells of its own node which boards are gone from it or came to it. Of another it tells
  // those alone that turn up here.
  void match_present(bool first_of_node) {
    std::vector<Track*> present;
    std::vector<Track*> elsewhere;
    std::vector<Track*> absent;
    for (const auto& track : tracks_) {
      std::vector<Track*>& seen = is_here(*track) ? present : elsewhere;
      (track->present ? seen : absent).push_back(track.get());
    }
    const Left left = recount(present);
    present.insert(present.end(), elsewhere.begin(), elsewhere.end());
    const std::vector<std::size_t>& asked = left.asked;
    std::vector<BoardIdentity> after;
    for (const std::size_t index : asked) after.push_back(now_[index].identity);
    Recognition found = recognise(identities(present), after);
    for (auto& [before, now] : found.replaced) now = asked[now];
    for (std::size_t& index : found.appeared) index = asked[index];
    for (const Recognised& one : found.same) {
      go_on(*present[one.before], now_[asked[one.after]], one.by);
    }
    std::vector<std::size_t> fresh = found.appeared;
    fresh.insert(fresh.end(), left.replacing.begin(), left.replacing.end());
    for (const auto& [before, now] : found.replaced) fresh.push_back(now);
    const std::vector<std::size_t> unknown = match_absent(absent, fresh);
    for (const auto& [before, now] : found.replaced) replace(*present[before], now_[now]);
    for (const std::size_t index : found.gone) {
      if (is_here(*present[index])) lose(*present[index]);
    }
    for (const std::size_t index : found.appeared) {
      if (first_of_node || std::ranges::find(unknown, index) == unknown.end()) continue;
      step_->events.push_back(
          placed(BoardEventKind::appeared, now_[index].last().board->id, "",
                 board_text(now_[index].identity, now_[index].identity, now_[index].last())));
    }
    for (const std::size_t index : unknown) keep_new(now_[index]);
  }

  // Whether it was last seen in the node of the report at hand.
  bool is_here(const Track& track) const { return track.identity.hostname == step_->hostname; }

  // Indices into `now_` of boards that are counted as before.
  struct Left {
    std::vector<std::size_t> asked;
    std::vector<std::size_t> replacing;  // in the place of a device: told
  };

  // Boards that this report counts at another level than the last: goes on with their devices on
  // boards of this one, and takes theirs out of `present`.
  Left recount(std::vector<Track*>& present) {
    std::vector<Track*> now;
    for (Track& track : now_) now.push_back(&track);
    const Sightings were = last_of(present);
    const std::vector<Recounted> groups = recounted(were, last_of(now));
    std::set<std::size_t> known;
    std::set<const Track*> over;
    Left left;
    for (const Recounted& group : groups) {
      Sightings before;
      for (const std::size_t index : group.before) {
        std::ranges::copy(present[index]->sightings, std::back_inserter(before));
        over.insert(present[index]);
        tell(were[index], lost_members(were[index], *report_));
      }
      for (const std::size_t index : group.after) follow_devices(before, now_[index]);
      known.insert(group.after.begin(), group.after.end());
    }
    if (!groups.empty()) step_->notes.push_back(note_of_levels(groups, were, last_of(now)));
    const std::set<std::size_t> replacing = replace_members(present, over, known);
    std::erase_if(tracks_, [&](const auto& track) { return over.contains(track.get()); });
    for (std::size_t index = 0; index < now_.size(); ++index) {
      if (known.contains(index)) continue;
      (replacing.contains(index) ? left.replacing : left.asked).push_back(index);
    }
    return left;
  }

  // Devices in the place of others, where one of both is on a board that is counted otherwise: of
  // `over` before, or `known` now. Takes out of `present` what is told by it, and `over`. Returns
  // which of `now_` it told of.
  std::set<std::size_t> replace_members(std::vector<Track*>& present,
                                        const std::set<const Track*>& over,
                                        const std::set<std::size_t>& known) {
    std::set<std::size_t> replacing;
    std::set<const Track*> replaced;
    for (Track* track : present) {
      if (over.empty()) break;
      for (const auto& devices : whereabouts({track->last()}, *report_).replaced) {
        const std::size_t index = board_with(*devices.after);
        if (index == now_.size() || (!over.contains(track) && !known.contains(index))) continue;
        step_->events.push_back(
            replaced_member(devices, now_[index].last().board->id, *track->last().report));
        replacing.insert(index);
        replaced.insert(track);
        track->present = false;
      }
    }
    std::erase_if(present, [&](const Track* track) {
      return over.contains(track) || replaced.contains(track);
    });
    return replacing;
  }

  // Index into `now_`; its size where the device is on no board.
  std::size_t board_with(const Device& device) const {
    const auto has = [&](const Track& track) {
      const std::vector<const Device*> devices = devices_of(track.last());
      return std::ranges::find(devices, &device) != devices.end();
    };
    return static_cast<std::size_t>(std::ranges::find_if(now_, has) - now_.begin());
  }

  // A board whose devices were on those of `were`.
  void follow_devices(const Sightings& were, const Track& now) {
    const Sighting& after = now.last();
    Track track = now;
    track.sightings.clear();
    std::optional<RecognisedBy> by;
    for (const Sighting& sighting : were) {
      const bool again = std::ranges::any_of(
          track.sightings, [&](const Sighting& known) { return known.board == sighting.board; });
      const auto sign = again ? std::nullopt : known_by(sighting, after);
      if (sign) track.sightings.push_back(sighting);
      if (sign) by = sign;
    }
    std::ranges::stable_sort(track.sightings, {},
                             [](const Sighting& sighting) { return sighting.report->started_at; });
    if (by) tell(after, device_changes({track.sightings, after, thresholds_, issues_}, *by));
    track.sightings.push_back(after);
    keep_new(track);
  }

  void tell(const Sighting& after, BoardChanges changes) {
    add_finding(after, changes.events, step_->findings);
    std::ranges::move(changes.events, std::back_inserter(step_->events));
    std::ranges::move(changes.notes, std::back_inserter(step_->notes));
  }

  // Boards that were here before, not in the last report. Returns the others.
  std::vector<std::size_t> match_absent(const std::vector<Track*>& absent,
                                        const std::vector<std::size_t>& fresh) {
    std::vector<BoardIdentity> after;
    for (const std::size_t index : fresh) after.push_back(now_[index].identity);
    const Recognition found = recognise(identities(absent), after);
    std::set<std::size_t> known;
    for (const Recognised& one : found.same) {
      Track& back = now_[fresh[one.after]];
      BoardEvent event = placed(BoardEventKind::appeared, back.last().board->id, "",
                                board_text(back.identity, back.identity, back.last()));
      event.recognised_by = one.by;
      event.since = absent[one.before]->last().report->started_at;
      step_->events.push_back(std::move(event));
      go_on(*absent[one.before], back, one.by);
      known.insert(fresh[one.after]);
    }
    std::vector<std::size_t> unknown;
    std::ranges::copy_if(fresh, std::back_inserter(unknown),
                         [&](std::size_t index) { return !known.contains(index); });
    return unknown;
  }

  // The same board, in one more report.
  void go_on(Track& track, const Track& now, RecognisedBy by) {
    const Sighting& after = now.last();
    BoardChanges changes = board_changes({track.sightings, after, thresholds_, issues_}, by);
    add_class_events(track.last(), after, by, changes);
    if (has_moved(track.identity, now.identity)) {
      BoardEvent moved =
          placed(BoardEventKind::moved, after.board->id, slot_text(track.identity, now.identity),
                 slot_text(now.identity, track.identity));
      moved.recognised_by = by;
      moved.since = track.last().report->started_at;
      changes.events.insert(changes.events.begin(), std::move(moved));
    }
    tell(after, std::move(changes));
    track.identity = now.identity;
    track.sightings.push_back(after);
    track.present = true;
  }

  void replace(Track& track, const Track& now) {
    BoardEvent event = placed(BoardEventKind::replaced, now.last().board->id,
                              board_text(track.identity, now.identity, track.last()),
                              board_text(now.identity, track.identity, now.last()));
    event.since = track.last().report->started_at;
    step_->events.push_back(std::move(event));
    track.present = false;
  }

  void lose(Track& track) {
    BoardEvent event = placed(BoardEventKind::gone, track.last().board->id,
                              board_text(track.identity, track.identity, track.last()), "");
    event.since = track.last().report->started_at;
    step_->events.push_back(std::move(event));
    track.present = false;
  }

  void keep_new(const Track& track) {
    tracks_.push_back(std::make_unique<Track>(track));
    tracks_.back()->present = true;
  }

  static BoardTrack row_of(const Track& track) {
    const std::vector<const Device*> devices = devices_of(track.last());
    BoardTrack row;
    row.board = track.last().board->id;
    row.product = devices.empty() ? track.last().board->name : devices.front()->name;
    if (!devices.empty()) row.serial = devices.front()->serial;
    row.first_seen = track.sightings.front().report->started_at;
    row.last_seen = track.last().report->started_at;
    row.reports = reports_of(track);
    row.classes = classes_of(track.last());
    row.present = track.present;
    return row;
  }

  // Its devices may have been on several boards of one report.
  static int reports_of(const Track& track) {
    std::set<const Report*> reports;
    for (const Sighting& sighting : track.sightings) reports.insert(sighting.report);
    return static_cast<int>(reports.size());
  }

  const Thresholds& thresholds_;
  KnownIssues issues_;
  std::vector<std::unique_ptr<Track>> tracks_;
  std::vector<HistoryStep> steps_;
  const Report* report_ = nullptr;  // at hand
  HistoryStep* step_ = nullptr;     // of it
  std::vector<Track> now_;          // its boards
  std::set<std::string> nodes_;     // of which there was a report
};

}  // namespace

bool by_hardware(const BoardEvent& event) {
  return std::ranges::find(event.causes, EventCause::hardware) != event.causes.end();
}

History follow_boards(const std::vector<StoredReport>& reports, const Thresholds& thresholds) {
  return Historian(thresholds).run(reports);
}

}  // namespace tpp
