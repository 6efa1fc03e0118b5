#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "agent/boards/outside_facts.h"
#include "tests/unit/agent/carried_scene.h"

namespace tpp {
namespace {

using test::before;
using test::carried;
using test::device;
using test::kGpu;
using test::kOther;
using test::library;
using test::measurement;
using test::report;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;
using testing::UnorderedElementsAre;

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

}  // namespace
}  // namespace tpp
