#include "agent/pass/carried.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/agent/carried_scene.h"

namespace tpp {
namespace {

using test::before;
using test::carried;
using test::Change;
using test::device;
using test::interrupted;
using test::kGpu;
using test::kOther;
using test::measurement;
using test::now;
using test::report;
using test::survey;
using testing::IsEmpty;
using testing::SizeIs;

double rate_of(const Report& report, const std::string& subject) {
  for (const Measurement& one : report.measurements) {
    if (one.id.subject == subject && std::holds_alternative<Rate>(one.outcome)) {
      return std::get<Rate>(one.outcome).per_second;
    }
  }
  return 0;
}

TEST(Carried, IsWhatWasMeasuredOfADeviceThatIsLeftAloneNow) {
  const Report shown = carried({before()});

  ASSERT_THAT(shown.measurements, SizeIs(2));
  EXPECT_EQ(rate_of(shown, "fp16"), 1e15);
  EXPECT_EQ(shown.measurements[0].taken_at, "2026-11-01T10:00:05Z");
}

TEST(Carried, TakesTheTimeOfItsPassWhereAMeasurementTellsNone) {
  Report old = before();
  for (Measurement& one : old.measurements) one.taken_at = std::nullopt;

  EXPECT_EQ(carried({old}).measurements[0].taken_at, "2026-11-01T10:00:00Z");
}

TEST(Carried, NeverTakesThePlaceOfWhatWasMeasuredNow) {
  Report measured = now();
  measured.measurements = {measurement("fp16", 3e15)};

  const Report shown = carried({before()}, measured);

  EXPECT_THAT(shown.measurements, SizeIs(2));
  EXPECT_EQ(rate_of(shown, "fp16"), 3e15);
  EXPECT_EQ(rate_of(shown, "int8"), 2e15);
}

TEST(Carried, TakesThePlaceOfWhatWasInterruptedNow) {
  Report left = now();
  left.measurements = {interrupted("fp16"), interrupted("fp8_e4m3")};

  const Report shown = carried({before()}, left);

  EXPECT_EQ(rate_of(shown, "fp16"), 1e15);
  EXPECT_THAT(shown.measurements, SizeIs(3)) << "with what was never measured";
}

TEST(Carried, IsNothingThatWasInterruptedThen) {
  EXPECT_THAT(carried({report("2026-11-01T10:00:00Z", {interrupted("fp16")})}).measurements,
              IsEmpty());
}

TEST(HoldsAllOf, IsSoOfANewerMeasurementAndOfOneThatWasCarried) {
  EXPECT_TRUE(holds_all_of(now(), now()));
  EXPECT_TRUE(holds_all_of(before(), now()));
  EXPECT_TRUE(holds_all_of(carried({before()}), before()));
  Report newer = now();
  newer.measurements = {measurement("int8", 1e12), measurement("fp16", 1e12)};
  EXPECT_TRUE(holds_all_of(newer, before()));
  EXPECT_TRUE(holds_all_of(now(), report("2026-11-01T10:00:00Z", {interrupted("fp16")})));
}

TEST(HoldsAllOf, IsNotSoWhereAMeasurementOrItsDeviceIsAnother) {
  EXPECT_FALSE(holds_all_of(now(), before()));
  Report gone = before();
  gone.inventory.devices.clear();
  EXPECT_FALSE(holds_all_of(gone, before()));
  Report exchanged = before();
  exchanged.inventory.devices[0].uuid = "GPU-other";
  EXPECT_FALSE(holds_all_of(exchanged, before()));
  Report elsewhere = before();
  elsewhere.measurements[1].id.device = kOther;
  EXPECT_FALSE(holds_all_of(elsewhere, before()));
  Report worse = before();
  worse.measurements[0].outcome = Failed{.reason = "it crashed"};
  EXPECT_FALSE(holds_all_of(worse, before()));
  EXPECT_TRUE(holds_all_of(before(), worse));
  worse.measurements[0] = interrupted("fp16");
  EXPECT_FALSE(holds_all_of(worse, before()));
}

TEST(Carried, LooksBehindAReportThatHasNothingOfTheDevice) {
  EXPECT_EQ(rate_of(carried({report("2026-11-20T10:00:00Z"), before()}), "fp16"), 1e15);
}

TEST(Carried, IsOfTheNewestReportThatFits) {
  const Report newer = report("2026-11-20T10:00:00Z", {measurement("fp16", 9e14)});
  EXPECT_EQ(rate_of(carried({newer, before()}), "fp16"), 9e14);
}

class ChangedDevice : public testing::TestWithParam<Change> {};

TEST_P(ChangedDevice, HasNothingOfItsFormerState) {
  Report changed = now();
  GetParam()(changed.inventory.devices[0]);

  EXPECT_THAT(carried({before()}, changed).measurements, IsEmpty());
  const auto news = device_news(changed, std::vector<Report>{before()});
  ASSERT_THAT(news, SizeIs(1));
  EXPECT_TRUE(news[0].changed);
  EXPECT_EQ(news[0].measured_at, "");
  EXPECT_EQ(news[0].seen_since, "2026-11-29T10:00:00Z");
}

INSTANTIATE_TEST_SUITE_P(
    Carried, ChangedDevice,
    testing::Values([](Device& d) { d.driver_version = "590.48.01"; },
                    [](Device& d) { d.name = "H100 NVL"; },
                    [](Device& d) { d.uuid = "GPU-another"; },
                    [](Device& d) { d.serial = "1652523000017"; },
                    [](Device& d) { d.pci_id = "10de:2331"; }, [](Device& d) { d.units = 114; },
                    [](Device& d) { d.slice = true; },
                    [](Device& d) { d.labels.emplace().vbios_version = "96.00"; },
                    [](Device& d) { d.labels.emplace().gsp_firmware_version = "590"; },
                    [](Device& d) { d.state.emplace().ecc_enabled = false; },
                    [](Device& d) { d.state.emplace().partitioned = true; },
                    [](Device& d) { d.state.emplace().compute_partition = "CPX"; },
                    [](Device& d) { d.state.emplace().memory_partition = "NPS4"; }));

// A probe that hung tells less of a device that is there.
TEST(Carried, LooksBehindAnotherStateOfADeviceThatIsKnownAgain) {
  for (const Change change : {Change([](Device& d) { d.uuid = "GPU-another"; }),
                              Change([](Device& d) { d.uuid.reset(); }),
                              Change([](Device& d) { d.driver_version.reset(); })}) {
    Report another = report("2026-11-20T10:00:00Z");
    change(another.inventory.devices[0]);

    const Report shown = carried({another, before()});

    EXPECT_EQ(rate_of(shown, "fp16"), 1e15);
    const auto news = device_news(shown, std::vector<Report>{another, before()});
    ASSERT_THAT(news, SizeIs(1));
    EXPECT_TRUE(news[0].changed) << "and is due to be measured";
  }
}

Report without(const std::string& started_at = "2026-11-20T10:00:00Z") {
  Report empty = report(started_at);
  empty.inventory.devices.clear();
  return empty;
}

TEST(Carried, ComesBackWithADeviceThatWasAwayAndIsDueToBeMeasured) {
  const std::vector<Report> earlier{without("2026-11-21T10:00:00Z"), without(), before()};

  const Report shown = carried(earlier);

  EXPECT_EQ(rate_of(shown, "fp16"), 1e15);
  const auto news = device_news(shown, earlier);
  ASSERT_THAT(news, SizeIs(1));
  EXPECT_TRUE(news[0].changed);
  EXPECT_EQ(news[0].seen_since, "2026-11-29T10:00:00Z");
  EXPECT_EQ(news[0].measured_at, "2026-11-01T10:00:05Z");
}

TEST(Carried, DoesNotComeBackWithAnotherDeviceOrDriver) {
  for (const Change change : {Change([](Device& d) { d.uuid = "GPU-another"; }),
                              Change([](Device& d) { d.serial = "1652523000017"; }),
                              Change([](Device& d) { d.driver_version = "590.48.01"; })}) {
    Report changed = now();
    change(changed.inventory.devices[0]);
    EXPECT_THAT(carried({without(), before()}, changed).measurements, IsEmpty());
    // With the first one again it does, however long another was there.
    EXPECT_THAT(carried({without(), changed, before()}).measurements, SizeIs(2));
  }
  EXPECT_THAT(carried({without(), before()}, now(), survey("cuda 8")).measurements, IsEmpty());
}

TEST(Carried, DoesNotComeBackWithADeviceThatOnlyItsPlaceTells) {
  for (const char* filler : {"", "0000000000", "0xffffffff", "unknown", "[Not Supported]",
                             "Default string", "0123456789"}) {
    Report old = before();
    Report again = now();
    for (Report* one : {&old, &again}) {
      std::optional<std::string>& uuid = one->inventory.devices[0].uuid;
      uuid.reset();
      if (*filler != '\0') uuid = filler;
      one->inventory.devices[0].serial = filler;
    }
    EXPECT_THAT(carried({old}, again).measurements, SizeIs(2));
    EXPECT_THAT(carried({without(), old}, again).measurements, IsEmpty());
    Report another = again;
    another.inventory.devices[0].driver_version = "590.48.01";
    EXPECT_THAT(carried({another, old}, again).measurements, IsEmpty());
  }
}

// It may have been exchanged while the node was off; what is judged by measurements stays so.
TEST(Carried, OfADeviceThatOnlyItsPlaceTellsHoldsForOneBoot) {
  Report old = before();
  old.mode = PassMode::full;
  Report again = now();
  again.mode = PassMode::inventory;
  for (Report* one : {&old, &again}) one->inventory.devices[0].uuid.reset();
  Report since = again;
  since.started_at = "2026-11-20T10:00:00Z";
  const std::vector<Report> earlier{since, old};
  const auto carried_of = [&](const std::size_t of_this_boot) {
    Report to = again;
    const auto count =
        carry_measurements(survey(), {earlier, nullptr, {}, of_this_boot}, to).size();
    EXPECT_EQ(to.mode, PassMode::full);
    return count;
  };

  EXPECT_EQ(carried_of(2), 2u);
  EXPECT_EQ(carried_of(1), 0u);
  EXPECT_EQ(carried_of(0), 0u);
  Report known = now();
  EXPECT_EQ(carry_measurements(survey(), {std::vector{before()}}, known).size(), 2u)
      << "a UUID is told again";
}

TEST(Carried, IsLookedForFurtherBackWhereADeviceWasAway) {
  const Report old = before();
  int asked = 0;
  const FurtherBack further_back = [&](const Device&) { return ++asked, std::vector{&old}; };
  const auto carried_of = [&](const std::vector<Report>& newest) {
    Report to = now();
    return carry_measurements(survey(), {newest, further_back}, to).size();
  };

  EXPECT_EQ(carried_of({without()}), 2u);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(carried_of({report("2026-11-20T10:00:00Z")}), 0u);
  EXPECT_EQ(carried_of({without(), before()}), 2u);
  EXPECT_EQ(asked, 1) << "it was there all along, or is found";
}

TEST(Carried, IsNothingOfAnotherMethodOrModule) {
  EXPECT_THAT(carried({before()}, now(), survey("cuda 8")).measurements, IsEmpty());
  Report by_opencl = before();
  for (Measurement& one : by_opencl.measurements) one.backend = "opencl";
  EXPECT_THAT(carried({by_opencl}).measurements, IsEmpty());
}

TEST(Carried, GivesAnInventoryTheModeByWhichItIsJudged) {
  Report inventory = now();
  inventory.mode = PassMode::inventory;
  Report full = before();
  full.mode = PassMode::full;

  EXPECT_EQ(carried({full}, inventory).mode, PassMode::full);
  EXPECT_EQ(carried({}, inventory).mode, PassMode::inventory);
}

TEST(Carried, KeepsTheModeOfANodeWhoseMeasurementsAreLost) {
  Report inventory = now();
  inventory.mode = PassMode::inventory;
  inventory.inventory.devices[0].uuid = "GPU-another";
  Report full = before();
  full.mode = PassMode::full;
  const Report lost = carried({full}, inventory);
  EXPECT_THAT(lost.measurements, IsEmpty());
  EXPECT_EQ(lost.mode, PassMode::full);

  EXPECT_EQ(carried({inventory, lost}, inventory).mode, PassMode::full);
  Report refused = report("2026-11-20T10:00:00Z");
  refused.mode = PassMode::full;
  refused.findings.emplace_back().code = "device.not_idle";
  EXPECT_EQ(carried({refused}, inventory).mode, PassMode::inventory) << "nothing was measured";
}

TEST(Carried, JudgesAnInventoryAsMeasuredWhereThePassThatDidCannotBeRead) {
  const auto mode_after = [](const UnreadPass& unread, const std::vector<Report>& readable) {
    Report inventory = now();
    inventory.mode = PassMode::inventory;
    inventory.inventory.node.hostname = "node";
    const std::vector<UnreadPass> all{{"node", PassMode::inventory, false}, unread};
    carry_measurements(survey(), {readable, nullptr, all}, inventory);
    return inventory.mode;
  };
  Report full = before();
  full.mode = PassMode::full;
  full.inventory.node.hostname = "node";

  EXPECT_EQ(mode_after({"node", PassMode::quick, false}, {}), PassMode::quick);
  EXPECT_EQ(mode_after({"node", PassMode::quick, false}, {full}), PassMode::full);
  EXPECT_EQ(mode_after({"node", PassMode::inventory, false}, {}), PassMode::inventory);
  EXPECT_EQ(mode_after({"another", PassMode::quick, false}, {}), PassMode::inventory);
  EXPECT_EQ(mode_after({"", PassMode::quick, false}, {}), PassMode::quick) << "of any node";
  EXPECT_EQ(mode_after({"node", PassMode::quick, true}, {}), PassMode::inventory);
}

TEST(TellsWhetherMeasured, IsNotSoOfAPassThatFoundAllDevicesInUse) {
  Report refused = now();
  refused.findings.emplace_back().code = "device.not_idle";
  EXPECT_FALSE(tells_whether_measured(refused));
  EXPECT_TRUE(tells_whether_measured(now())) << "what was measured of it is lost";
  EXPECT_TRUE(tells_whether_measured(before()));
  refused.mode = PassMode::inventory;
  EXPECT_TRUE(tells_whether_measured(refused)) << "by its mode";
  Report in_part = before();
  in_part.findings.emplace_back().code = "device.not_idle";
  EXPECT_TRUE(tells_whether_measured(in_part));
}

TEST(Carried, LooksBehindReportsOfOtherNodesAndOfSimulations) {
  Report simulated = report("2026-11-20T10:00:00Z");
  simulated.inventory.devices[0].simulated = true;
  Report elsewhere = report("2026-11-21T10:00:00Z", {measurement("fp16", 9e14)});
  elsewhere.inventory.node.hostname = "another";

  EXPECT_EQ(rate_of(carried({elsewhere, simulated, before()}), "fp16"), 1e15);
}

TEST(OfSameNode, IsToldOfASimulationThatHasNoDeviceLeft) {
  Report simulated = before();
  simulated.inventory.devices[0].simulated = true;
  simulated.banners = {kSimulatedBanner};
  Report no_device = without();
  no_device.banners = {kSimulatedBanner};

  EXPECT_TRUE(of_same_node(simulated, no_device));
  EXPECT_TRUE(of_same_node(no_device, no_device));
  EXPECT_FALSE(of_same_node(no_device, without())) << "of the node itself";
  EXPECT_FALSE(of_same_node(before(), no_device));
}

TEST(Carried, StandsWhateverIsAppliedAnew) {
  Report overridden = before();
  overridden.banners = {"OVERRIDDEN: the catalogue", "READING: tf32_bits=19",
                        "THRESHOLDS: clock_share=0.9"};
  EXPECT_THAT(carried({overridden}).measurements, SizeIs(2));
}

TEST(Carried, IsNothingOfWhatWasForcedThenAndIsNotNow) {
  const std::string banner = "FORCED: cpu.isa=avx2";
  Report overridden = before();
  overridden.banners = {banner};
  EXPECT_THAT(carried({overridden}).measurements, IsEmpty());

  Report also_now = now();
  also_now.banners = {banner};
  EXPECT_THAT(carried({overridden}, also_now).measurements, SizeIs(2));
}

TEST(Carried, IsOfEachDeviceByItself) {
  Report old = before();
  old.inventory.devices.push_back(device(kOther));
  old.measurements.push_back(measurement("fp16", 5e14, kOther));
  Report measured = now();
  measured.inventory.devices.push_back(device(kOther));
  measured.inventory.devices[0].driver_version = "590.48.01";

  const Report shown = carried({old}, measured);

  ASSERT_THAT(shown.measurements, SizeIs(1));
  EXPECT_EQ(shown.measurements[0].id.device, kOther);
}

TEST(DeviceNews, TellSinceWhenADeviceIsInItsStateAndWhenItWasMeasured) {
  const Report shown = carried({report("2026-11-20T10:00:00Z"), before()});

  const auto news =
      device_news(shown, std::vector<Report>{report("2026-11-20T10:00:00Z"), before()});

  ASSERT_THAT(news, SizeIs(1));
  EXPECT_EQ(news[0].device, kGpu);
  EXPECT_EQ(news[0].measured_at, "2026-11-01T10:00:05Z");
  EXPECT_EQ(news[0].seen_since, "2026-11-01T10:00:00Z");
  EXPECT_FALSE(news[0].changed);
}

TEST(DeviceNews, OfANodeThatIsNewAreOfNow) {
  const auto news = device_news(now(), {});
  ASSERT_THAT(news, SizeIs(1));
  EXPECT_EQ(news[0].seen_since, "2026-11-29T10:00:00Z");
  EXPECT_EQ(news[0].measured_at, "");
  EXPECT_FALSE(news[0].changed);
}

// By their times the change came after the measurement, and now.
TEST(DeviceNews, OfADeviceThatChangedByAClockThatWasAheadAreOfTheOrderOfPasses) {
  Report other = report("2026-11-01T10:00:00Z");
  other.inventory.devices[0].driver_version = "570.10";
  const Report first = report("2031-01-01T00:00:00Z");
  const Report measured = report("2026-11-20T10:00:00Z", {measurement("fp16", 1e15)});

  const Report shown = carried({measured, first, other});
  const auto news = device_news(shown, std::vector<Report>{measured, first, other});
  ASSERT_THAT(news, SizeIs(1));
  EXPECT_EQ(news[0].measured_at, "2026-11-01T10:00:05Z");
  EXPECT_FALSE(news[0].changed);
  EXPECT_TRUE(device_news(now(), std::vector<Report>{first, other})[0].changed) << "never since";
  const Report in_time = report("2026-11-10T10:00:00Z");
  EXPECT_TRUE(device_news(shown, std::vector<Report>{measured, in_time, other})[0].changed)
      << "times tell";
}

TEST(DeviceNews, DoNotCountWhatWasInterruptedAsMeasured) {
  Report left = now();
  left.measurements = {interrupted("fp16")};
  EXPECT_EQ(device_news(left, {})[0].measured_at, "");
}

TEST(DeviceNews, OfADeviceThatSleepsAreThoseOfTheDayWhenItWasAwake) {
  Report asleep = now();
  Device& sleeper = asleep.inventory.devices[0];
  sleeper.backend.clear();
  sleeper.uuid.reset();
  sleeper.driver_version.reset();

  const auto news = device_news(asleep, std::vector<Report>{before()});

  ASSERT_THAT(news, SizeIs(1));
  EXPECT_EQ(news[0].state, measured_state(device()));
  EXPECT_EQ(news[0].measured_at, "2026-11-01T10:00:05Z");
  EXPECT_FALSE(news[0].changed);
  // Nor does it change for having slept.
  Report awake = carried({asleep, before()});
  EXPECT_THAT(awake.measurements, SizeIs(2));
  EXPECT_FALSE(device_news(awake, std::vector<Report>{asleep, before()})[0].changed);
}

TEST(DeviceNews, LeaveOutWhatNoModuleCanMeasure) {
  Report report = now();
  report.inventory.devices[0].backend.clear();
  EXPECT_THAT(device_news(report, {}), IsEmpty());
}

}  // namespace
}  // namespace tpp
