#include "agent/history/rate_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "agent/boards/board_parts.h"
#include "agent/history/board_events.h"
#include "agent/history/reference.h"

namespace tpp {
namespace {

// Loops of nothing but the instruction. A library's product waits for memory, whose clock is
// another: per clock of the units it is faster at a lower one.
constexpr std::array kLoops = {"mma", "fma"};

bool comparable(const Rate& rate) {
  return counts(rate) && !rate.generic && rate.quantity == Quantity::operations &&
         rate.per_clock_per_unit && rate.per_clock_interval && *rate.per_clock_per_unit > 0;
}

std::optional<Issue> issue_of(const Measurement& measurement) {
  const std::string& kernel = measurement.id.kernel;
  if (std::ranges::find(kLoops, kernel) == kLoops.end()) return std::nullopt;
  if (const auto* rate = std::get_if<Rate>(&measurement.outcome)) {
    return comparable(*rate) ? std::optional(Issue{&measurement, rate}) : std::nullopt;
  }
  const auto* none = std::get_if<Unsupported>(&measurement.outcome);
  if (none == nullptr || none->by != "hardware") return std::nullopt;
  return Issue{&measurement, nullptr};
}

// The best of several runs: what the device can do.
bool is_better(const Issue& one, const Issue& other) {
  if (one.rate == nullptr || other.rate == nullptr) return one.rate != nullptr;
  return *one.rate->per_clock_per_unit > *other.rate->per_clock_per_unit;
}

// Why nothing of a device can be compared; "" if it can. Another process on it takes turns with our
// loops, and its time counts as ours.
std::string why_not_comparable(const Sighting& sighting, const Device& device) {
  if (device.slice) return fmt::format("{} is a slice: {}", device.id.value, device.slice_reason);
  if (device.forced) return fmt::format("{} was narrowed by an option", device.id.value);
  const bool busy = device.state && (device.state->processes.value_or(0) > 0 ||
                                     device.state->sharing_processes.value_or(0) > 0);
  if (busy) return fmt::format("other processes were on {}", device.id.value);
  const BoardPerformance* performance = performance_of(sighting);
  if (performance != nullptr && !performance->facts.untrusted.empty()) {
    return "code that cannot be relied on took part: " + performance->facts.untrusted.front();
  }
  return "";
}

Issues issues_of(const Sighting& sighting, const Device& device) {
  Issues issues;
  if (!why_not_comparable(sighting, device).empty()) return issues;
  for (const Measurement& measurement : sighting.report->measurements) {
    if (measurement.id.device != device.id) continue;
    const auto issue = issue_of(measurement);
    if (!issue) continue;
    const BenchmarkId& id = measurement.id;
    const auto [known, fresh] = issues.emplace(Loop{id.kernel, id.subject, id.accumulator}, *issue);
    if (!fresh && is_better(*issue, known->second)) known->second = *issue;
  }
  return issues;
}

struct EarlierIssue {
  const Sighting* sighting = nullptr;
  const Device* device = nullptr;
  Issue issue;
};

Interval around(const Rate& rate) {
  const double value = *rate.per_clock_per_unit;
  return {std::min(rate.per_clock_interval->low, value),
          std::max(rate.per_clock_interval->high, value)};
}

std::string text_of(const Issue& issue) {
  if (issue.rate == nullptr) {
    const auto& none = std::get<Unsupported>(issue.measurement->outcome);
    return "unsupported by hardware: " + none.reason;
  }
  const Interval interval = around(*issue.rate);
  const std::string grid =
      issue.rate->snapped_per_clock ? fmt::format(" ({:.6g})", *issue.rate->snapped_per_clock) : "";
  return fmt::format("{:.6g}{} per clock and unit, {:.6g} to {:.6g}",
                     *issue.rate->per_clock_per_unit, grid, interval.low, interval.high);
}

bool differ(const Issue& before, const Issue& after, double share) {
  if (before.rate == nullptr || after.rate == nullptr) return before.rate != after.rate;
  return rates_per_clock_differ(*before.rate, *after.rate, share);
}

bool paths_differ(const Issue& before, const Issue& after) {
  return before.rate != nullptr && after.rate != nullptr && before.rate->path != after.rate->path;
}

// Figures of equal method versions may be compared; others may differ for that alone.
bool same_method(const EarlierIssue& before, const EarlierIssue& after) {
  const Measurement& was = *before.issue.measurement;
  const Measurement& is = *after.issue.measurement;
  return was.backend == is.backend && was.method_version == is.method_version;
}

BoardEvent event_of(const EarlierIssue& before, const EarlierIssue& after) {
  BoardEvent event;
  event.kind = BoardEventKind::rate_per_clock_changed;
  event.subject = to_string(after.issue.measurement->id);
  event.before = text_of(before.issue);
  event.after = text_of(after.issue);
  if (paths_differ(before.issue, after.issue)) {
    event.before += ", by " + before.issue.rate->path;
    event.after += ", by " + after.issue.rate->path;
  }
  event.since = before.sighting->report->started_at;
  event.causes = same_method(before, after) ? hardware_causes(*before.device, *after.device)
                                            : std::vector{EventCause::method};
  return event;
}

// What each loop did when it was known.
class Past {
 public:
  Past(const ThenAndNow& board, const Device& device) {
    for (const Sighting& sighting : board.before) {
      const Device* was = counterpart(sighting, board.after, device);
      if (was != nullptr) seen_.push_back({&sighting, was, &board.issues.of(sighting, *was)});
    }
  }

  Reference<EarlierIssue> reference(const Loop& loop, double share) const {
    Reference<EarlierIssue> reference(
        [share](const EarlierIssue& before, const EarlierIssue& after) {
          return differ(before.issue, after.issue, share);
        },
        same_method);
    for (const Seen& seen : seen_) {
      const auto found = seen.issues->find(loop);
      if (found != seen.issues->end()) reference.add({seen.sighting, seen.device, found->second});
    }
    return reference;
  }

  // Of the last time that it was seen.
  std::string why_nothing() const {
    const std::string why =
        seen_.empty() ? "" : why_not_comparable(*seen_.back().sighting, *seen_.back().device);
    return why.empty() ? "no loop that was measured before was measured again" : why;
  }

 private:
  struct Seen {
    const Sighting* sighting;
    const Device* device;
    const Issues* issues;
  };
  std::vector<Seen> seen_;  // the oldest first
};

std::string why_nothing(const Sighting& after, const Device& device, const Issues& issues,
                        const Past& past) {
  const std::string why = why_not_comparable(after, device);
  if (!why.empty()) return why;
  return issues.empty() ? "no loop of ours was measured" : past.why_nothing();
}

}  // namespace

bool rates_per_clock_differ(const Rate& before, const Rate& after, double share) {
  if (!comparable(before) || !comparable(after)) return false;
  if (before.snapped_per_clock && before.snapped_per_clock == after.snapped_per_clock) return false;
  const Interval was = around(before);
  const Interval is = around(after);
  return is.low > was.high * (1 + share) || is.high < was.low * (1 - share);
}

const Issues& KnownIssues::of(const Sighting& sighting, const Device& device) {
  const auto [known, fresh] = known_.try_emplace(std::pair(sighting.board, &device));
  if (fresh) known->second = issues_of(sighting, device);
  return known->second;
}

void add_rates(const ThenAndNow& board, const Device& device, BoardChanges& changes) {
  const Issues& issues = board.issues.of(board.after, device);
  const Past past(board, device);
  bool compared = false;
  for (const auto& [loop, issue] : issues) {
    const EarlierIssue now{&board.after, &device, issue};
    const auto reference = past.reference(loop, board.thresholds[Threshold::history_rate]);
    if (!reference.last()) continue;
    compared = compared || (reference.last()->issue.rate != nullptr && issue.rate != nullptr);
    if (const EarlierIssue* before = reference.against(now)) {
      changes.events.push_back(event_of(*before, now));
    }
  }
  if (compared) return;
  changes.notes.push_back(fmt::format("{}: rates per clock were not compared: {}", device.id.value,
                                      why_nothing(board.after, device, issues, past)));
}

}  // namespace tpp
