// Recording against a stand-in for the probe child: a shell script that says what the test wants.
#include "agent/pass/telemetry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

class Recorder : public testing::Test {
 protected:
  // Records with `script` as the probe, until it has sent `wanted` readings or ended.
  Readings record(const std::string& script, std::size_t wanted) {
    const fs::path agent = directory_ / "agent";
    std::ofstream file(agent);
    file << "#!/bin/sh\necho $$ > '" << (directory_ / "process").string() << "'\n"
         << "echo \"$@\" > '" << (directory_ / "words").string() << "'\n"
         << "reading() { echo \"{\\\"at_ns\\\":$1,\\\"power_w\\\":$2,\\\"clock_limits\\\":[]}\" "
            ">&3; "
            "echo >> '"
         << (directory_ / "sent").string() << "'; }\n"
         << script << "\n";
    file.close();
    fs::permissions(agent, fs::perms::owner_all);
    TelemetryRecorder recorder(agent, "nvidia", {"0000:17:00.0"});
    const auto until = Clock::now() + std::chrono::seconds(20);
    while (Clock::now() < until && sent() < wanted && !is_gone()) {
      std::this_thread::yield();
    }
    return recorder.stop();
  }

  std::size_t sent() const {
    std::error_code none;
    const auto size = fs::file_size(directory_ / "sent", none);
    return none ? 0 : static_cast<std::size_t>(size);
  }

  // Ended, and its end was seen.
  bool is_gone() const {
    pid_t process = 0;
    std::ifstream(directory_ / "process") >> process;
    return process > 0 && ::kill(process, 0) != 0;
  }

  std::string words() const {
    std::ifstream file(directory_ / "words");
    std::string line;
    std::getline(file, line);
    return line;
  }

  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

TEST_F(Recorder, KeepsReadingsUntilItIsStopped) {
  const Readings readings = record("reading 5 1; reading 6 2; reading 7 3; exec sleep 60", 3);

  EXPECT_EQ(readings.trouble, "");
  // The last one may still be on its way when the probe has sent it.
  ASSERT_GE(readings.samples.size(), 2u);
  EXPECT_EQ(readings.samples[0].at_ns, 5u);
  EXPECT_EQ(readings.samples[1].power_w, 2);
  EXPECT_EQ(words(), "probe nvidia --watch 0000:17:00.0");
}

TEST_F(Recorder, KeepsWhichCodeWasInTheProbe) {
  const Readings readings = record(
      R"(echo '{"record":"libraries","files":[{"path":"/tmp/libput.so","deleted":true}]}' >&3
      reading 5 1; reading 6 2; exec sleep 60)",
      2);

  EXPECT_EQ(readings.trouble, "");
  EXPECT_THAT(readings.code, testing::ElementsAre(MappedFile{"/tmp/libput.so", true}));
  EXPECT_GE(readings.samples.size(), 1u);
}

TEST_F(Recorder, StopsAtOnceWhereTheProbeHangs) {
  const auto begin = Clock::now();

  const Readings readings = record("reading 5 1; exec sleep 60", 1);

  EXPECT_EQ(readings.trouble, "");
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(10));
}

TEST_F(Recorder, SaysWhyReadingsEnded) {
  EXPECT_THAT(record("reading 5 1; echo 'the driver is gone' >&2; exit 3", 100).trouble,
              HasSubstr("exit status 3: the driver is gone"));
}

TEST_F(Recorder, RefusesWhatIsNoReading) {
  const Readings readings = record("reading 5 1; echo nonsense >&3; sleep 60 & wait", 100);

  EXPECT_THAT(readings.samples, SizeIs(1));
  EXPECT_THAT(readings.trouble, HasSubstr("probe nvidia: not JSON"));
}

TEST_F(Recorder, SaysThatTheProgramIsMissing) {
  const fs::path missing = directory_ / "missing";
  TelemetryRecorder recorder(missing, "nvidia", {"0000:17:00.0"});

  EXPECT_THAT(recorder.stop().trouble, HasSubstr("cannot run " + missing.string()));
}

TelemetrySample sample(std::uint64_t at_ms, double clock_hz, double power_w, double celsius) {
  TelemetrySample made;
  made.at_ns = at_ms * 1'000'000;
  made.clock_hz = clock_hz;
  made.power_w = power_w;
  made.temperature_c = celsius;
  return made;
}

record::CountedTime between_ms(std::uint64_t begin, std::uint64_t end) {
  return {.begin_ns = begin * 1'000'000, .end_ns = end * 1'000'000};
}

TEST(Summary, TakesTheReadingsOfTheCountedTimeOnly) {
  const std::vector<TelemetrySample> samples = {
      sample(99, 9e9, 900, 99), sample(100, 1e9, 100, 40), sample(120, 3e9, 300, 60),
      sample(140, 2e9, 200, 50), sample(160, 9e9, 900, 99)};

  const auto telemetry = summarise(samples, between_ms(100, 160), "probe x");

  ASSERT_TRUE(telemetry);
  EXPECT_EQ(telemetry->source, "probe x");
  EXPECT_EQ(telemetry->samples, 3);
  EXPECT_EQ(telemetry->clock_hz, 2e9) << "median";
  EXPECT_EQ(telemetry->power_w, 200) << "mean";
  EXPECT_EQ(telemetry->temperature_c, 60) << "highest";
  EXPECT_EQ(telemetry->memory_clock_hz, std::nullopt);
}

TEST(Summary, IsAbsentWhereNothingWasReadMeanwhile) {
  const std::vector<TelemetrySample> samples = {sample(99, 1, 1, 1), sample(200, 1, 1, 1)};

  EXPECT_FALSE(summarise(samples, between_ms(100, 160), "probe x"));
  EXPECT_FALSE(summarise({}, between_ms(100, 160), "probe x"));
}

TEST(Summary, TrustsTheEnergyCounterAboveReadingsOfPower) {
  std::vector<TelemetrySample> samples = {sample(1000, 1, 10, 1), sample(3000, 1, 10, 1)};
  samples[0].energy_j = 5000;
  samples[1].energy_j = 6400;

  EXPECT_EQ(summarise(samples, between_ms(1000, 3001), "")->power_w, 700);
  samples[1].at_ns = 1'900'000'000;
  EXPECT_EQ(summarise(samples, between_ms(1000, 3001), "")->power_w, 10)
      << "its steps are too coarse for less than a second";
  samples[1].at_ns = 3'000'000'000;
  samples[1].energy_j = 5000;
  EXPECT_EQ(summarise(samples, between_ms(1000, 3001), "")->power_w, 10)
      << "a counter that stands still counts nothing";
}

TEST(Summary, TellsInWhichShareOfTheReadingsEachLimitHeld) {
  std::vector<TelemetrySample> samples(4, sample(1, 1, 1, 1));
  samples[0].clock_limits = {"power_cap"};
  samples[1].clock_limits = {"hw_thermal", "power_cap"};
  samples[2].clock_limits = {"power_cap"};
  samples[3].clock_limits.emplace();

  const auto limits = summarise(samples, between_ms(0, 9), "")->clock_limits.value();

  ASSERT_THAT(limits, SizeIs(2));
  EXPECT_EQ(limits[0].reason, "power_cap");
  EXPECT_EQ(limits[0].share, 0.75);
  EXPECT_EQ(limits[1].share, 0.25);
}

TEST(Summary, DoesNotTakeAReadingThatFailedForOneThatNothingHeldTheClockDown) {
  std::vector<TelemetrySample> samples(4, sample(1, 1, 1, 1));
  EXPECT_EQ(summarise(samples, between_ms(0, 9), "")->clock_limits, std::nullopt);

  samples[0].clock_limits.emplace();
  EXPECT_THAT(summarise(samples, between_ms(0, 9), "")->clock_limits.value(), SizeIs(0));

  samples[3].clock_limits = {"hw_thermal"};
  const auto limits = summarise(samples, between_ms(0, 9), "")->clock_limits.value();
  ASSERT_THAT(limits, SizeIs(1));
  EXPECT_EQ(limits[0].share, 0.5) << "of the two that could tell";
}

Measurement held_down_by(const std::vector<ClockLimit>& limits) {
  Measurement measurement;
  measurement.id.device.value = "0000:17:00.0";
  measurement.telemetry = Telemetry{};
  measurement.telemetry->clock_limits = limits;
  return measurement;
}

TEST(ClockFindings, SpeakOfHeatAndOfSettingsAndNotOfThePowerLimit) {
  const std::vector<Measurement> measurements = {
      held_down_by({{"power_cap", 1}, {"idle", 0.1}}),
      held_down_by({{"hw_thermal", 0.25}, {"hw_slowdown", 0.25}}),
      held_down_by({{"hw_thermal", 0.5}, {"applications_clocks", 1}}), Measurement()};

  const auto findings = clock_findings({"0000:17:00.0"}, measurements);

  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[0].code, "device.slowed_down");
  EXPECT_EQ(findings[0].finding_class, FindingClass::health);
  EXPECT_THAT(findings[0].message, HasSubstr("heat (hw_thermal) in 2 of its measurements"));
  EXPECT_THAT(findings[0].message, HasSubstr("up to 50 %"));
  EXPECT_EQ(findings[1].code, "device.clock_limited");
  EXPECT_EQ(findings[1].finding_class, FindingClass::condition);
  EXPECT_THAT(clock_findings({"another"}, measurements), SizeIs(0));
}

TEST(ClockFindings, LeaveOutWhatTheUsersShareLeavesOut) {
  const std::vector<Measurement> measurements = {held_down_by({{"hw_thermal", 0.25}}),
                                                 held_down_by({{"hw_thermal", 0.5}})};
  Thresholds thresholds;
  thresholds.set(Threshold::clock_held_share, 0.25);
  const auto findings = clock_findings({"0000:17:00.0"}, measurements, thresholds);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_THAT(findings[0].message, HasSubstr("in 1 of its measurements"));

  thresholds.set(Threshold::clock_held_share, 0.5);
  EXPECT_THAT(clock_findings({"0000:17:00.0"}, measurements, thresholds), SizeIs(0));
}

TEST(WatchingProbe, IsOneThatShowedTheDeviceAndCanWatchIt) {
  Device device;
  device.seen_by = {"probe cpu", "backend cuda"};
  EXPECT_EQ(watching_probe(device), "");
  device.seen_by.emplace_back("probe nvidia");
  EXPECT_EQ(watching_probe(device), "nvidia");
}

}  // namespace
}  // namespace tpp
