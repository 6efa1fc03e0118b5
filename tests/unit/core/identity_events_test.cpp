// Who a device is: numbers that it does not tell any more, makers, kinds of unit.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "agent/history/board_events.h"
#include "tests/unit/core/histories.h"

namespace tpp {
namespace {

using test::Causes;
using test::events_of;
using test::followed;
using test::report_on;
using test::Scene;

TEST(BoardChanges, OfIdentityAreNoneWhereNobodyEverWroteANumber) {
  Scene blank = followed();
  blank.device().serial = "0";
  Scene other = blank;
  other.device().serial = "N/A";
  EXPECT_TRUE(events_of({report_on("05-01", blank), report_on("06-01", other)}).empty());
  EXPECT_TRUE(events_of({report_on("05-01", blank), report_on("06-01", followed())}).empty());
}

TEST(BoardChanges, OfIdentityAreNoneOfNumbersThatArePrintedOtherwise) {
  Scene before = followed();
  before.device().serial = "ABC132422";
  before.device().uuid = "GPU-5A1C0F0E-0001";
  for (const char* serial : {"abc132422", "ABC132422  ", " abc-132422"}) {
    Scene after = before;
    after.device().serial = serial;
    after.device().uuid = "gpu-5a1c0f0e-0001";
    EXPECT_TRUE(events_of({report_on("05-01", before), report_on("06-01", after)}).empty())
        << serial;
    Scene moved = after;
    moved.device().id.value = "0000:09:00.0";
    moved.board().devices = {moved.device().id};
    moved.measurements.clear();
    const auto events = events_of({report_on("05-01", before), report_on("06-01", moved)});
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(events[0].kind, BoardEventKind::moved);
    EXPECT_EQ(events[0].recognised_by, RecognisedBy::serial);
    for (const BoardEvent& event : events) {
      EXPECT_NE(event.kind, BoardEventKind::identity_changed) << event.subject;
    }
  }
  Scene other = before;
  other.device().serial = "abc132423";
  EXPECT_EQ(events_of({report_on("05-01", before), report_on("06-01", other)}).size(), 1u);
}

TEST(BoardChanges, OfIdentityKnowABoardByItsUuidHoweverItIsPrinted) {
  Scene before = followed();
  before.device().serial.reset();
  before.device().uuid = "GPU-5A1C0F0E-0001";
  Scene after = before;
  after.device().uuid = "5a1c0f0e-0001";
  after.device().id.value = "0000:09:00.0";
  after.board().devices = {after.device().id};
  after.measurements.clear();
  const auto events = events_of({report_on("05-01", before), report_on("06-01", after)});
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events[0].kind, BoardEventKind::moved);
  EXPECT_EQ(events[0].recognised_by, RecognisedBy::uuid);
}

// A label that is lost is told, once, and accuses no board.
TEST(BoardChanges, OfIdentityTellASerialNumberThatIsNoneAnyMore) {
  for (const char* filler : {"0", "N/A", "0000000000000", "0xffffffffffff", "FFFF-FFFF"}) {
    Scene blank = followed();
    blank.device().serial = filler;
    const auto events = events_of({report_on("05-01", followed()), report_on("06-01", blank)});
    ASSERT_EQ(events.size(), 1u) << filler;
    EXPECT_EQ(events[0].kind, BoardEventKind::identity_changed);
    EXPECT_EQ(events[0].subject, "0000:01:00.0 serial number");
    EXPECT_EQ(events[0].before, followed().device().serial);
    EXPECT_EQ(events[0].after, std::string("'") + filler + "', which nobody wrote");
    EXPECT_EQ(events[0].causes, (Causes{EventCause::condition}));
    EXPECT_TRUE(events_of({report_on("05-01", followed()), report_on("06-01", blank),
                           report_on("07-01", blank)})
                    .empty())
        << "it was told in June";
  }
}

TEST(BoardChanges, OfIdentityTakeALostSerialNumberForTheHardwaresWhereMoreChanged) {
  Scene cut = followed();
  cut.device().serial = "0";
  cut.device().units = 114;
  const auto events = events_of(BoardEventKind::identity_changed,
                                {report_on("05-01", followed()), report_on("06-01", cut)});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].causes, (Causes{EventCause::hardware}));
}

struct NotTold {
  const char* fact;
  std::function<void(Device&)> forget;
  std::string after = "not told";
};

const std::vector<NotTold>& all_not_told() {
  static const std::vector<NotTold> all = {
      {"serial number", [](Device& d) { d.serial.reset(); }},
      {"UUID", [](Device& d) { d.uuid.reset(); }},
      {"UUID", [](Device& d) { d.uuid = "GPU-00000000-0000-0000-0000-000000000000"; },
       "'GPU-00000000-0000-0000-0000-000000000000', which nobody wrote"},
      {"UUID", [](Device& d) { d.uuid = "ffffffff-ffff-ffff-ffff-ffffffffffff"; },
       "'ffffffff-ffff-ffff-ffff-ffffffffffff', which nobody wrote"},
      {"UUID", [](Device& d) { d.uuid = "GPU-XX"; }, "'GPU-XX', which nobody wrote"},
      {"PCI id", [](Device& d) { d.pci_id.reset(); }},
      {"units", [](Device& d) { d.units.reset(); }},
  };
  return all;
}

// The events that are about a fact of the device.
std::vector<BoardEvent> events_about(const std::string& fact,
                                     std::initializer_list<Report> reports) {
  std::vector<BoardEvent> events = events_of(reports);
  std::erase_if(events,
                [&](const BoardEvent& event) { return event.subject != "0000:01:00.0 " + fact; });
  return events;
}

// What is not told any more is told, once, and accuses no board by itself.
TEST(BoardChanges, TellNumbersAndUnitsThatAreNotToldAnyMore) {
  for (const NotTold& one : all_not_told()) {
    Scene scene = followed();
    one.forget(scene.device());
    const Report before = report_on("05-01", followed());
    const Report after = report_on("06-01", scene);

    const auto events = events_about(one.fact, {before, after});

    ASSERT_EQ(events.size(), 1u) << one.fact;
    EXPECT_EQ(events[0].kind, one.fact == std::string("units") ? BoardEventKind::units_changed
                                                               : BoardEventKind::identity_changed);
    EXPECT_EQ(events[0].after, one.after);
    EXPECT_FALSE(events[0].before.empty());
    EXPECT_EQ(events[0].causes, (Causes{EventCause::condition})) << one.fact;
    EXPECT_TRUE(test::history_of({before, after}).steps.back().findings.empty()) << one.fact;
    EXPECT_TRUE(events_about(one.fact, {before, after, report_on("07-01", scene)}).empty())
        << one.fact << " was told in June";
  }
}

TEST(BoardChanges, TakeWhatIsNotToldForTheHardwaresWhereMoreChanged) {
  for (const NotTold& one : all_not_told()) {
    Scene scene = followed();
    one.forget(scene.device());
    scene.device().labels.emplace().board_part_number = "other";
    Scene labelled = followed();
    labelled.device().labels.emplace().board_part_number = "900-21001";

    const auto events =
        events_about(one.fact, {report_on("05-01", labelled), report_on("06-01", scene)});

    ASSERT_EQ(events.size(), 1u) << one.fact;
    EXPECT_EQ(events[0].causes, (Causes{EventCause::hardware})) << one.fact;
  }
}

// Of a device that sleeps nobody asked it; once it wakes, it is held against what it told before.
TEST(BoardChanges, DoNotMissWhatASleepingDeviceWasNotAsked) {
  for (const NotTold& one : all_not_told()) {
    Scene scene = followed();
    one.forget(scene.device());
    const Report before = report_on("05-01", followed());
    const Report after = report_on("07-01", scene);
    Report asleep = report_on("06-01", scene);
    asleep.findings.push_back(
        {"device.asleep", FindingClass::condition, Severity::info, "0000:01:00.0", "it sleeps"});

    EXPECT_TRUE(events_about(one.fact, {before, asleep}).empty()) << one.fact;
    const auto events = events_about(one.fact, {before, asleep, after});
    ASSERT_EQ(events.size(), 1u) << one.fact;
    EXPECT_EQ(events[0].since, before.started_at);
  }
}

TEST(BoardChanges, MissNothingOfAPartOfADevice) {
  for (const NotTold& one : all_not_told()) {
    Scene part = followed();
    one.forget(part.device());
    part.device().slice = true;
    EXPECT_TRUE(
        events_about(one.fact, {report_on("05-01", followed()), report_on("06-01", part)}).empty())
        << one.fact;
  }
}

TEST(BoardChanges, OfIdentityNameAnotherMakerAndAnotherKindOfUnit) {
  Scene before = followed();
  before.device().vendor = "NVIDIA";
  for (const bool other_runtime : {false, true}) {
    Scene maker = before;
    maker.device().vendor = "Advanced Micro Devices, Inc.";
    Scene kind = before;
    kind.device().unit_kind = "CU";
    if (other_runtime) maker.device().backend = kind.device().backend = "another";

    const auto vendor =
        events_about("vendor", {report_on("05-01", before), report_on("06-01", maker)});
    const auto unit =
        events_about("kind of unit", {report_on("05-01", before), report_on("06-01", kind)});

    ASSERT_EQ(vendor.size(), 1u);
    EXPECT_EQ(vendor[0].before + " -> " + vendor[0].after, "NVIDIA -> AMD");
    EXPECT_EQ(vendor[0].causes, (Causes{EventCause::hardware}));
    ASSERT_EQ(unit.size(), 1u);
    EXPECT_EQ(unit[0].before + " -> " + unit[0].after, "SM -> CU");
    EXPECT_EQ(unit[0].causes, (Causes{EventCause::hardware}));
  }
}

TEST(BoardChanges, OfIdentityKnowAMakerHoweverItIsWritten) {
  Scene before = followed();
  before.device().vendor = "NVIDIA";
  for (const char* vendor : {"NVIDIA Corporation", "nvidia", "", "Mesa", "Unknown vendor"}) {
    Scene after = before;
    after.device().vendor = vendor;
    EXPECT_TRUE(events_of({report_on("05-01", before), report_on("06-01", after)}).empty())
        << vendor;
  }
  // A word that nobody knows is the runtime's.
  Scene odd = before;
  odd.device().vendor = "Example Semiconductor";
  odd.device().driver_version = "590.48.01";
  const auto events = events_about("vendor", {report_on("05-01", before), report_on("06-01", odd)});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].causes, (Causes{EventCause::condition}));
}

}  // namespace
}  // namespace tpp
