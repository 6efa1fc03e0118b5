// Reports as metrics for Prometheus, byte for byte.
#include <gtest/gtest.h>

#include "agent/support/file.h"
#include "exporters/prometheus/report_metrics.h"
#include "tests/golden/comma_locale.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/sample_reports.h"

namespace tpp {
namespace {

AgentStatus one_pass(const Report& report) { return {.version = report.agent_version}; }

// As the daemon has it, every member set.
AgentStatus daemon_status() {
  AgentStatus status;
  status.version = "0.1.0";
  status.revision = "0123456789ab";
  status.counters = AgentCounters{{{PassOutcome::completed, 12}, {PassOutcome::refused, 3}},
                                  {{MeasurementOutcome::rate, 288},
                                   {MeasurementOutcome::unsupported, 24},
                                   {MeasurementOutcome::failed, 1}},
                                  {{EventCause::hardware, 1}, {EventCause::rule, 2}}};
  status.config_in_force = true;
  status.last_pass = LastPass{PassOutcome::aborted, "2026-10-05T08:31:00Z", 60.5};
  status.probes = {{"nvidia", true, 0.25}, {"amd", false, 20}};
  return status;
}

class Metrics : public testing::TestWithParam<samples::Sample> {
 protected:
  std::string file() const { return "metrics/" + GetParam().name + ".prom"; }
  std::string text() const {
    return render_prometheus(GetParam().report, one_pass(GetParam().report));
  }
};

TEST_P(Metrics, AreTheSameByteForByte) { expect_golden(file(), text()); }

TEST_P(Metrics, DoNotChangeUnderACommaLocale) {
  const std::string stored = read_file(golden_file(file()));
  const CommaLocale comma;
  EXPECT_EQ(text(), stored);
}

TEST(MetricsOfTheDaemon, WithDetailAreTheSameByteForByte) {
  expect_golden("metrics/daemon_with_detail.prom",
                render_prometheus(samples::every_member(), daemon_status(), {.detail = true}));
}

INSTANTIATE_TEST_SUITE_P(Samples, Metrics, testing::ValuesIn(samples::all()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace tpp
