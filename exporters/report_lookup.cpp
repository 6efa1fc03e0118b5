#include "exporters/report_lookup.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace tpp {
namespace {

template <class T, class Match>
const T* find_in(const std::vector<T>& values, Match match) {
  const auto found = std::find_if(values.begin(), values.end(), match);
  return found == values.end() ? nullptr : &*found;
}

double relative_distance(const Comparison& comparison) {
  return std::fabs(*comparison.margin) / comparison.threshold;
}

// Figures only: "datacenter" has no distance.
bool has_distance(const Comparison& comparison, const Verdict& verdict) {
  return comparison.margin && comparison.threshold > 0 &&
         comparison.quantity != RuleQuantity::datacenter &&
         (!verdict.decided_by || comparison.basis == verdict.decided_by);
}

bool is_lower_limit(const Comparison& comparison) {
  return comparison.op == Operator::greater || comparison.op == Operator::greater_equal;
}

// Of the lower limits that are reached, or lie inside the uncertainty, the nearest.
const Comparison* nearest_reached(const Verdict& verdict, const std::string* paragraph) {
  const Comparison* best = nullptr;
  for (const Comparison& comparison : verdict.comparisons) {
    if (!has_distance(comparison, verdict) || !is_lower_limit(comparison)) continue;
    if (comparison.truth != Truth::met && !comparison.within_uncertainty) continue;
    if (paragraph != nullptr && comparison.paragraph != *paragraph) continue;
    if (best == nullptr || relative_distance(comparison) < relative_distance(*best)) {
      best = &comparison;
    }
  }
  return best;
}

// A paragraph applies only when all its conditions are met: the one missed most keeps it away.
const Comparison* nearest_missed(const Verdict& verdict) {
  std::map<std::string, const Comparison*> missed;
  for (const Comparison& comparison : verdict.comparisons) {
    if (!has_distance(comparison, verdict) || comparison.truth != Truth::not_met) continue;
    const Comparison*& worst = missed[comparison.paragraph];
    if (worst == nullptr || relative_distance(comparison) > relative_distance(*worst)) {
      worst = &comparison;
    }
  }
  const Comparison* nearest = nullptr;
  for (const auto& [paragraph, comparison] : missed) {
    if (nearest == nullptr || relative_distance(*comparison) < relative_distance(*nearest)) {
      nearest = comparison;
    }
  }
  return nearest;
}

// What one basis says of one paragraph: the condition that keeps it furthest away, or that it meets
// with the least to spare.
struct Standing {
  const Comparison* worst = nullptr;
  bool unknown = false;      // a condition has no figure on this basis
  bool lower_limit = false;  // an exclusion has none, and is no paragraph that could apply
};

// The margin as a part of the threshold, negative where the condition is missed.
double slack(const Comparison& comparison) {
  return (is_lower_limit(comparison) ? 1 : -1) * *comparison.margin / comparison.threshold;
}

// In the order of the verdict, which is that of the rule.
using Standings = std::vector<std::pair<std::pair<std::string, Basis>, Standing>>;

Standings standings_of(const Verdict& verdict) {
  std::set<std::string> ruled_out;  // by a fact: not for datacenters, or planar dies only
  Standings standings;
  for (const Comparison& comparison : verdict.comparisons) {
    const bool figure = comparison.basis && comparison.margin && comparison.threshold > 0 &&
                        comparison.quantity != RuleQuantity::datacenter;
    if (!figure && comparison.truth == Truth::not_met) ruled_out.insert(comparison.paragraph);
    if (!comparison.basis) continue;
    const std::pair key(comparison.paragraph, *comparison.basis);
    auto at = std::find_if(standings.begin(), standings.end(),
                           [&](const auto& entry) { return entry.first == key; });
    if (at == standings.end()) at = standings.insert(at, {key, {}});
    Standing& standing = at->second;
    standing.unknown = standing.unknown || !figure;
    if (!figure) continue;
    standing.lower_limit = standing.lower_limit || is_lower_limit(comparison);
    if (standing.worst == nullptr || slack(comparison) < slack(*standing.worst)) {
      standing.worst = &comparison;
    }
  }
  std::erase_if(standings, [&](const auto& entry) {
    const Standing& standing = entry.second;
    return ruled_out.contains(entry.first.first) || !standing.lower_limit || !standing.worst;
  });
  return standings;
}

// Of a board of which nothing is decided: the first paragraph that one basis meets altogether,
// which is the one presumed; else the one that it comes nearest to. A lower bound that misses says
// nothing, and neither does a part of a paragraph that is met beside a condition without a figure.
const Comparison* nearest_open(const Verdict& verdict) {
  const Comparison* nearest = nullptr;
  bool declared = false;
  bool unknown = false;
  for (const auto& [key, standing] : standings_of(verdict)) {
    const double most = slack(*standing.worst);
    if (most >= 0 && !standing.unknown) return standing.worst;
    unknown = unknown || most >= 0;
    declared = declared || key.second == Basis::declared;
    if (nearest == nullptr || most > slack(*nearest)) nearest = standing.worst;
  }
  if (nearest == nullptr || nearest->within_uncertainty) return nearest;
  const bool bound = nearest->basis == Basis::achieved || !is_lower_limit(*nearest);
  // Without a declared figure nobody knows whether an estimate is of the whole board; with a row
  // that the evidence contradicts, neither its figures nor its die area are the board's.
  const bool doubtful = !declared || verdict.assurance == Assurance::contradicted;
  return unknown || bound || doubtful ? nullptr : nearest;
}

}  // namespace

std::vector<BoardView> board_views(const Report& report) {
  std::vector<BoardView> views;
  for (const Board& board : report.inventory.boards) {
    BoardView& view = views.emplace_back();
    view.board = &board;
    for (const DeviceId& id : board.devices) {
      if (const Device* device = find_device(report.inventory, id)) view.devices.push_back(device);
    }
    view.performance = find_in(report.performances,
                               [&](const BoardPerformance& p) { return p.board == board.id; });
    if (view.performance != nullptr && view.performance->chip) {
      view.chip =
          find_in(report.chips, [&](const Chip& c) { return c.id == *view.performance->chip; });
    }
    for (const Verdict& verdict : report.verdicts) {
      if (verdict.board == board.id) view.verdicts.push_back(&verdict);
    }
  }
  return views;
}

std::vector<const Device*> added_devices(const BoardView& view) {
  std::vector<const Device*> added = view.devices;
  std::erase_if(added, [](const Device* device) { return is_host_cpu(*device); });
  return added.empty() ? view.devices : added;
}

std::optional<double> board_rate(const BoardView& view, Basis basis, Precision precision) {
  if (view.performance == nullptr) return std::nullopt;
  const auto rates = view.performance->rates.find(basis);
  if (rates == view.performance->rates.end()) return std::nullopt;
  std::optional<double> best;
  for (const PrecisionRate& rate : rates->second) {
    const bool measured = basis != Basis::declared;
    if (rate.precision != precision || (measured && !rate.deciding)) continue;
    best = std::max(best.value_or(0), rate.ops_per_second);
  }
  return best;
}

std::optional<double> advertised_clock_hz(const BoardView& view) {
  if (view.chip == nullptr) return std::nullopt;
  const auto& clock =
      view.chip->matrix_clock_hz ? view.chip->matrix_clock_hz : view.chip->boost_clock_hz;
  return clock ? std::optional(clock->value) : std::nullopt;
}

std::optional<double> max_clock_hz(const BoardView& view) {
  std::optional<double> clock;
  for (const Device* device : added_devices(view)) {
    if (!device->max_clock_hz || (clock && clock != device->max_clock_hz)) return std::nullopt;
    clock = device->max_clock_hz;
  }
  return clock;
}

bool is_one_of_several(const Comparison& comparison, const std::vector<Comparison>& all) {
  const auto alike = [&](const Comparison& other) {
    return other.paragraph == comparison.paragraph && other.quantity == comparison.quantity &&
           other.op == comparison.op && other.threshold == comparison.threshold &&
           other.basis == comparison.basis;
  };
  return comparison.basis && std::ranges::count_if(all, alike) > 1;
}

const Comparison* nearest_threshold(const Verdict& verdict) {
  if (verdict.kind == ClassificationKind::below) return nearest_missed(verdict);
  const bool controlled = verdict.kind == ClassificationKind::controlled;
  if (controlled && !verdict.paragraphs.empty()) {
    return nearest_reached(verdict, &verdict.paragraphs.front());
  }
  return controlled ? nearest_reached(verdict, nullptr) : nearest_open(verdict);
}

}  // namespace tpp
