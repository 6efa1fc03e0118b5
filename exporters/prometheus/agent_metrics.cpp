// The agent: its version, its passes and its probes.
#include "agent/model/names.h"
#include "agent/support/text.h"
#include "exporters/prometheus/metric_sections.h"

namespace tpp {
namespace {

// Every counter is there from the start, at 0: what appears with its first event shows no rise.
template <class Enum>
void add_counters(Metric metric, const std::map<Enum, std::uint64_t>& counted,
                  MetricFamilies& families) {
  for (const EnumRow<Enum>& row : EnumNames<Enum>::rows) {
    const auto count = counted.find(row.value);
    const std::uint64_t value = count == counted.end() ? 0 : count->second;
    families.add(metric, static_cast<double>(value), {std::string(row.name)});
  }
}

void add_last_pass(const LastPass& pass, MetricFamilies& families) {
  families.add(Metric::last_pass_success, pass.outcome == PassOutcome::completed);
  if (const auto ended = parse_utc_s(pass.ended_at)) families.add(Metric::last_pass_end, *ended);
  families.add(Metric::last_pass_duration, pass.duration_s);
}

}  // namespace

void add_agent_metrics(const AgentStatus& status, MetricFamilies& families) {
  if (!status.version.empty()) {
    families.add(Metric::build_info, 1, {status.version, status.revision});
  }
  if (status.counters) {
    add_counters(Metric::passes, status.counters->passes, families);
    add_counters(Metric::measurements, status.counters->measurements, families);
    add_counters(Metric::board_changes, status.counters->board_changes, families);
  }
  if (status.last_pass) add_last_pass(*status.last_pass, families);
  if (status.config_in_force) families.add(Metric::config_reload_success, *status.config_in_force);
  for (const ProbeStatus& probe : status.probes) {
    families.add(Metric::probe_success, probe.success, {probe.probe});
    families.add(Metric::probe_duration, probe.duration_s, {probe.probe});
  }
}

}  // namespace tpp
