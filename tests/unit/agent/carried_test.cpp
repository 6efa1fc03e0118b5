#include "agent/pass/carried.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/boards/outside_facts.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const DeviceId kGpu{"0000:17:00.0"};
const DeviceId kOther{"0000:65:00.0"};

Device device(const DeviceId& id = kGpu) {
  Device device;
  device.id = id;
  device.name = "H100";
  device.pci_id = "10de:2330";
  device.uuid = "GPU-" + id.value;
  device.driver_version = "580.65.06";
  device.backend = "cuda";
  return device;
}

Measurement measurement(const std::string& subject, double per_second, const DeviceId& id = kGpu) {
  Measurement one;
  one.id = {id, "mma", subject, ""};
  one.backend = "cuda";
  one.method_version = "cuda 7";
  Rate rate;
  rate.per_second = per_second;
  one.outcome = rate;
  one.taken_at = "2026-11-01T10:00:05Z";
  return one;
}

Measurement interrupted(const std::string& subject) {
  Measurement one = measurement(subject, 0);
  one.outcome = Failed{.reason = "a foreign process computes on it", .interrupted = true};
  return one;
}

Report report(const std::string& started_at, std::vector<Measurement> measurements = {}) {
  Report report;
  report.started_at = started_at;
  report.inventory.devices = {device()};
  report.measurements = std::move(measurements);
  return report;
}

Report before() {
  return report("2026-11-01T10:00:00Z", {measurement("fp16", 1e15), measurement("int8", 2e15)});
}

Report now() { return report("2026-11-29T10:00:00Z"); }

Survey survey(const std::string& method = "cuda 7") {
  Survey survey;
  SurveyedBackend& backend = survey.backends.emplace_back();
  backend.module.name = "cuda";
  backend.listing.method_version = method;
  return survey;
}

using Change = void (*)(Device&);

Report carried(const std::vector<Report>& earlier, Report to = now(),
               const Survey& from = survey()) {
  carry_measurements(from, {earlier}, to);
  return to;
}

LibraryUse library(FileTrust trust, const std::string& user = "backend cuda") {
  LibraryUse file;
  file.path = "/tmp/libcublasLt.so";
  file.used_by = {user};
  file.trust = trust;
  return file;
}

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
  for (const char* serial : {"", "0000000000"}) {
    Report old = before();
    Report again = now();
    for (Report* one : {&old, &again}) {
      one->inventory.devices[0].uuid.reset();
      one->inventory.devices[0].serial = serial;
    }
    EXPECT_THAT(carried({old}, again).measurements, SizeIs(2));
    EXPECT_THAT(carried({without(), old}, again).measurements, IsEmpty());
    Report another = again;
    another.inventory.devices[0].driver_version = "590.48.01";
    EXPECT_THAT(carried({another, old}, again).measurements, IsEmpty());
  }
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

TEST(Carried, BringsTheCodeThatTookPartWithItsTrust) {
  Report untrusted = before();
  untrusted.banners = {"UNTRUSTED: /tmp/libcublasLt.so"};
  untrusted.libraries = {
      {.path = "/tmp/libcublasLt.so",
       .sha256 = "aa",
       .used_by = {"backend cuda"},
       .trust = FileTrust::untrusted},
      {.path = "/usr/lib/libnvidia-ml.so", .sha256 = "bb", .used_by = {"probe nvidia"}}};

  const Report shown = carried({untrusted});

  EXPECT_THAT(shown.measurements, SizeIs(2));
  ASSERT_THAT(shown.libraries, SizeIs(1));
  EXPECT_EQ(shown.libraries[0].trust, FileTrust::untrusted);
  EXPECT_THAT(shown.libraries[0].used_by, IsEmpty()) << "nobody uses it in this pass";
  EXPECT_THAT(shown.libraries[0].carried_for,
              Optional(UnorderedElementsAre("0000:17:00.0/mma/fp16", "0000:17:00.0/mma/int8")));
}

TEST(Carried, BringsWhatWasInTheProgramItselfThen) {
  Report preloaded = before();
  preloaded.libraries = {library(FileTrust::untrusted, "agent")};

  const Report shown = carried({preloaded});

  ASSERT_THAT(shown.libraries, SizeIs(1));
  EXPECT_THAT(shown.libraries[0].carried_for, Optional(SizeIs(2)));
}

// Two devices of one module. The passes of a daemon: each measures one, and shows both.
class CarriedCode : public testing::Test {
 protected:
  static Report pass(const std::string& started_at, std::vector<Measurement> measurements,
                     std::vector<LibraryUse> libraries, const std::vector<Report>& earlier = {}) {
    Report taken = report(started_at, std::move(measurements));
    taken.inventory.devices.push_back(device(kOther));
    for (Device& one : taken.inventory.devices) {
      one.board.value = one.id.value;
      one.seen_by = {"backend cuda"};
    }
    taken.libraries = std::move(libraries);
    return carried(earlier, taken);
  }
  static std::vector<std::string> untrusted(const Report& report, const DeviceId& device) {
    return untrusted_code(report.libraries, report.inventory, {device.value});
  }

  const LibraryUse clean_ = library(FileTrust::trusted);
  const LibraryUse untrusted_ = library(FileTrust::untrusted);
  const Report first_ = pass("2026-11-01T10:00:00Z",
                             {measurement("fp16", 1e15), measurement("int8", 2e15)}, {untrusted_});
};

TEST_F(CarriedCode, GoesWithTheLastMeasurementThatItTookPartIn) {
  const Report second =
      pass("2026-11-02T10:00:00Z", {measurement("fp16", 1e15, kOther)}, {clean_}, {first_});
  const Report third =
      pass("2026-11-03T10:00:00Z", {measurement("fp16", 1e15)}, {clean_}, {second, first_});
  const Report fourth =
      pass("2026-11-04T10:00:00Z", {measurement("int8", 2e15)}, {clean_}, {third, second, first_});

  EXPECT_THAT(untrusted(second, kGpu), SizeIs(1));
  EXPECT_THAT(untrusted(third, kGpu), SizeIs(1)) << "its int8 is of the first pass";
  EXPECT_THAT(untrusted(fourth, kGpu), IsEmpty());
  for (const LibraryUse& one : fourth.libraries) EXPECT_EQ(one.trust, FileTrust::trusted);
}

TEST_F(CarriedCode, MarksNoMeasurementOfAnotherDevice) {
  const Report second =
      pass("2026-11-02T10:00:00Z", {measurement("fp16", 1e15, kOther)}, {clean_}, {first_});
  const Report third = pass("2026-11-03T10:00:00Z", {}, {clean_}, {second, first_});

  for (const Report& shown : {second, third}) {
    EXPECT_THAT(untrusted(shown, kGpu), SizeIs(1));
    EXPECT_THAT(untrusted(shown, kOther), IsEmpty());
  }
}

TEST_F(CarriedCode, MarksNoMeasurementThatTheirPassDidNotTake) {
  const Report clean = pass("2026-11-01T10:00:00Z", {measurement("fp16", 1e15)}, {clean_});
  const Report second =
      pass("2026-11-02T10:00:00Z", {measurement("fp16", 1e15, kOther)}, {untrusted_}, {clean});
  const Report third = pass("2026-11-03T10:00:00Z", {}, {clean_}, {second, clean});

  EXPECT_THAT(untrusted(second, kGpu), SizeIs(1)) << "it told of the device in that pass";
  EXPECT_THAT(untrusted(third, kGpu), IsEmpty());
  EXPECT_THAT(untrusted(third, kOther), SizeIs(1));
}

TEST_F(CarriedCode, IsOneRowWithWhatIsUsedNow) {
  const Report second =
      pass("2026-11-02T10:00:00Z", {measurement("fp16", 1e15, kOther)}, {untrusted_}, {first_});

  ASSERT_THAT(second.libraries, SizeIs(1));
  EXPECT_THAT(second.libraries[0].used_by, ElementsAre("backend cuda"));
  EXPECT_THAT(second.libraries[0].carried_for, Optional(SizeIs(2)));
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
