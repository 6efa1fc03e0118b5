// Devices of a board at once, against a stand-in for tpp-bench: a shell script.
#include "agent/pass/together.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST(Overlap, IsTheShareOfTheLongestTimeInWhichAllRan) {
  EXPECT_EQ(overlap_of({{100, 200}, {100, 200}}), 1.0);
  EXPECT_EQ(overlap_of({{100, 200}, {150, 250}}), 0.5);
  EXPECT_EQ(overlap_of({{100, 200}, {100, 150}}), 0.5);
  EXPECT_EQ(overlap_of({{100, 200}, {100, 200}, {190, 290}}), 0.1);
}

TEST(Overlap, IsNothingOfTimesOneAfterAnother) {
  EXPECT_EQ(overlap_of({{100, 200}, {200, 300}}), 0.0);
  EXPECT_EQ(overlap_of({{100, 200}, {900, 950}}), 0.0);
}

TEST(Overlap, IsNotKnownOfNoTimeOrOfOneWithoutLength) {
  EXPECT_EQ(overlap_of({}), std::nullopt);
  EXPECT_EQ(overlap_of({{100, 200}, {150, 150}}), std::nullopt);
  EXPECT_EQ(overlap_of({{100, 200}, {150, 120}}), std::nullopt);
}

Rate rate_of(double per_second) {
  Rate rate;
  rate.per_second = per_second;
  rate.sustained_s = 0.1;
  return rate;
}

class Together : public testing::Test {
 protected:
  Together() {
    Inventory& inventory = result_.report.inventory;
    inventory.boards.emplace_back().id.value = "board";
    for (const char* id : {"d0", "d1"}) {
      Device& device = inventory.devices.emplace_back();
      device.id.value = id;
      device.board.value = "board";
      device.backend = "fake";
      inventory.boards[0].devices.push_back(device.id);
      for (const char* kernel : {"mma", "link"}) {
        Measurement& one = result_.report.measurements.emplace_back();
        one.id = {device.id, kernel, "fp16", ""};
        one.outcome = rate_of(100);
        one.wall_s = 0.1;
      }
    }
  }

  // The script sees $device and $start, and can call `rate PER_SECOND BEGIN_NS END_NS`.
  void measure(const std::string& script, double left_s = 30) {
    const fs::path bench = temporary_.path() / "bench";
    std::ofstream file(bench);
    file << R"(#!/bin/sh
for a in "$@"; do case "$a" in --device=*) device="${a#*=}";; --start_at_ns=*) start="${a#*=}";; esac; done
echo "$device $start $*" >> )"
         << (temporary_.path() / "calls").string() << R"(
rate() {
  echo "{\"record\":\"begin\",\"benchmark\":\"$device/mma/fp16\"}" >&3
  echo "{\"record\":\"outcome\",\"benchmark\":\"$device/mma/fp16\",\"status\":\"rate\",\"counted\":{\"begin_ns\":$2,\"end_ns\":$3},\"rate\":{\"per_second\":$1,\"batches\":3,\"units\":1,\"max_error\":0,\"error_bound\":0,\"checked_values\":1}}" >&3
  echo '{"record":"end"}' >&3
}
)" << script
         << "\n";
    file.close();
    fs::permissions(bench, fs::perms::owner_all);
    std::vector<DeviceWork> done;
    for (const char* id : {"d0", "d1"}) {
      DeviceWork& work = done.emplace_back();
      work.request.bench = bench;
      work.request.module = {.name = "fake", .path = "/fake.so", .options = {}};
      work.request.device.value = id;
      work.request.benchmarks = {{{id}, "link", "fp16", ""}, {{id}, "mma", "fp16", ""}};
    }
    measure_together(done, {gate_, left_s, [](const PassProgress&) {}}, result_);
  }

  const PassRequest request_;
  GateRequest asked_;
  const GateInputs gate_{asked_, request_.stop, request_.thresholds, "/no/agent", std::nullopt};

  const TogetherRate& row() const { return result_.report.together->at(0); }

  const test::TemporaryDirectory temporary_;
  PassResult result_;
};

TEST_F(Together, AddsWhatCountedAtTheSameTime) {
  measure("if [ $device = d0 ]; then rate 90 1000 2000; else rate 80 1050 2050; fi");
  ASSERT_EQ(result_.report.together->size(), 1u);  // no link
  EXPECT_EQ(row().one_by_one, 200);
  EXPECT_EQ(row().at_once, 170);
  EXPECT_DOUBLE_EQ(*row().overlap, 0.95);
  EXPECT_EQ(row().devices, 2);
  EXPECT_EQ(row().reason, "");
  // The figures of one by one stay what they were.
  EXPECT_EQ(result_.report.measurements.size(), 4u);
}

TEST_F(Together, GivesAllWorkersOneStart) {
  measure("rate 90 1000 2000");
  std::ifstream calls(temporary_.path() / "calls");
  std::string device, start, rest, other_start;
  calls >> device >> start;
  std::getline(calls, rest);
  calls >> device >> other_start;
  EXPECT_GT(start.size(), 5u);
  EXPECT_EQ(start, other_start);
}

TEST_F(Together, CountsNothingThatRanOneAfterAnother) {
  measure("if [ $device = d0 ]; then rate 90 1000 2000; else rate 80 1200 2200; fi");
  EXPECT_EQ(row().at_once, std::nullopt);
  EXPECT_DOUBLE_EQ(*row().overlap, 0.8);
  EXPECT_THAT(row().reason, HasSubstr("80 %"));
}

TEST_F(Together, SaysWhichDeviceFailed) {
  measure("if [ $device = d0 ]; then rate 90 1000 2000; else kill -SEGV $$; fi");
  EXPECT_EQ(row().at_once, std::nullopt);
  EXPECT_THAT(row().reason, HasSubstr("d1/mma/fp16"));
  EXPECT_FALSE(result_.report.findings.empty());
}

TEST_F(Together, SaysThatSimulatedTimeCannotBeChecked) {
  for (Device& device : result_.report.inventory.devices) device.simulated = true;
  measure("rate 90 1000 2000");
  EXPECT_EQ(row().at_once, 180);
  EXPECT_EQ(row().overlap, std::nullopt);
  EXPECT_THAT(row().reason, HasSubstr("simulated"));
}

TEST_F(Together, SaysWhyInPlaceOfTheSumWhereADeviceHasNoRateByItself) {
  result_.report.measurements[2].outcome = Failed{"lost"};
  measure("rate 90 1000 2000");
  ASSERT_EQ(result_.report.together->size(), 1u);
  EXPECT_EQ(row().one_by_one, std::nullopt) << "that of the other device is no sum";
  EXPECT_EQ(row().at_once, std::nullopt);
  EXPECT_EQ(row().reason, "not measured at once: d1/mma/fp16: lost");
  EXPECT_FALSE(fs::exists(temporary_.path() / "calls"));
}

TEST_F(Together, SaysWhichDeviceCannotDoWhatAnotherDoes) {
  result_.report.measurements[0].outcome = Unsupported{"hardware", "no such unit"};
  measure("rate 90 1000 2000");
  ASSERT_EQ(result_.report.together->size(), 1u);
  EXPECT_THAT(row().reason, HasSubstr("d0/mma/fp16: unsupported by hardware: no such unit"));
}

TEST_F(Together, LeavesOutWhatNoDeviceCanDo) {
  for (const std::size_t one : {0u, 2u}) {
    result_.report.measurements[one].outcome = Unsupported{"hardware", "no such unit"};
  }
  measure("rate 90 1000 2000");
  EXPECT_TRUE(result_.report.together->empty());
}

TEST_F(Together, BeginsNothingOnDevicesThatAreReserved) {
  asked_.lock_file = temporary_.path();

  measure("rate 90 1000 2000");

  EXPECT_EQ(row().at_once, std::nullopt);
  EXPECT_THAT(row().reason, HasSubstr("reserved"));
  EXPECT_THAT(result_.not_idle, testing::Contains(DeviceId{"d0"}));
  EXPECT_FALSE(fs::exists(temporary_.path() / "calls"));
}

TEST_F(Together, LeavesItsDevicesWhereALockComesAndBeginsNothingMore) {
  asked_.lock_file = temporary_.path() / "lock";

  measure("echo > '" + asked_.lock_file->string() + "'; while true; do :; done");

  EXPECT_THAT(row().reason, HasSubstr("reserved"));
  EXPECT_EQ(result_.not_idle.size(), 2u);
}

TEST_F(Together, EndsWithThePass) {
  measure("rate 90 1000 2000", 0);
  EXPECT_TRUE(result_.deadline_passed);
  EXPECT_THAT(row().reason, HasSubstr("deadline"));
}

TEST_F(Together, IsOfWholeDevicesOfOneBoardAlone) {
  Inventory& inventory = result_.report.inventory;
  EXPECT_EQ(boards_together(inventory).size(), 1u);
  inventory.devices[1].slice = true;
  EXPECT_TRUE(boards_together(inventory).empty());
  inventory.devices[1].slice = false;
  inventory.devices[1].board.value = "another";
  EXPECT_TRUE(boards_together(inventory).empty());
}

}  // namespace
}  // namespace tpp
