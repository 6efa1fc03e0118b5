// How long a report of 16 devices with 14 precisions takes as metrics for Prometheus, and how large
// they are. Expected before the first run: under 2 ms and 250 KB without detail.
#include <benchmark/benchmark.h>

#include "exporters/prometheus/report_metrics.h"
#include "tests/golden/sample_reports.h"

namespace {

void metrics(benchmark::State& state) {
  const tpp::Report report = tpp::samples::sixteen_devices();
  const tpp::AgentStatus status = {.version = report.agent_version};
  const tpp::MetricOptions options = {.detail = state.range(0) != 0};
  std::size_t series = 0;
  for (const auto& family : tpp::metric_families(report, status, options)) {
    series += family.metric.size();
  }
  std::string text;
  for (auto _ : state) {
    text = tpp::render_prometheus(report, status, options);
    benchmark::DoNotOptimize(text.data());
  }
  state.counters["bytes"] = static_cast<double>(text.size());
  state.counters["series"] = static_cast<double>(series);
}
BENCHMARK(metrics)->ArgName("detail")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
