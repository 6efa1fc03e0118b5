#include "agent/history/board_events.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/model/names.h"
#include "tests/unit/core/histories.h"

namespace tpp {
namespace {

using test::Causes;
using test::events_of;
using test::followed;
using test::report_on;
using test::Scene;
using testing::ElementsAre;

Rate issue(double value, std::optional<double> grid, double within = 0.0005) {
  Rate rate = test::rate(1e12, value, 132);
  rate.per_clock_per_unit = value;
  rate.snapped_per_clock = grid;
  rate.per_clock_interval = Interval{value * (1 - within), value * (1 + within)};
  return rate;
}

bool differ(const Rate& before, const Rate& after, double share = 0.02) {
  return rates_per_clock_differ(before, after, share);
}

TEST(RatesPerClock, DoNotDifferWhereBothAreTheSameOfTheGrid) {
  EXPECT_FALSE(differ(issue(4170, 4096), issue(4020, 4096)));
}

TEST(RatesPerClock, DifferByMoreThanBothIntervalsAndTheTolerance) {
  EXPECT_FALSE(differ(issue(3900, {}), issue(3830, {})));
  EXPECT_TRUE(differ(issue(3900, {}), issue(3800, {})));
  EXPECT_TRUE(differ(issue(3800, {}), issue(3900, {})));
  EXPECT_TRUE(differ(issue(4090, 4096), issue(3584, {})));
  // The intervals reach each other.
  EXPECT_FALSE(differ(issue(3900, {}, 0.02), issue(3800, {}, 0.02)));
}

TEST(RatesPerClock, DifferByMoreThanTheShareGiven) {
  EXPECT_FALSE(differ(issue(3900, {}, 0), issue(3510, {}, 0), 0.1));
  EXPECT_TRUE(differ(issue(3900, {}, 0), issue(3509, {}, 0), 0.1));
  EXPECT_FALSE(differ(issue(3900, {}, 0), issue(3900, {}, 0), 0));
  EXPECT_TRUE(differ(issue(3900, {}, 0), issue(3901, {}, 0), 0));
}

TEST(RatesPerClock, OfUnknownUncertaintyNeverDiffer) {
  Rate unknown = issue(2048, 2048);
  unknown.per_clock_interval.reset();
  EXPECT_FALSE(differ(issue(4096, 4096), unknown));
}

TEST(BoardChanges, AreNoneWhereNothingChanged) {
  EXPECT_TRUE(events_of({report_on("05-01", followed()), report_on("06-01", followed())}).empty());
}

TEST(BoardChanges, OfUnitsAreOfTheHardware) {
  Scene cut = followed();
  cut.device().units = 114;
  const auto events = events_of(BoardEventKind::units_changed,
                                {report_on("05-01", followed()), report_on("06-01", cut)});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].before, "132 SM");
  EXPECT_EQ(events[0].after, "114 SM");
  EXPECT_EQ(events[0].causes, (Causes{EventCause::hardware}));
  EXPECT_EQ(events[0].recognised_by, RecognisedBy::serial);
  EXPECT_EQ(events[0].since, "2026-05-01T12:00:00Z");
}

TEST(BoardChanges, OfUnitsAnotherRuntimeCountsAreOfTheMethod) {
  Scene other = followed();
  other.device().units = 66;
  other.device().backend = "opencl";
  const auto events = events_of(BoardEventKind::units_changed,
                                {report_on("05-01", followed()), report_on("06-01", other)});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].causes, (Causes{EventCause::method}));
}

TEST(BoardChanges, SayNothingOfUnitsOfASliceOrOfANarrowedDevice) {
  for (bool Device::*member : {&Device::slice, &Device::forced}) {
    Scene part = followed();
    part.device().units = 16;
    part.device().*member = true;
    part.rate().per_clock_per_unit = 1000;
    part.rate().snapped_per_clock = 1000;
    part.rate().per_clock_interval = Interval{999, 1001};
    EXPECT_TRUE(events_of(BoardEventKind::units_changed,
                          {report_on("05-01", followed()), report_on("06-01", part)})
                    .empty());
    EXPECT_TRUE(events_of(BoardEventKind::rate_per_clock_changed,
                          {report_on("05-01", followed()), report_on("06-01", part)})
                    .empty());
  }
}

// Rewritten to a smaller part, recognised by its UUID.
TEST(BoardChanges, OfIdentityNameTheFact) {
  Scene other = followed();
  other.device().serial = "1652523000099";
  other.device().name = "NVIDIA smaller";
  const auto events = events_of(BoardEventKind::identity_changed,
                                {report_on("05-01", followed()), report_on("06-01", other)});
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].subject, "0000:01:00.0 serial number");
  EXPECT_EQ(events[1].subject, "0000:01:00.0 name");
  EXPECT_EQ(events[1].causes, (Causes{EventCause::hardware}));
  EXPECT_EQ(events[1].recognised_by, RecognisedBy::uuid);
}

TEST(BoardChanges, OfANameByAnotherDriverAreNoneOfTheBoard) {
  Scene other = followed();
  other.device().name = "NVIDIA large HBM3";
  other.device().driver_version = "590.10";
  const auto events = events_of(BoardEventKind::identity_changed,
                                {report_on("05-01", followed()), report_on("06-01", other)});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].causes, (Causes{EventCause::condition}));
}

TEST(BoardChanges, OfMemoryAreOfTheHardwareBeyondWhatDriversKeep) {
  const auto causes = [](double bytes, const char* driver) -> std::optional<Causes> {
    Scene other = followed();
    other.device().memory_bytes = static_cast<std::uint64_t>(bytes);
    other.device().driver_version = driver;
    const auto events = events_of(BoardEventKind::identity_changed,
                                  {report_on("05-01", followed()), report_on("06-01", other)});
    if (events.empty()) return std::nullopt;
    return events.front().causes;
  };
  EXPECT_EQ(causes(79.5e9, "580.65.06"), std::nullopt);
  EXPECT_EQ(causes(40e9, "580.65.06"), (Causes{EventCause::hardware}));
  EXPECT_EQ(causes(76e9, "590.10"), (Causes{EventCause::condition}));
  EXPECT_EQ(causes(40e9, "590.10"), (Causes{EventCause::hardware}));
}

// The causes of a memory that is smaller by `share`, where these are the thresholds.
std::optional<Causes> causes_of_less_memory(double share, const char* driver,
                                            const Thresholds& thresholds) {
  Scene before = followed();
  before.device().memory_bytes = 1 << 20;
  Scene after = before;
  after.device().memory_bytes = static_cast<std::uint64_t>((1 << 20) * (1 - share));
  after.device().driver_version = driver;
  const History history =
      test::history_of({report_on("05-01", before), report_on("06-01", after)}, thresholds);
  for (const BoardEvent& event : history.steps.back().events) {
    if (event.kind == BoardEventKind::identity_changed) return event.causes;
  }
  return std::nullopt;
}

TEST(BoardChanges, OfMemoryAreHeldAgainstTheThresholdsGiven) {
  Thresholds wide;
  wide.set(Threshold::history_memory, 0.0625);
  wide.set(Threshold::history_driver_memory, 0.25);
  const char* same = "580.65.06";
  EXPECT_EQ(causes_of_less_memory(0.0625, same, wide), std::nullopt);
  EXPECT_EQ(causes_of_less_memory(0.063, same, wide), (Causes{EventCause::hardware}));
  EXPECT_EQ(causes_of_less_memory(0.0625, same, {}), (Causes{EventCause::hardware}));
  EXPECT_EQ(causes_of_less_memory(0.25, "590.10", wide), (Causes{EventCause::condition}));
  EXPECT_EQ(causes_of_less_memory(0.25, "590.10", {}), (Causes{EventCause::hardware}));
  EXPECT_EQ(causes_of_less_memory(0.26, "590.10", wide), (Causes{EventCause::hardware}));
}

TEST(BoardChanges, OfARateAreHeldAgainstTheThresholdGiven) {
  Scene after = followed();
  for (std::size_t i = 0; i < after.measurements.size(); ++i) {
    Rate& rate = after.rate(i);
    for (double* value : {&*rate.per_clock_per_unit, &rate.per_clock_interval->low,
                          &rate.per_clock_interval->high}) {
      *value *= 0.93;
    }
    rate.snapped_per_clock.reset();
  }
  const auto before = report_on("05-01", followed());
  const auto changed = [&](double share) {
    Thresholds thresholds;
    thresholds.set(Threshold::history_rate, share);
    const auto history = test::history_of({before, report_on("06-01", after)}, thresholds);
    return !history.steps.back().findings.empty();
  };
  EXPECT_TRUE(changed(0.02));
  EXPECT_FALSE(changed(0.1));
}

TEST(BoardChanges, OfFirmwareAreNoFindingAndExplainOthers) {
  Scene before = followed();
  before.device().labels.emplace().vbios_version = "96.00.61";
  Scene after = before;
  after.device().labels->vbios_version = "96.00.99";
  EXPECT_TRUE(events_of(BoardEventKind::units_changed,
                        {report_on("05-01", before), report_on("06-01", after)})
                  .empty());
  const auto flashed = events_of({report_on("05-01", before), report_on("06-01", after)});
  ASSERT_EQ(flashed.size(), 1u);
  EXPECT_EQ(flashed[0].kind, BoardEventKind::firmware_changed);
  EXPECT_EQ(flashed[0].causes, (Causes{EventCause::firmware}));

  after.device().units = 144;
  const auto units = events_of(BoardEventKind::units_changed,
                               {report_on("05-01", before), report_on("06-01", after)});
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].causes, (Causes{EventCause::hardware, EventCause::firmware}));
}

Scene slowed(double share) {
  Scene scene = followed();
  const double value = *scene.rate().per_clock_per_unit * share;
  scene.rate().per_clock_per_unit = value;
  scene.rate().per_clock_interval = Interval{value * 0.9995, value * 1.0005};
  scene.rate().snapped_per_clock.reset();
  return scene;
}

std::vector<BoardEvent> rate_events(const Scene& before, const Scene& after) {
  return events_of(BoardEventKind::rate_per_clock_changed,
                   {report_on("05-01", before), report_on("06-01", after)});
}

TEST(BoardChanges, OfARatePerClockAreOfTheHardware) {
  const auto events = rate_events(followed(), slowed(0.875));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].subject, "0000:01:00.0/mma/fp16");
  EXPECT_EQ(events[0].causes, (Causes{EventCause::hardware}));
}

TEST(BoardChanges, OfARatePerClockNameTheInstructionsWhereTheyDiffer) {
  Scene after = slowed(0.5);
  after.rate().path = "mma.sync";
  const auto events = rate_events(followed(), after);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].before.ends_with(", by test")) << events[0].before;
  EXPECT_TRUE(events[0].after.ends_with(", by mma.sync")) << events[0].after;
}

TEST(BoardChanges, OfARateByAnotherMethodAreOfTheMethod) {
  Scene after = slowed(0.875);
  after.measurements[0].method_version = "2";
  const auto events = rate_events(followed(), after);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].causes, (Causes{EventCause::method}));
}

TEST(BoardChanges, AreNoneOfARunThatWasThrottled) {
  Scene throttled = followed();
  for (std::size_t i = 0; i < throttled.measurements.size(); ++i) {
    throttled.rate(i).per_second *= 0.5;
    throttled.rate(i).interval = {throttled.rate(i).per_second, throttled.rate(i).per_second};
    throttled.rate(i).clock_hz = 700e6;
  }
  EXPECT_TRUE(events_of({report_on("05-01", followed()), report_on("06-01", throttled)}).empty());
}

TEST(BoardChanges, LeaveOutFiguresThatProveNothing) {
  const auto none = [](auto spoil) {
    Scene after = slowed(0.5);
    spoil(after);
    return rate_events(followed(), after).empty();
  };
  EXPECT_FALSE(none([](Scene&) {}));
  EXPECT_TRUE(none([](Scene& scene) { scene.rate().suspect = "cannot be"; }));
  EXPECT_TRUE(none([](Scene& scene) { scene.rate().generic = true; }));
  EXPECT_TRUE(none([](Scene& scene) { scene.rate().emulated = true; }));
  EXPECT_TRUE(none([](Scene& scene) { scene.rate().checked_values = 0; }));
  EXPECT_TRUE(none([](Scene& scene) { scene.device().state.emplace().processes = 1; }));
  EXPECT_TRUE(none([](Scene& scene) { scene.measurements[0].id.kernel = "gemm"; }));
}

TEST(BoardChanges, OfALoopThatTheHardwareNowDeniesAreOfTheHardware) {
  Scene denied = followed();
  denied.measurements[0].outcome = Unsupported{"hardware", "no such instruction"};
  const auto events = rate_events(followed(), denied);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].causes, (Causes{EventCause::hardware}));
  EXPECT_EQ(events[0].after, "unsupported by hardware: no such instruction");
  denied.measurements[0].outcome = Unsupported{"build", "not compiled in"};
  EXPECT_TRUE(rate_events(followed(), denied).empty());
  denied.measurements[0].outcome = Failed{"the worker died"};
  EXPECT_TRUE(rate_events(followed(), denied).empty());
}

TEST(BoardChanges, SayWhyRatesWereNotCompared) {
  Scene busy = followed();
  busy.device().state.emplace().processes = 1;
  const History history =
      test::history_of({report_on("05-01", followed()), report_on("06-01", busy)});
  ASSERT_EQ(history.steps.back().notes.size(), 1u);
  EXPECT_EQ(history.steps.back().notes[0],
            "0000:01:00.0: rates per clock were not compared: other processes were on "
            "0000:01:00.0");
}

// Events of one kind, in reports of 2026-01-01, 2026-02-01, ...: when each is, and since when.
std::vector<std::string> steps_of(BoardEventKind kind, const std::vector<Scene>& scenes) {
  std::vector<Report> reports;
  for (std::size_t month = 1; month <= scenes.size(); ++month) {
    reports.push_back(report_on(fmt::format("{:02}-01", month), scenes[month - 1]));
  }
  std::vector<StoredReport> stored;
  for (const Report& report : reports) stored.push_back({"report", &report});
  std::vector<std::string> steps;
  for (const HistoryStep& step : board_history(stored).steps) {
    for (const BoardEvent& event : step.events) {
      if (event.kind != kind) continue;
      const std::string cause(enum_name(event.causes.front()));
      steps.push_back(fmt::format("{} since {} {}", step.started_at.substr(5, 2),
                                  event.since.substr(5, 2), cause));
    }
  }
  return steps;
}

Scene at_rate(double share, const char* method = "1") {
  Scene scene = slowed(share);
  scene.rate().snapped_per_clock.reset();
  scene.measurements[0].method_version = method;
  return scene;
}

Scene with_memory(double gigabytes, const char* driver = "580.65.06") {
  Scene scene = followed();
  scene.device().memory_bytes = static_cast<std::uint64_t>(gigabytes * 1e9);
  scene.device().driver_version = driver;
  return scene;
}

TEST(BoardChanges, OfARateThatCreepsAreToldAgainstTheLastOneTold) {
  const auto events_at = [](const std::vector<Scene>& scenes) {
    return steps_of(BoardEventKind::rate_per_clock_changed, scenes);
  };
  std::vector<Scene> creeping;
  for (const double share : {1.0, 1.018, 1.036, 1.055, 1.074}) creeping.push_back(at_rate(share));
  EXPECT_THAT(events_at(creeping), ElementsAre("03 since 01 hardware", "05 since 03 hardware"));
  // A step is told once, and one that is within the limit of both is none.
  EXPECT_THAT(events_at({at_rate(1), at_rate(0.9), at_rate(0.9), at_rate(0.91), at_rate(0.9)}),
              ElementsAre("02 since 01 hardware"));
  // Back to what it was.
  EXPECT_THAT(events_at({at_rate(1), at_rate(0.985), at_rate(1.01), at_rate(1)}),
              ElementsAre("03 since 02 hardware"));
}

// What a method may have done accuses no board; what comes after it does.
TEST(BoardChanges, OfARateThatCreepsAreHeldAgainstThoseOfTheirMethod) {
  EXPECT_THAT(steps_of(BoardEventKind::rate_per_clock_changed,
                       {at_rate(1), at_rate(0.985, "2"), at_rate(0.97, "2"), at_rate(0.96, "2")}),
              ElementsAre("03 since 01 method", "04 since 02 hardware"));
}

TEST(BoardChanges, OfMemoryThatCreepsAreToldAgainstTheLastOneTold) {
  const auto events_at = [](const std::vector<Scene>& scenes) {
    return steps_of(BoardEventKind::identity_changed, scenes);
  };
  EXPECT_THAT(events_at({with_memory(80), with_memory(79), with_memory(78), with_memory(78),
                         with_memory(77), with_memory(76)}),
              ElementsAre("03 since 01 hardware", "06 since 03 hardware"));
  EXPECT_THAT(events_at({with_memory(80), with_memory(79, "590.10"), with_memory(78, "590.10"),
                         with_memory(77.2, "590.10")}),
              ElementsAre("03 since 01 condition", "04 since 02 hardware"));
}

TEST(BoardChanges, ReachBackToTheLastReportThatTellsTheFact) {
  Scene inventory = followed();
  inventory.measurements.clear();
  inventory.options.mode = PassMode::inventory;
  inventory.device().units.reset();
  Scene changed = slowed(0.875);
  changed.device().units = 114;
  const auto events = events_of(
      {report_on("05-01", followed()), report_on("06-01", inventory), report_on("07-01", changed)});
  std::size_t hardware = 0;
  for (const BoardEvent& event : events) {
    if (event.kind == BoardEventKind::class_changed) continue;
    ++hardware;
    EXPECT_EQ(event.since, "2026-05-01T12:00:00Z");
  }
  EXPECT_EQ(hardware, 2u);
}

TEST(BoardChanges, FollowTheDevicesOfABoardThatMoved) {
  Chip pair = test::large_chip();
  pair.devices_per_package = 2;
  Scene before = test::measured(pair);
  before.device(0).serial = before.device(1).serial = "1652523000017";
  Scene after = before;
  after.device(0).id.value = "0000:81:00.0";
  after.device(1).id.value = "0000:82:00.0";
  after.board().devices = {after.device(0).id, after.device(1).id};
  after.device(1).units = 50;
  const auto events = events_of({report_on("05-01", before), report_on("06-01", after)});
  ASSERT_GE(events.size(), 2u);
  EXPECT_EQ(events[0].kind, BoardEventKind::moved);
  EXPECT_EQ(events[1].kind, BoardEventKind::units_changed);
  EXPECT_EQ(events[1].subject, "0000:82:00.0 units");
}

TEST(BoardChanges, TellADeviceThatFellOffTheBoard) {
  Chip pair = test::large_chip();
  pair.devices_per_package = 2;
  Scene before = test::measured(pair);
  before.device(0).serial = before.device(1).serial = "1652523000017";
  Scene after = before;
  after.inventory.devices.pop_back();
  after.board().devices.pop_back();
  const auto causes_of = [&](const Report& report) {
    const auto events =
        events_of(BoardEventKind::units_changed, {report_on("05-01", before), report});
    return events.empty() ? Causes{} : events.front().causes;
  };
  Report report = report_on("06-01", after);
  EXPECT_EQ(causes_of(report), (Causes{EventCause::hardware}));
  // It is on the bus, and something hides it.
  report.findings.push_back({.code = "device.unseen", .subject = "0000:02:00.0", .message = ""});
  EXPECT_EQ(causes_of(report), (Causes{EventCause::condition}));
}

}  // namespace
}  // namespace tpp
