// The gate of one device against stand-ins: a shell script for the probe child, another for the
// hook, files for locks.
#include "agent/pass/device_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "agent/pass/gate_findings.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

Device gpu() {
  Device device;
  device.id.value = "0000:17:00.0";
  device.memory_bytes = 80'000'000'000;
  device.seen_by = {"probe nvidia"};
  return device;
}

Device cpu() {
  Device device;
  device.id.value = "cpu:0";
  device.kind = DeviceKind::cpu;
  return device;
}

class Gate : public testing::Test {
 protected:
  Gate() {
    thresholds_.set(Threshold::first_reading, 0.5);
    thresholds_.set(Threshold::reading_silence, 60);
  }

  // The probe child: the script can call `reading MEMBERS`, and `again MEMBERS`, which does not
  // return.
  void probe(const std::string& script) {
    std::ofstream file(directory_ / "agent");
    file << "#!/bin/sh\n"
         << "at="
         << std::to_string(std::chrono::nanoseconds(Clock::now().time_since_epoch()).count())
         << "\n"
         << "reading() { at=$((at + 1)); echo \"{\\\"at_ns\\\":$at$1}\" >&3; }\n"
         << "again() { while :; do reading \"$1\"; sleep 0.02; done; }\n"
         << script << "\n";
    file.close();
    fs::permissions(directory_ / "agent", fs::perms::owner_all);
  }

  void hook(const std::string& script) {
    std::ofstream file(directory_ / "hook");
    file << "#!/bin/sh\n" << script << "\n";
    file.close();
    fs::permissions(directory_ / "hook", fs::perms::owner_all);
    request_.hook = {(directory_ / "hook").string(), "word"};
  }

  fs::path event() const { return directory_ / "event"; }
  // A probe that reads an idle device until the event, at which it does `act`; n are the processes.
  std::string idle_until_event(const std::string& act) const {
    return "n=0; while :; do [ -e '" + event().string() + "' ] && " + act +
           R"(; reading ",\"processes\":$n"; sleep 0.02; done)";
  }

  DeviceGate gate(const Device& device) const { return DeviceGate(inputs_, device); }
  GateAnswer ask(const Device& device) const { return gate(device).ask(); }

  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
  GateRequest request_;
  std::function<bool()> stop_;
  Thresholds thresholds_;
  GateInputs inputs_{request_, stop_, thresholds_, directory_ / "agent", std::nullopt};
};

constexpr const char* kIdle = R"(again ',"processes":0')";
constexpr const char* kTaken = R"(again ',"processes":2')";

TEST_F(Gate, IsOpenForADeviceThatIsIdle) {
  probe(kIdle);

  EXPECT_EQ(ask(gpu()).state, GateState::open);
}

TEST_F(Gate, IsShutForADeviceThatStaysTaken) {
  probe(kTaken);
  const auto begin = Clock::now();

  const GateAnswer answer = ask(gpu());

  EXPECT_EQ(answer.state, GateState::shut);
  EXPECT_THAT(answer.why, HasSubstr("2 foreign processes"));
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(500)) << "it may be gone in a moment";
}

TEST_F(Gate, HoldsOurOwnHeatAgainstNobody) {
  probe(R"(again ',"processes":0,"temperature_c":80')");

  EXPECT_EQ(gate(gpu()).ask(Heat::of_others).state, GateState::shut);
  EXPECT_EQ(gate(gpu()).ask(Heat::may_be_ours).state, GateState::open);
}

TEST_F(Gate, OpensWhereWhatWasOnTheDeviceIsGoneInTime) {
  thresholds_.set(Threshold::first_reading, 20);
  probe(R"(reading ',"processes":1'; reading ',"processes":0,"utilization":0.5'; )" +
        std::string(kIdle));

  EXPECT_EQ(ask(gpu()).state, GateState::open);
}

TEST_F(Gate, IsShutWhereTheDeviceCannotBeWatched) {
  probe("echo 'it is lost' >&2; exit 2");

  const GateAnswer answer = ask(gpu());

  EXPECT_EQ(answer.state, GateState::shut);
  EXPECT_THAT(answer.why, HasSubstr("it is lost"));
}

TEST_F(Gate, IsShutWhereTheProbeHangs) {
  thresholds_.set(Threshold::reading_silence, 1);
  probe("exec sleep 60");

  const GateAnswer answer = ask(gpu());

  EXPECT_EQ(answer.state, GateState::shut);
  EXPECT_THAT(answer.why, HasSubstr("hung"));
}

TEST_F(Gate, IsForcedOpenAndSaysWhyItWasShut) {
  probe(kTaken);
  request_.force = true;

  const GateAnswer answer = ask(gpu());

  EXPECT_EQ(answer.state, GateState::open_forced);
  EXPECT_THAT(answer.why, HasSubstr("2 foreign processes"));
}

TEST_F(Gate, SaysOfABusyHostAndRefusesItWhereItIsStrict) {
  EXPECT_EQ(ask(cpu()).state, GateState::open);
  inputs_.host_load = "busy";
  EXPECT_EQ(ask(cpu()).state, GateState::open_unsure);
  request_.strict = true;
  EXPECT_EQ(ask(cpu()).state, GateState::shut);
  request_.force = true;
  EXPECT_EQ(ask(cpu()).state, GateState::open_forced);
}

TEST_F(Gate, SaysOfADeviceThatNobodyWatchesAndRefusesItWhereItIsStrict) {
  Device device = gpu();
  device.seen_by = {"backend opencl"};
  EXPECT_EQ(ask(device).state, GateState::open_unsure);
  request_.strict = true;
  EXPECT_EQ(ask(device).state, GateState::shut);
  device.simulated = true;
  EXPECT_EQ(ask(device).state, GateState::open);
}

TEST_F(Gate, IsShutByALockEvenWhereItIsForced) {
  request_.lock_file = directory_ / "lock";
  EXPECT_EQ(ask(cpu()).state, GateState::open);
  std::ofstream(*request_.lock_file).close();
  request_.force = true;

  const GateAnswer answer = ask(cpu());

  EXPECT_EQ(answer.state, GateState::shut);
  EXPECT_THAT(answer.why, HasSubstr("lock exists"));
  fs::create_symlink("loop", directory_ / "loop");
  request_.lock_file = directory_ / "loop" / "lock";
  EXPECT_THAT(ask(cpu()).why, HasSubstr("cannot be seen"));
}

TEST_F(Gate, AsksTheHookWithTheDevicesId) {
  hook("echo \"$TPP_AGENT_DEVICE $1\" > '" + (directory_ / "asked").string() + "'");

  EXPECT_EQ(ask(cpu()).state, GateState::open);

  std::string asked;
  std::getline(std::ifstream(directory_ / "asked"), asked);
  EXPECT_EQ(asked, "cpu:0 word");
}

TEST_F(Gate, IsShutByAHookThatSaysNoWithItsFirstLine) {
  hook("printf 'job 7 \\001\\377has it\\nand more\\n'; exit 3");

  const GateAnswer answer = ask(cpu());

  EXPECT_EQ(answer.state, GateState::shut);
  EXPECT_THAT(answer.why, HasSubstr("exit status 3: job 7 ??has it"));
  EXPECT_THAT(answer.why, testing::Not(HasSubstr("more")));
}

TEST_F(Gate, IsShutByAHookThatIsNotThereOrDoesNotAnswer) {
  request_.hook = {"/no/hook"};
  EXPECT_EQ(ask(cpu()).state, GateState::shut);
  hook("exec sleep 60");
  request_.hook_timeout_s = 0.05;
  EXPECT_THAT(ask(cpu()).why, HasSubstr("deadline"));
}

TEST_F(Gate, BeginsNothingWhereThePassIsToEnd) {
  stop_ = [] { return true; };
  hook("echo > '" + (directory_ / "asked").string() + "'");

  EXPECT_EQ(ask(cpu()).state, GateState::stopped);

  EXPECT_FALSE(fs::exists(directory_ / "asked"));
  EXPECT_EQ(gate(cpu()).leave(), "the pass was stopped");
}

// While a worker runs.

std::optional<std::string> leave_in_time(DeviceGate& gate) {
  const auto until = Clock::now() + std::chrono::seconds(20);
  std::optional<std::string> why;
  while (!why && Clock::now() < until) why = gate.leave();
  return why;
}

TEST_F(Gate, LeavesADeviceToAForeignProcessThatComes) {
  probe(idle_until_event("n=2"));
  DeviceGate one = gate(gpu());
  ASSERT_EQ(one.ask().state, GateState::open);
  EXPECT_EQ(one.leave(), std::nullopt);

  std::ofstream(event()).close();

  EXPECT_THAT(leave_in_time(one).value_or(""), HasSubstr("a foreign process"));
}

TEST_F(Gate, StaysWhereItIsForcedAndRemembersWhoCame) {
  probe(idle_until_event("n=2"));
  request_.force = true;
  DeviceGate one = gate(gpu());
  ASSERT_EQ(one.ask().state, GateState::open);

  std::ofstream(event()).close();

  const auto until = Clock::now() + std::chrono::seconds(20);
  while (one.disregarded().empty() && Clock::now() < until) EXPECT_EQ(one.leave(), std::nullopt);
  EXPECT_THAT(one.disregarded(), HasSubstr("a foreign process"));
}

TEST_F(Gate, LeavesWhereALockComes) {
  request_.lock_file = directory_ / "lock";
  DeviceGate one = gate(cpu());
  ASSERT_EQ(one.ask().state, GateState::open);
  EXPECT_EQ(one.leave(), std::nullopt);

  std::ofstream(*request_.lock_file).close();

  EXPECT_THAT(one.leave().value_or(""), HasSubstr("reserved"));
}

TEST_F(Gate, LeavesADeviceThatItCanNoLongerSeeWhereItIsStrict) {
  probe(idle_until_event("exit 3"));
  for (const bool strict : {false, true}) {
    fs::remove(event());
    request_.strict = strict;
    DeviceGate one = gate(gpu());
    ASSERT_EQ(one.ask().state, GateState::open);
    std::ofstream(event()).close();
    if (strict) {
      EXPECT_THAT(leave_in_time(one).value_or(""), HasSubstr("no longer tell"));
      continue;
    }
    const auto until = Clock::now() + std::chrono::milliseconds(500);
    while (Clock::now() < until) EXPECT_EQ(one.leave(), std::nullopt);
  }
}

TEST_F(Gate, FindingsSayWhatWasRefusedAndWhatWasForced) {
  PassResult result;
  note_answer(gpu(), {GateState::shut, "somebody"}, result);
  EXPECT_TRUE(result.not_idle.contains(gpu().id));
  EXPECT_EQ(result.report.findings.at(0).code, "device.not_idle");
  EXPECT_EQ(result.report.findings.at(0).finding_class, FindingClass::condition);

  note_answer(gpu(), {GateState::open_forced, "a"}, result);
  note_answer(cpu(), {GateState::open_forced, "b"}, result);
  EXPECT_THAT(
      result.report.banners,
      testing::ElementsAre("FORCED: measured although not idle: 0000:17:00.0: a; cpu:0: b"));

  note_answer(gpu(), {GateState::stopped, ""}, result);
  note_answer(cpu(), {GateState::stopped, ""}, result);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(std::ranges::count(result.report.findings, "pass.stopped", &Finding::code), 1);
}

}  // namespace
}  // namespace tpp
