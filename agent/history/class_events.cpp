#include "agent/history/class_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace tpp {
namespace {

using Causes = std::set<EventCause>;  // in the order of the enumeration

const Verdict* verdict_under(const Sighting& sighting, const RuleId& rule) {
  for (const Verdict& verdict : sighting.report->verdicts) {
    if (verdict.board == sighting.board->id && verdict.rule == rule) return &verdict;
  }
  return nullptr;
}

const Rule* rule_named(const Report& report, const RuleId& id) {
  const auto found = std::ranges::find(report.rules, id, &Rule::id);
  return found == report.rules.end() ? nullptr : &*found;
}

// Where it was read from, and up to which day it is known, decides nothing.
bool same_text(Rule one, Rule other) {
  for (Rule* rule : {&one, &other}) {
    rule->origin.clear();
    rule->known_through.clear();
  }
  return one == other;
}

// Options chosen with --reading stand in the banners.
std::set<std::string> readings_of(const Report& report) {
  std::set<std::string> readings;
  for (const std::string& banner : report.banners) {
    if (banner.starts_with("READING: ")) readings.insert(banner);
  }
  return readings;
}

bool same_rule(const Sighting& before, const Sighting& after, const RuleId& id) {
  const Rule* was = rule_named(*before.report, id);
  const Rule* is = rule_named(*after.report, id);
  if (was == nullptr || is == nullptr) return was == is;
  return same_text(*was, *is) && readings_of(*before.report) == readings_of(*after.report);
}

const Chip* chip_of(const Sighting& sighting) {
  const BoardPerformance* performance = performance_of(sighting);
  if (performance == nullptr || !performance->chip) return nullptr;
  const auto& chips = sighting.report->chips;
  const auto found = std::ranges::find(chips, *performance->chip, &Chip::id);
  return found == chips.end() ? nullptr : &*found;
}

// Where a row stands in its file decides nothing, and reports hold no details.
Chip figures_of(Chip chip) {
  chip.origin.clear();
  chip.details = {};
  return chip;
}

// Another identity finds another row, without a change in the catalogue.
bool same_catalogue(const Sighting& before, const Sighting& after, bool identity_changed) {
  const Chip* was = chip_of(before);
  const Chip* is = chip_of(after);
  if (was == nullptr || is == nullptr || was->id != is->id) return was == is || identity_changed;
  return figures_of(*was) == figures_of(*is);
}

struct Kernels {
  std::map<std::string, std::string> method_versions;  // by backend
  std::set<std::tuple<std::string, std::string, std::string>> names;
};

Kernels kernels_of(const Sighting& sighting) {
  Kernels kernels;
  for (const Measurement& measurement : sighting.report->measurements) {
    const BenchmarkId& id = measurement.id;
    const auto& devices = sighting.board->devices;
    if (std::ranges::find(devices, id.device) == devices.end()) continue;
    kernels.method_versions[measurement.backend] = measurement.method_version;
    kernels.names.emplace(id.kernel, id.subject, id.accumulator);
  }
  return kernels;
}

bool any_forced(const Sighting& sighting) {
  return std::ranges::any_of(devices_of(sighting), [](const Device* d) { return d->forced; });
}

bool same_method(const Sighting& before, const Sighting& after) {
  const Kernels was = kernels_of(before);
  const Kernels is = kernels_of(after);
  if (was.names.empty() || is.names.empty()) return true;  // nothing was measured: no method
  if (was.method_versions != is.method_versions) return false;
  // A selection leaves kernels out that the method has.
  return was.names == is.names || any_forced(before) || any_forced(after);
}

// Of the numbers that were not the default, those that verdicts rest on.
std::vector<ThresholdValue> deciding_thresholds(const Sighting& sighting) {
  std::vector<ThresholdValue> values =
      sighting.report->thresholds.value_or(std::vector<ThresholdValue>());
  std::erase_if(values, [](const ThresholdValue& one) {
    return info(one.threshold).adjustable != Adjustable::stricter;
  });
  return values;
}

bool same_condition(const Sighting& before, const Sighting& after) {
  const BoardPerformance* was = performance_of(before);
  const BoardPerformance* is = performance_of(after);
  if (before.report->mode != after.report->mode) return false;
  if (deciding_thresholds(before) != deciding_thresholds(after)) return false;
  if (was == nullptr || is == nullptr) return was == is;
  const auto evidence = [](const BoardFacts& facts) {
    return std::tie(facts.partial, facts.failed, facts.suspect, facts.untrusted);
  };
  return evidence(was->facts) == evidence(is->facts);
}

bool has_event(const BoardChanges& changes, BoardEventKind kind) {
  return std::ranges::find(changes.events, kind, &BoardEvent::kind) != changes.events.end();
}

// What differs beside the rule.
Causes other_causes(const Sighting& before, const Sighting& after, const BoardChanges& changes) {
  Causes causes;
  for (const BoardEvent& event : changes.events) {
    if (event.kind != BoardEventKind::class_changed) {
      causes.insert(event.causes.begin(), event.causes.end());
    }
  }
  const bool identity = has_event(changes, BoardEventKind::identity_changed);
  if (!same_catalogue(before, after, identity)) causes.insert(EventCause::catalogue);
  if (!same_method(before, after)) causes.insert(EventCause::method);
  if (before.report->agent_version != after.report->agent_version) {
    causes.insert(EventCause::agent);
  }
  if (!same_condition(before, after)) causes.insert(EventCause::condition);
  return causes;
}

std::string class_of(const Verdict& verdict) {
  return verdict.classification.empty() ? verdict.rendered : verdict.classification;
}

// The stricter, the larger: class, then the rank of the provision that gives it.
std::pair<int, int> strictness(const Report& report, const Verdict& verdict) {
  constexpr std::array kMildestFirst = {ClassificationKind::information_only,
                                        ClassificationKind::below, ClassificationKind::undetermined,
                                        ClassificationKind::controlled};
  const auto place = std::ranges::find(kMildestFirst, verdict.kind) - kMildestFirst.begin();
  int rank = 0;
  if (const Rule* rule = rule_named(report, verdict.rule)) {
    for (const Provision& provision : rule->provisions) {
      if (provision.gives == verdict.classification) rank = std::max(rank, provision.rank);
    }
  }
  return {static_cast<int>(place), rank};
}

const Verdict* strictest(const Sighting& sighting) {
  const Verdict* strictest = nullptr;
  for (const Verdict& verdict : sighting.report->verdicts) {
    if (verdict.board != sighting.board->id) continue;
    const bool first = strictest == nullptr;
    if (first || strictness(*sighting.report, verdict) > strictness(*sighting.report, *strictest)) {
      strictest = &verdict;
    }
  }
  return strictest;
}

BoardEvent event_of(const Sighting& before, const Sighting& after, Causes causes) {
  if (causes.empty()) causes.insert(EventCause::condition);
  BoardEvent event;
  event.kind = BoardEventKind::class_changed;
  event.board = after.board->id;
  event.causes.assign(causes.begin(), causes.end());
  event.since = before.report->started_at;
  return event;
}

// Of rules that only one of the two was held against.
void add_event_of_rules(const Sighting& before, const Sighting& after, Causes causes,
                        std::vector<BoardEvent>& events) {
  const Verdict* was = strictest(before);
  const Verdict* is = strictest(after);
  if (was == nullptr || is == nullptr || class_of(*was) == class_of(*is)) return;
  causes.insert(EventCause::rule);
  BoardEvent& event = events.emplace_back(event_of(before, after, causes));
  event.subject = "rules in force";
  event.before = fmt::format("{} ({})", class_of(*was), was->rule.value);
  event.after = fmt::format("{} ({})", class_of(*is), is->rule.value);
}

}  // namespace

void add_class_events(const Sighting& before, const Sighting& after, RecognisedBy by,
                      BoardChanges& changes) {
  const Causes others = other_causes(before, after, changes);
  std::vector<BoardEvent> events;
  std::size_t common = 0;
  for (const Verdict& is : after.report->verdicts) {
    const Verdict* was = is.board == after.board->id ? verdict_under(before, is.rule) : nullptr;
    if (was == nullptr) continue;
    ++common;
    if (was->kind == is.kind && was->classification == is.classification) continue;
    Causes causes = others;
    if (!same_rule(before, after, is.rule)) causes.insert(EventCause::rule);
    BoardEvent& event = events.emplace_back(event_of(before, after, causes));
    event.subject = is.rule.value;
    event.before = class_of(*was);
    event.after = class_of(is);
  }
  const bool other_rules =
      common != classes_of(before).size() || common != classes_of(after).size();
  if (events.empty() && other_rules) add_event_of_rules(before, after, others, events);
  for (BoardEvent& event : events) {
    event.recognised_by = by;
    changes.events.push_back(std::move(event));
  }
}

std::vector<std::string> classes_of(const Sighting& sighting) {
  std::vector<std::string> classes;
  for (const Verdict& verdict : sighting.report->verdicts) {
    if (verdict.board != sighting.board->id) continue;
    classes.push_back(fmt::format("{}: {}", verdict.rule.value, class_of(verdict)));
  }
  return classes;
}

}  // namespace tpp
