// Whole passes of the built programs over simulated devices that somebody else comes to need.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "agent/pass/pass.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

namespace fs = std::filesystem;

// The first device is slow, in real time, and the second is not.
constexpr const char* kScenario = R"(version: 1
devices:
  - {id: "0000:17:00.0", name: A, kind: gpu, units: 132, max_clock_mhz: 1755, benchmarks: [
      {kernel: mma, subject: fp16, ops_per_clock_per_unit: 4096, fault: {slow: 4}},
      {kernel: mma, subject: int8, ops_per_clock_per_unit: 8192}]}
  - {id: "0000:65:00.0", name: B, kind: gpu, units: 132, max_clock_mhz: 1755, benchmarks: [
      {kernel: mma, subject: fp16, ops_per_clock_per_unit: 4096}]}
)";

class PassGate : public testing::Test {
 protected:
  PassGate() {
    const fs::path scenario = temporary_.path() / "scenario.yaml";
    std::ofstream(scenario) << kScenario;
    const fs::path tree = fs::path(TPP_AGENT_PROGRAM).parent_path().parent_path();
    request_.survey.agent = TPP_AGENT_PROGRAM;
    request_.survey.bench = tree / "bin/tpp-bench";
    request_.survey.backend_directory = tree / "lib/tpp/backends";
    request_.survey.only_backend = "sim";
    request_.survey.backend_options = {{"sim.scenario", scenario.string()}};
    request_.survey.mode = PassMode::full;
    request_.rules = {tree / "share/tpp/rules", std::nullopt, "/nonexistent"};
    request_.catalog = {tree / "share/tpp/catalog", std::nullopt, "/nonexistent"};
    request_.gate.lock_file = temporary_.path() / "lock";
  }

  // The pass, in the middle of whose first benchmark `act` happens.
  PassResult run(const std::function<void()>& act) const {
    bool acted = false;
    return run_pass(request_, [&](const PassProgress&) {
      if (!std::exchange(acted, true)) act();
    });
  }

  static std::vector<std::string> subjects(const PassResult& result, const std::string& code) {
    std::vector<std::string> found;
    for (const Finding& finding : result.report.findings) {
      if (finding.code == code) found.push_back(finding.subject);
    }
    return found;
  }

  const test::TemporaryDirectory temporary_;
  PassRequest request_;
};

TEST_F(PassGate, LeavesEveryDeviceWhereALockComesAndFindsNothingWrongWithThem) {
  const PassResult result = run([&] { std::ofstream(*request_.gate.lock_file).close(); });

  EXPECT_THAT(subjects(result, "device.not_idle"),
              testing::UnorderedElementsAre("0000:17:00.0", "0000:65:00.0"));
  EXPECT_THAT(result.not_idle, SizeIs(2));
  EXPECT_FALSE(result.stopped);
  ASSERT_THAT(result.report.measurements, SizeIs(2)) << "of the device that was under way";
  for (const Measurement& measurement : result.report.measurements) {
    EXPECT_TRUE(std::get<Failed>(measurement.outcome).interrupted);
    EXPECT_THAT(std::get<Failed>(measurement.outcome).reason, HasSubstr("reserved"));
  }
  EXPECT_TRUE(subjects(result, "evidence.failed").empty());
  EXPECT_TRUE(subjects(result, "worker.died").empty());
  for (const Verdict& verdict : result.report.verdicts) {
    EXPECT_NE(verdict.kind, ClassificationKind::below);
  }
}

TEST_F(PassGate, EndsWhereItIsToStopAndBeginsNothingAfter) {
  bool stop = false;
  request_.stop = [&stop] { return stop; };

  const PassResult result = run([&stop] { stop = true; });

  EXPECT_TRUE(result.stopped);
  EXPECT_TRUE(result.not_idle.empty());
  EXPECT_THAT(subjects(result, "pass.stopped"), SizeIs(1));
  ASSERT_THAT(result.report.measurements, SizeIs(2));
  EXPECT_EQ(std::get<Failed>(result.report.measurements[0].outcome).reason,
            "not measured: the pass was stopped");
}

TEST_F(PassGate, AsksTheHookBeforeEachDevice) {
  request_.gate.hook = {"/bin/sh", "-c", "case $TPP_AGENT_DEVICE in *17*) echo no; exit 1;; esac"};

  const PassResult result = run([] {});

  EXPECT_THAT(subjects(result, "device.not_idle"), testing::ElementsAre("0000:17:00.0"));
  ASSERT_THAT(result.report.measurements, SizeIs(1));
  EXPECT_TRUE(std::holds_alternative<Rate>(result.report.measurements[0].outcome));
}

TEST_F(PassGate, MeasuresAllWhereNobodyComes) {
  request_.survey.mode = PassMode::quick;

  const PassResult result = run([] {});

  ASSERT_THAT(result.report.measurements, SizeIs(3));
  for (const Measurement& measurement : result.report.measurements) {
    EXPECT_TRUE(std::holds_alternative<Rate>(measurement.outcome));
  }
  EXPECT_TRUE(result.not_idle.empty());
  EXPECT_FALSE(result.stopped);
}

}  // namespace
}  // namespace tpp
