#include "exporters/plan_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/support/text.h"
#include "exporters/number_text.h"
#include "exporters/table_sections.h"

namespace tpp {
namespace {

constexpr const char* kReady = "ready";

std::string energy_text(const std::optional<double>& joules) {
  return joules ? si(*joules) + (std::abs(*joules) < 999.5 ? " J" : "J") : kUnknown;
}

std::string at_once_text(const PlanRow& row) {
  return row.at_once > 1 ? fmt::format(", {} devices of its board at once", row.at_once) : "";
}

struct Sum {
  int ready = 0;
  double seconds = 0;
  std::optional<double> joules = 0;
};

// Energies add up only if every one of them is known.
Sum sum_of(const std::vector<PlanRow>& rows) {
  Sum sum;
  for (const PlanRow& row : rows) {
    if (row.status != kReady) continue;
    ++sum.ready;
    sum.seconds += row.expected_s;
    if (sum.joules && row.expected_j) {
      *sum.joules += *row.expected_j;
    } else {
      sum.joules.reset();
    }
  }
  return sum;
}

}  // namespace

std::string render_plan(const Plan& plan, const TableOptions& options) {
  const std::vector<PlanRow>& rows = plan.rows;
  Page page(std::max(options.width, kNarrowestPage), options.colour);
  if (!plan.banners.empty()) {
    page.line(0, {{fmt::format("{}", fmt::join(plan.banners, " | ")), Style::alarm}});
  }
  Grid grid;
  grid.column(Align::left, {"benchmark"});
  grid.column(Align::right, {"time"});
  grid.column(Align::right, {"energy"});
  grid.column(Align::left, {"status"});
  for (const PlanRow& row : rows) {
    const bool ready = row.status == kReady;
    const Style style = ready ? Style::plain : Style::dim;
    grid.row({{to_string(row.id), style},
              ready ? duration_text(row.expected_s) : kUnknown,
              ready ? energy_text(row.expected_j) : kUnknown,
              {row.status + at_once_text(row), style}});
  }
  if (!grid.empty()) {
    page.grid(0, grid);
    page.blank();
  }
  const Sum sum = sum_of(rows);
  page.line(0, {{fmt::format("{} of {} benchmarks would run, for about {}, at {}", sum.ready,
                             rows.size(), duration_text(sum.seconds),
                             sum.joules ? "about " + energy_text(sum.joules)
                                        : "an energy that is not known"),
                 Style::bold}});
  page.line(0, {"Nothing was run."});
  add_findings(page, plan.findings);
  return page.take();
}

}  // namespace tpp
