#include "agent/history/rate_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "agent/boards/board_parts.h"
#include "agent/history/board_events.h"

namespace tpp {
namespace {

// Loops of nothing but the instruction. A library's product waits for memory, whose clock is
// another: per clock of the units it is faster at a lower one.
constexpr std::array kLoops = {"mma", "fma"};

// kernel, subject, accumulator: the benchmark without the device, which may have moved.
using Loop = std::tuple<std::string, std::string, std::string>;

// What a device says of a loop: a rate, or that its hardware has none (no rate).
struct Issue {
  const Measurement* measurement = nullptr;
  const Rate* rate = nullptr;
};
using Issues = std::map<Loop, Issue>;

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

BoardEvent event_of(const EarlierIssue& before, const Issue& after, const Device& device) {
  BoardEvent event;
  event.kind = BoardEventKind::rate_per_clock_changed;
  event.subject = to_string(after.measurement->id);
  event.before = text_of(before.issue);
  event.after = text_of(after);
  if (paths_differ(before.issue, after)) {
    event.before += ", by " + before.issue.rate->path;
    event.after += ", by " + after.rate->path;
  }
  event.since = before.sighting->report->started_at;
  // Figures of equal method versions may be compared; others may differ for that alone.
  const bool same_method =
      before.issue.measurement->backend == after.measurement->backend &&
      before.issue.measurement->method_version == after.measurement->method_version;
  event.causes =
      same_method ? hardware_causes(*before.device, device) : std::vector{EventCause::method};
  return event;
}

// What each loop did when it was last known.
class Past {
 public:
  Past(const Sightings& before, const Sighting& after, const Device& device) {
    for (auto sighting = before.rbegin(); sighting != before.rend(); ++sighting) {
      const Device* was = counterpart(*sighting, after, device);
      if (was != nullptr) seen_.push_back({&*sighting, was, std::nullopt});
    }
  }

  std::optional<EarlierIssue> latest(const Loop& loop) {
    for (Seen& seen : seen_) {
      if (!seen.issues) seen.issues = issues_of(*seen.sighting, *seen.device);
      const auto found = seen.issues->find(loop);
      if (found != seen.issues->end())
        return EarlierIssue{seen.sighting, seen.device, found->second};
    }
    return std::nullopt;
  }

  // Of the last time that it was seen.
  std::string why_nothing() const {
    const std::string why =
        seen_.empty() ? "" : why_not_comparable(*seen_.front().sighting, *seen_.front().device);
    return why.empty() ? "no loop that was measured before was measured again" : why;
  }

 private:
  struct Seen {
    const Sighting* sighting;
    const Device* device;
    std::optional<Issues> issues;  // read when they are asked for
  };
  std::vector<Seen> seen_;  // the latest first
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

void add_rates(const ThenAndNow& board, const Device& device, BoardChanges& changes) {
  const Issues issues = issues_of(board.after, device);
  const double share = board.thresholds[Threshold::history_rate];
  Past past(board.before, board.after, device);
  bool compared = false;
  for (const auto& [loop, issue] : issues) {
    const auto earlier = past.latest(loop);
    if (!earlier) continue;
    compared = compared || (earlier->issue.rate != nullptr && issue.rate != nullptr);
    if (differ(earlier->issue, issue, share))
      changes.events.push_back(event_of(*earlier, issue, device));
  }
  if (compared) return;
  changes.notes.push_back(fmt::format("{}: rates per clock were not compared: {}", device.id.value,
                                      why_nothing(board.after, device, issues, past)));
}

}  // namespace tpp
