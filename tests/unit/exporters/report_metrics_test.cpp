#include "exporters/prometheus/report_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "agent/model/names.h"
#include "agent/support/text.h"
#include "exporters/prometheus/metric_table.h"
#include "tests/golden/sample_parts.h"
#include "tests/golden/sample_reports.h"

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Families = std::vector<prometheus::MetricFamily>;
using Labels = std::map<std::string, std::string>;

constexpr const char* kHere = "0000:17:00.0";

Families families_of(const Report& report, bool detail = false) {
  return metric_families(report, {}, {detail});
}

Labels labels_of(const prometheus::ClientMetric& sample) {
  Labels labels;
  for (const auto& label : sample.label) labels[label.name] = label.value;
  return labels;
}

double value_of(const prometheus::MetricFamily& family, const prometheus::ClientMetric& sample) {
  return family.type == prometheus::MetricType::Counter ? sample.counter.value : sample.gauge.value;
}

// Of the sample that has these labels among its own; nullopt if none has.
std::optional<double> find(const Families& families, const std::string& name,
                           const Labels& wanted = {}) {
  for (const auto& family : families) {
    if (family.name != name) continue;
    for (const auto& sample : family.metric) {
      const Labels labels = labels_of(sample);
      const bool fits = std::ranges::all_of(wanted, [&](const auto& label) {
        const auto own = labels.find(label.first);
        return own != labels.end() && own->second == label.second;
      });
      if (fits) return value_of(family, sample);
    }
  }
  return std::nullopt;
}

std::size_t samples_in(const Families& families, const std::string& name) {
  for (const auto& family : families) {
    if (family.name == name) return family.metric.size();
  }
  return 0;
}

// How many samples go by each value of a label, over all families whose name starts so.
std::map<std::string, std::size_t> samples_by(const Families& families, const std::string& label,
                                              const std::string& prefix) {
  std::map<std::string, std::size_t> counts;
  for (const auto& family : families) {
    if (!family.name.starts_with(prefix)) continue;
    for (const auto& sample : family.metric) ++counts[labels_of(sample)[label]];
  }
  return counts;
}

TEST(ReportMetrics, AreFewForADeviceAndForABoard) {
  const Families families = families_of(samples::sixteen_devices());

  const auto devices = samples_by(families, "uuid", "tpp_device_");
  const auto boards = samples_by(families, "board", "tpp_board_");
  EXPECT_EQ(devices.size(), 16u);
  EXPECT_EQ(boards.size(), 16u);
  for (const auto& [uuid, count] : devices) EXPECT_EQ(count, kMostDeviceSeries) << uuid;
  for (const auto& [board, count] : boards) EXPECT_LE(count, kMostBoardSeries) << board;
  std::size_t all = 0;
  for (const auto& family : families) all += family.metric.size();
  EXPECT_LE(all, 16 * (kMostDeviceSeries + kMostBoardSeries) + 20);
}

TEST(ReportMetrics, HaveEveryPrecisionThatWasMeasuredAndEveryBasisOfTheOneThatDecides) {
  const Families families = families_of(samples::sixteen_devices());
  const char* const name = "tpp_device_dense_throughput_ops_per_second";
  const Labels device = {{"uuid", "GPU-5f6c3e1a-0000-0000-0000-000000000003"}};
  const auto with = [&](const char* basis, const char* precision) {
    Labels labels = device;
    labels["basis"] = basis;
    labels["precision"] = precision;
    return find(families, name, labels);
  };

  EXPECT_EQ(with("achieved", "fp64"), 60e12);
  EXPECT_EQ(with("achieved", "int4"), 14 * 60e12);
  EXPECT_EQ(samples_in(families, name), 16u * 17u);
  for (const auto& row : EnumNames<Basis>::rows) {
    EXPECT_EQ(with(row.name.data(), "fp16"), 4 * 60e12) << row.name;
  }
  EXPECT_EQ(with("declared", "bf16"), std::nullopt);
}

// However many there are: what is left out first is what was not measured.
TEST(ReportMetrics, HaveEveryPrecisionThatWasMeasuredOfADeviceThatHasAll) {
  Report report = samples::sixteen_devices();
  const Device& device = report.inventory.devices.front();
  for (const PrecisionInfo& row : precisions()) {
    report.measurements.push_back(
        samples::rate(device, {"mma", std::string(row.name).c_str(), 1e12}));
  }

  const Families families = families_of(report);

  for (const PrecisionInfo& row : precisions()) {
    EXPECT_TRUE(
        find(families, "tpp_device_dense_throughput_ops_per_second",
             {{"uuid", *device.uuid}, {"basis", "achieved"}, {"precision", std::string(row.name)}}))
        << row.name;
  }
  EXPECT_EQ(samples_by(families, "uuid", "tpp_device_")[*device.uuid], kMostDeviceSeries);
}

TEST(ReportMetrics, HaveEveryBasisReadingKernelAndEditionWithDetail) {
  Report report = samples::sixteen_devices();
  const std::string& uuid = *report.inventory.devices.front().uuid;
  report.performances.front().tpp[Basis::achieved].readings = {
      {19, "best_then_sum", "added", 9256.8, {9000, 9300}, Precision::fp16, {}, {}, {}}};

  const Families families = families_of(report, true);

  EXPECT_EQ(find(families, "tpp_device_dense_throughput_ops_per_second",
                 {{"uuid", uuid}, {"basis", "declared"}, {"precision", "bf16"}}),
            5 * 60e12);
  EXPECT_EQ(find(families, "tpp_device_kernel_throughput_ops_per_second",
                 {{"uuid", uuid}, {"kernel", "gemm"}, {"precision", "fp64"}}),
            60e12);
  EXPECT_EQ(find(families, "tpp_device_kernel_bandwidth_bytes_per_second",
                 {{"uuid", uuid}, {"kernel", "dram"}, {"subject", "triad"}}),
            3.01e12);
  EXPECT_EQ(find(families, "tpp_board_tpp_reading",
                 {{"board", uuid}, {"tf32_bits", "19"}, {"processing_units", "added"}}),
            9256.8);
}

TEST(ReportMetrics, DifferFromThoseWithDetailInNothingThatBothHave) {
  const Families few = families_of(samples::sixteen_devices());
  const Families many = families_of(samples::sixteen_devices(), true);

  for (const auto& family : few) {
    for (const auto& sample : family.metric) {
      EXPECT_EQ(find(many, family.name, labels_of(sample)), value_of(family, sample))
          << family.name;
    }
  }
}

TEST(ReportMetrics, LeaveOutRatesThatDoNotCount) {
  const Families families = families_of(samples::undetermined());
  const char* const name = "tpp_device_dense_throughput_ops_per_second";

  // The suspect product would have been the faster one, and fp64 was emulated.
  EXPECT_EQ(find(families, name, {{"precision", "fp16"}}), 299.998e12);
  EXPECT_EQ(find(families, name, {{"precision", "fp64"}}), std::nullopt);
}

TEST(ReportMetrics, LeaveOutWhatIsUnsupportedAndWhatFailed) {
  const Families families = families_of(samples::two_devices_one_board());
  const char* const name = "tpp_device_dense_throughput_ops_per_second";

  EXPECT_EQ(find(families, name, {{"uuid", "0000:c6:00.0"}, {"precision", "fp16"}}), std::nullopt);
  EXPECT_EQ(find(families, "tpp_board_measurement_success", {{"board", "0000:c1:00.0"}}), 0);
  EXPECT_EQ(find(families_of(samples::below_corroborated()), "tpp_board_measurement_success"), 1);
}

TEST(ReportMetrics, TellWhenTheNewestMeasurementOfABoardEnded) {
  const char* const name = "tpp_board_last_measurement_timestamp_seconds";
  Report report = samples::below_corroborated();
  report.started_at = "2026-10-05T08:30:00Z";
  for (Measurement& one : report.measurements) one.taken_at = "2026-09-05T08:30:00Z";
  report.measurements.front().taken_at = "2026-09-05T08:31:00Z";
  EXPECT_EQ(find(families_of(report), name), 1788597060) << "carried over from an earlier pass";

  for (Measurement& one : report.measurements) one.outcome = Failed{"somebody came", true};
  EXPECT_EQ(samples_in(families_of(report), name), 0u);
}

TEST(ReportMetrics, TellNoTimeOfMeasurementsThatTellNone) {
  const char* const name = "tpp_board_last_measurement_timestamp_seconds";
  Report report = samples::below_corroborated();
  report.started_at = "2026-10-05T08:30:00Z";
  for (Measurement& one : report.measurements) one.taken_at.reset();
  EXPECT_EQ(samples_in(families_of(report), name), 0u) << "when the pass began is another time";
  EXPECT_EQ(find(families_of(report), "tpp_board_measurement_success"), 1);

  report.measurements.front().taken_at = "2026-09-05T08:31:00Z";
  EXPECT_EQ(find(families_of(report), name), 1788597060) << "the newest that is told";
  report.measurements.front().taken_at = "yesterday";
  EXPECT_EQ(samples_in(families_of(report), name), 0u);
}

TEST(ReportMetrics, SayNothingOfAMeasurementWhereNothingWasMeasured) {
  const Families families = families_of(samples::inventory_only());

  EXPECT_EQ(samples_in(families, "tpp_board_measurement_success"), 0u);
  EXPECT_EQ(samples_in(families, "tpp_board_last_measurement_timestamp_seconds"), 0u);
  EXPECT_EQ(find(families, "tpp_board_tpp", {{"board", "0000:3b:00.0"}, {"basis", "declared"}}),
            1041.6);
}

TEST(ReportMetrics, GiveADeviceNoFigureOfTheBoardThatItIsAPartOf) {
  Report report = samples::controlled_simulated();
  const char* const name = "tpp_device_dense_throughput_ops_per_second";
  EXPECT_TRUE(find(families_of(report), name, {{"basis", "declared"}}));

  report.inventory.devices.at(0).slice = true;
  EXPECT_EQ(find(families_of(report, true), name, {{"basis", "declared"}}), std::nullopt);
  EXPECT_EQ(find(families_of(report), "tpp_board_partial"), 1);
  EXPECT_EQ(
      find(families_of(samples::two_devices_one_board(), true), name, {{"basis", "declared"}}),
      std::nullopt);
}

TEST(ReportMetrics, SayWhichTppLacksADeviceAndGiveItNoDensity) {
  Report report = samples::two_devices_one_board();
  const Families families = families_of(report);

  EXPECT_EQ(find(families, "tpp_board_tpp_complete", {{"basis", "achieved"}}), 0);
  EXPECT_EQ(find(families, "tpp_board_tpp_complete", {{"basis", "declared"}}), 1);
  const char* const density = "tpp_board_performance_density";
  EXPECT_EQ(find(families, density, {{"basis", "achieved"}}), std::nullopt);
  EXPECT_TRUE(find(families, density, {{"basis", "declared"}}));
}

TEST(ReportMetrics, GiveEveryClassOfTheEditionAndTheOneThatItHasIsOne) {
  const Families families = families_of(samples::controlled_simulated());
  const char* const name = "tpp_board_classification";

  EXPECT_EQ(find(families, name, {{"classification", "3A090.a"}}), 1);
  for (const char* other : {"below", "undetermined", "information_only"}) {
    EXPECT_EQ(find(families, name, {{"classification", other}}), 0) << other;
  }
  EXPECT_EQ(samples_in(families, name), 4u);
  EXPECT_EQ(find(families, "tpp_board_assurance", {{"assurance", "corroborated"}}), 1);
  EXPECT_EQ(find(families, "tpp_board_assurance", {{"assurance", "contradicted"}}), 0);
}

TEST(ReportMetrics, AddUpToOneClassAndOneAssuranceForEveryBoardAndEdition) {
  for (const samples::Sample& sample : samples::all()) {
    std::map<std::pair<std::string, Labels>, double> sums;
    for (const auto& family : families_of(sample.report, true)) {
      const bool states =
          family.name == "tpp_board_classification" || family.name == "tpp_board_assurance";
      if (!states) continue;
      for (const auto& state : family.metric) {
        Labels labels = labels_of(state);
        labels.erase("classification");
        labels.erase("assurance");
        sums[{family.name, labels}] += state.gauge.value;
      }
    }
    for (const auto& [what, sum] : sums) EXPECT_EQ(sum, 1) << sample.name << " " << what.first;
  }
}

TEST(ReportMetrics, AreOfTheEditionInForceAndOfOthersWithDetailOnly) {
  Report report = samples::controlled_simulated();
  report.rules.push_back(report.rules.front());
  report.rules.back().id.value = "older";
  report.rules.back().in_force_to = "2026-10-05";  // the first day after, and that of the report
  report.verdicts.push_back(report.verdicts.front());
  report.verdicts.back().rule.value = "older";
  const char* const name = "tpp_board_classification";

  EXPECT_EQ(find(families_of(report), name, {{"rule", "older"}}), std::nullopt);
  EXPECT_TRUE(find(families_of(report, true), name, {{"rule", "older"}}));
  EXPECT_EQ(find(families_of(report), "tpp_rule_info", {{"rule", "older"}, {"in_force", "false"}}),
            1);

  report.rules.back().in_force_to = "2026-10-06";
  EXPECT_TRUE(find(families_of(report), name, {{"rule", "older"}}));
}

TEST(ReportMetrics, TellTheMarginAsAShareOfTheThreshold) {
  EXPECT_DOUBLE_EQ(*find(families_of(samples::controlled_simulated()),
                         "tpp_board_nearest_threshold_margin_ratio"),
                   (15831.2 - 4800) / 4800);
  const auto below =
      find(families_of(samples::below_corroborated()), "tpp_board_nearest_threshold_margin_ratio");
  ASSERT_TRUE(below);
  EXPECT_LT(*below, 0);
}

TEST(ReportMetrics, KeepAHostProcessorOutOfSumsOverBoards) {
  Report report = samples::cpu_information_only();
  EXPECT_EQ(samples_in(families_of(report), "tpp_board_tpp"), 0u);
  EXPECT_EQ(find(families_of(report), "tpp_board_tpp_for_information", {{"basis", "achieved"}}),
            18.4);

  report.verdicts.clear();
  EXPECT_EQ(samples_in(families_of(report), "tpp_board_tpp"), 0u);

  report.verdicts.emplace_back().board.value = "cpu:0";  // --classify-cpu
  EXPECT_EQ(find(families_of(report), "tpp_board_tpp", {{"basis", "achieved"}}), 18.4);
}

TEST(ReportMetrics, CountFindingsOfTheBoardAndOfItsDevicesWithoutNotes) {
  Report report = samples::controlled_simulated();
  report.inventory.boards.at(0).id.value = "board-1";
  report.verdicts.clear();
  report.performances.clear();
  report.findings = {{"a.b", FindingClass::health, Severity::error, kHere, ""},
                     {"a.b", FindingClass::health, Severity::error, "board-1", ""},
                     {"a.c", FindingClass::health, Severity::info, "board-1", ""},
                     {"a.d", FindingClass::health, Severity::error, "another", ""}};

  const Families families = families_of(report);

  EXPECT_EQ(find(families, "tpp_board_findings", {{"class", "health"}}), 2);
  EXPECT_EQ(find(families, "tpp_board_findings", {{"class", "contradiction"}}), 0);
  EXPECT_EQ(find(families, "tpp_finding", {{"code", "a.b"}, {"class", "health"}}), 2);
  EXPECT_EQ(find(families, "tpp_finding", {{"code", "a.c"}, {"severity", "info"}}), 1);
}

TEST(ReportMetrics, SayWhatMustNotBeMissedInGaugesWithoutLabels) {
  const Families simulated = families_of(samples::controlled_simulated());
  EXPECT_EQ(find(simulated, "tpp_report_simulated"), 1);
  EXPECT_EQ(find(simulated, "tpp_report_forced"), 0);
  EXPECT_EQ(find(simulated, "tpp_report_untrusted_code"), 0);
  EXPECT_EQ(find(simulated, "tpp_report_banners"), 1);

  Report forced = samples::undetermined();
  EXPECT_EQ(find(families_of(forced), "tpp_report_forced"), 1);
  EXPECT_EQ(find(families_of(forced), "tpp_report_banners"), 2);
  forced.libraries.emplace_back().trust = FileTrust::untrusted;
  EXPECT_EQ(find(families_of(forced), "tpp_report_untrusted_code"), 1);
}

// What knows no libraries, as `devices`, has the finding.
TEST(ReportMetrics, SayThatCodeIsUntrustedByItsFindingToo) {
  Report report = samples::nothing_found();
  report.findings.push_back(
      {"evidence.untrusted_code", FindingClass::condition, Severity::warning, "", ""});

  EXPECT_EQ(find(families_of(report), "tpp_report_untrusted_code"), 1);
}

TEST(ReportMetrics, BeginWithWhatMustNotBeMissed) {
  Report report = samples::controlled_simulated();
  report.banners = {"TYPE tpp_x gauge\ntpp_x 1"};

  const std::string text = render_prometheus(report, {});

  EXPECT_THAT(text, StartsWith("# Warning: SIMULATED"));
  EXPECT_THAT(text, HasSubstr("\n# Warning: TYPE tpp_x gauge\xEF\xBF\xBDtpp_x 1\n"));
}

TEST(ReportMetrics, HaveNoSampleTwiceAndNoFamilyThatTheTableLacks) {
  std::set<std::string> known;
  for (const MetricInfo& row : metrics()) known.emplace(row.name);
  for (const samples::Sample& sample : samples::all()) {
    std::set<std::pair<std::string, Labels>> seen;
    for (const auto& family : families_of(sample.report, true)) {
      EXPECT_TRUE(known.contains(family.name)) << family.name;
      for (const auto& one : family.metric) {
        EXPECT_TRUE(seen.insert({family.name, labels_of(one)}).second)
            << sample.name << " " << family.name;
      }
    }
  }
}

TEST(ReportMetrics, OfDevicesWithOneUuidAreAllThere) {
  Report report = samples::sixteen_devices();
  for (Device& device : report.inventory.devices) device.uuid = "GPU-0";

  EXPECT_EQ(samples_in(families_of(report), "tpp_device_info"), 16u);
  EXPECT_EQ(samples_in(families_of(report), "tpp_board_info"), 16u);
}

TEST(ReportMetrics, HavePlacesAndSerialNumbersInInfoAlone) {
  Report report = samples::sixteen_devices();
  std::string rest;
  std::istringstream text(render_prometheus(report, {}, {true}));
  for (std::string line; std::getline(text, line);) {
    if (line.find("_info{") == std::string::npos) rest += line + "\n";
  }

  EXPECT_THAT(rest, HasSubstr("tpp_board_tpp{"));
  EXPECT_THAT(rest, Not(HasSubstr("0000:")));
  EXPECT_THAT(rest, Not(HasSubstr("16500230")));
}

TEST(ReportMetrics, CarryNoTimes) {
  std::istringstream text(render_prometheus(samples::sixteen_devices(), {}, {true}));
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t end = line.rfind('}');
    const std::string rest = line.substr(end == std::string::npos ? 0 : end + 2);
    EXPECT_EQ(split(rest, ' ').size(), end == std::string::npos ? 2u : 1u) << line;
  }
}

TEST(AgentMetrics, HaveEveryCounterFromTheStart) {
  const Families families = metric_families({}, {.counters = AgentCounters()});

  EXPECT_EQ(find(families, "tpp_passes_total", {{"outcome", "failed"}}), 0);
  EXPECT_EQ(find(families, "tpp_measurements_total", {{"outcome", "unsupported"}}), 0);
  EXPECT_EQ(find(families, "tpp_board_changes_total", {{"cause", "hardware"}}), 0);
  EXPECT_EQ(samples_in(families, "tpp_board_changes_total"), EnumNames<EventCause>::rows.size());
}

TEST(AgentMetrics, SayNothingOfWhatAProgramThatEndsDoesNotCount) {
  const Families families = metric_families({}, {.version = "0.1.0"});

  EXPECT_EQ(samples_in(families, "tpp_passes_total"), 0u);
  EXPECT_EQ(samples_in(families, "tpp_last_pass_success"), 0u);
  EXPECT_EQ(find(families, "tpp_build_info", {{"version", "0.1.0"}}), 1);
}

TEST(AgentMetrics, TellALastPassThatDidNotEndAsNoSuccess) {
  AgentStatus status;
  for (const auto& [outcome, success] :
       {std::pair(PassOutcome::completed, 1), std::pair(PassOutcome::aborted, 0),
        std::pair(PassOutcome::refused, 0), std::pair(PassOutcome::failed, 0)}) {
    status.last_pass = LastPass{outcome, "2026-10-05T08:30:00Z", 2.5};
    const Families families = metric_families({}, status);

    EXPECT_EQ(find(families, "tpp_last_pass_success"), success);
    EXPECT_EQ(find(families, "tpp_last_pass_timestamp_seconds"), 1791189000);
    EXPECT_EQ(find(families, "tpp_last_pass_duration_seconds"), 2.5);
  }
}

TEST(AgentMetrics, TellEachProbe) {
  const Families families = metric_families({}, {.probes = {{"nvidia", true, 0.5}, {"amd"}}});

  EXPECT_EQ(find(families, "tpp_probe_success", {{"probe", "nvidia"}}), 1);
  EXPECT_EQ(find(families, "tpp_probe_success", {{"probe", "amd"}}), 0);
  EXPECT_EQ(find(families, "tpp_probe_duration_seconds", {{"probe", "nvidia"}}), 0.5);
}

}  // namespace
}  // namespace tpp
