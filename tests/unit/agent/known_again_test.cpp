#include "agent/pass/known_again.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/agent/carried_scene.h"

namespace tpp {
namespace {

using test::before;
using test::carried;
using test::device;
using test::kGpu;
using test::kOther;
using test::measurement;
using test::now;
using test::survey;
using testing::IsEmpty;
using testing::SizeIs;

// In another slot: what is there now has its own UUID, or nothing does.
Report moved_to_other(Report report = now()) {
  report.inventory.devices[0].id = kOther;
  return report;
}

TEST(KnownAgain, HasWhatWasMeasuredOfItInAnotherSlotAndIsDueToBeMeasured) {
  Report old = before();
  old.measurements[0].command = "tpp-bench --device=0000:17:00.0 '-f=^(0000:17:00\\.0/mma/fp16)/'";
  old.libraries = {test::library(FileTrust::untrusted)};

  const Report shown = carried({old}, moved_to_other());

  ASSERT_THAT(shown.measurements, SizeIs(2));
  EXPECT_EQ(shown.measurements[0].id.device, kOther);
  EXPECT_EQ(shown.measurements[0].command,
            "tpp-bench --device=0000:65:00.0 '-f=^(0000:65:00\\.0/mma/fp16)/'");
  ASSERT_THAT(shown.libraries, SizeIs(1));
  EXPECT_EQ(shown.libraries[0].carried_for,
            (std::vector<std::string>{"0000:65:00.0/mma/fp16", "0000:65:00.0/mma/int8"}));
  // The next one, too, whose report before has the name of now.
  const Report next = carried({shown, old}, moved_to_other());
  EXPECT_THAT(next.measurements, SizeIs(2));
  EXPECT_EQ(next.libraries[0].carried_for, shown.libraries[0].carried_for);
  const auto news = device_news(shown, std::vector<Report>{old});
  ASSERT_THAT(news, SizeIs(1));
  EXPECT_TRUE(news[0].changed);
  EXPECT_EQ(news[0].measured_at, "2026-11-01T10:00:05Z");
  EXPECT_EQ(news[0].seen_since, "2026-11-29T10:00:00Z");
}

TEST(KnownAgain, IsEachOfTwoDevicesThatChangedTheirPlaces) {
  const auto two = [](Report report) {
    report.inventory.devices.push_back(device(kOther));
    return report;
  };
  Report old = two(before());
  old.measurements = {measurement("fp16", 1e15), measurement("fp16", 5e14, kOther)};
  Report changed = two(now());
  std::swap(changed.inventory.devices[0].uuid, changed.inventory.devices[1].uuid);

  const Report shown = carried({old}, changed);

  ASSERT_THAT(shown.measurements, SizeIs(2));
  for (const Measurement& one : shown.measurements) {
    EXPECT_EQ(std::get<Rate>(one.outcome).per_second, one.id.device == kGpu ? 5e14 : 1e15);
  }
}

// A driver or a module may print the same number in other letters, or fill it up with blanks.
TEST(KnownAgain, IsOneHoweverItsNumbersArePrinted) {
  Report old = before();
  old.inventory.devices[0].uuid = "GPU-5A1C0F0E-0001";
  old.inventory.devices[0].serial = "ABC132422";
  for (Report spelled : {now(), moved_to_other()}) {
    spelled.inventory.devices[0].uuid = "gpu-5a1c0f0e-0001";
    spelled.inventory.devices[0].serial = "abc132422  ";
    EXPECT_THAT(carried({old}, spelled).measurements, SizeIs(2));
  }
  Report by_serial = moved_to_other();
  old.inventory.devices[0].uuid.reset();
  by_serial.inventory.devices[0].uuid.reset();
  by_serial.inventory.devices[0].serial = " abc132422";
  EXPECT_THAT(carried({old}, by_serial).measurements, SizeIs(2));
}

TEST(KnownAgain, IsNoDeviceByANameThatSeveralBearOrThatIsNone) {
  for (const bool by_uuid : {true, false}) {
    for (const std::string name : {"GPU-1", "1652523000017", "GPU-00000000-0000-0000"}) {
      Report old = before();
      old.inventory.devices.push_back(device(kOther));
      Report changed = moved_to_other();
      for (Report* report : {&old, &changed}) {
        for (Device& one : report->inventory.devices) {
          one.uuid = by_uuid ? std::optional(name) : std::nullopt;
          one.serial = by_uuid ? std::nullopt : std::optional(name);
        }
      }
      EXPECT_THAT(carried({old}, changed).measurements, IsEmpty()) << name;
    }
  }
  Report old = before();
  Report nameless = moved_to_other();
  old.inventory.devices[0].uuid = "GPU-00000000-0000-0000-0000-000000000000";
  nameless.inventory.devices[0].uuid = old.inventory.devices[0].uuid;
  EXPECT_THAT(carried({old}, nameless).measurements, IsEmpty());
}

// Of two parts that share their board's number another one may be hidden each time.
TEST(KnownAgain, IsNoPartOfABoard) {
  const auto on_board = [](Report report, int expected) {
    Device& part = report.inventory.devices[0];
    part.board = {"board"};
    part.uuid.reset();
    part.serial = "1652523000017";
    Board& board = report.inventory.boards.emplace_back();
    board.id = part.board;
    board.devices = {part.id};
    board.expected_devices = expected;
    return report;
  };
  EXPECT_THAT(carried({on_board(before(), 1)}, on_board(moved_to_other(), 1)).measurements,
              SizeIs(2));
  EXPECT_THAT(carried({on_board(before(), 2)}, on_board(moved_to_other(), 2)).measurements,
              IsEmpty());
  EXPECT_THAT(carried({on_board(before(), 2)}, on_board(now(), 2)).measurements, SizeIs(2));
}

TEST(KnownAgain, HasNothingInAnotherSlotOfAnotherStateOrOfWhatMovesOverTheBus) {
  Report updated = moved_to_other();
  updated.inventory.devices[0].driver_version = "590.48.01";
  EXPECT_THAT(carried({before()}, updated).measurements, IsEmpty());
  EXPECT_THAT(carried({before()}, moved_to_other(), survey("cuda 8")).measurements, IsEmpty());
  Report old = before();
  old.measurements[1].id = {kGpu, "link", "host_both", ""};
  EXPECT_THAT(carried({old}, moved_to_other()).measurements, SizeIs(1));
}

}  // namespace
}  // namespace tpp
