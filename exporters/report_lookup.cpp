#include "exporters/report_lookup.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

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

std::optional<double> advertised_clock_hz(const BoardView& view) {
  if (view.chip == nullptr) return std::nullopt;
  const auto& clock =
      view.chip->matrix_clock_hz ? view.chip->matrix_clock_hz : view.chip->boost_clock_hz;
  return clock ? std::optional(clock->value) : std::nullopt;
}

std::optional<double> max_clock_hz(const BoardView& view) {
  std::optional<double> clock;
  for (const Device* device : view.devices) {
    if (!device->max_clock_hz || (clock && clock != device->max_clock_hz)) return std::nullopt;
    clock = device->max_clock_hz;
  }
  return clock;
}

const Comparison* nearest_threshold(const Verdict& verdict) {
  // "Under" is said of a board that was found below and of no other: a lower bound shows nothing
  // against a threshold that it does not reach.
  if (verdict.kind == ClassificationKind::below) return nearest_missed(verdict);
  const bool controlled = verdict.kind == ClassificationKind::controlled;
  if (controlled && !verdict.paragraphs.empty()) {
    return nearest_reached(verdict, &verdict.paragraphs.front());
  }
  return nearest_reached(verdict, nullptr);
}

}  // namespace tpp
