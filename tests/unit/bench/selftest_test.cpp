#include "kernels/bench/selftest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/bench/fake_backend.h"

namespace tpp::bench {
namespace {

constexpr double kPerRepeat = 1000;
constexpr double kPerClock = 64;
constexpr double kClockHz = 2e9;

Batch batch(double repeats) {
  Batch batch;
  batch.amount = kPerRepeat * repeats;
  batch.seconds = batch.host_seconds = batch.amount / (kPerClock * kClockHz);
  batch.clock_hz = kClockHz;
  batch.per_clock_per_unit = kPerClock;
  return batch;
}

Doubling sound() {
  Doubling doubling;
  doubling.repeats = 100;
  doubling.amount_per_repeat = kPerRepeat;
  doubling.units = 1;
  doubling.once.assign(5, batch(100));
  doubling.twice.assign(5, batch(200));
  return doubling;
}

bool passes(const Doubling& doubling, const std::string& name) {
  const auto checks = judge(doubling);
  const auto check = std::ranges::find(checks, name, &SelftestCheck::name);
  EXPECT_NE(check, checks.end()) << name;
  return check != checks.end() && check->passed;
}

constexpr const char* kWork = "work is counted in proportion to repeats";
constexpr const char* kProduct = "a product is counted as 2 m n k operations";
constexpr const char* kPossible = "a unit counts no more work a clock than it can do";
constexpr const char* kTime = "twice the work takes twice the time";
constexpr const char* kTimer = "device timer agrees with the host's monotonic clock";
constexpr const char* kClock = "timer agrees with the clock of the units";

TEST(Selftest, PassesWhereEverythingFits) {
  for (const char* name : {kWork, kTime, kTimer, kClock})
    EXPECT_TRUE(passes(sound(), name)) << name;
}

TEST(Selftest, CatchesWorkThatIsClaimedAndNotDone) {
  Doubling doubling = sound();
  for (Batch& batch : doubling.twice) batch.seconds = doubling.once[0].seconds;

  EXPECT_FALSE(passes(doubling, kTime));
}

TEST(Selftest, ForgivesOneDisturbedBatch) {
  Doubling doubling = sound();
  doubling.once[2].seconds *= 3;

  EXPECT_TRUE(passes(doubling, kTime));
}

TEST(Selftest, CatchesWorkThatIsMiscounted) {
  Doubling doubling = sound();
  doubling.twice[3].amount += 2 * kPerRepeat;

  EXPECT_FALSE(passes(doubling, kWork));
}

// Of the fake backend's one benchmark, the checks whose names end so.
std::vector<SelftestCheck> checks_of_fake(const std::string& name) {
  Fake fake;
  std::vector<SelftestCheck> checks = selftest(fake.backend, fake.plan().front());
  std::erase_if(checks,
                [&](const SelftestCheck& check) { return !check.name.ends_with(": " + name); });
  return checks;
}

TEST(Selftest, CountsAProductByItselfAndCatchesAModuleThatCountsAMultiplyAddAsFour) {
  for (const double counted_as : {2.0, 4.0}) {
    FakeState& fake = reset_fake();
    fake.benchmarks.front().kernel = "gemm";
    fake.product = {160, 64, 320};
    fake.operations_per_repeat = counted_as * 160 * 64 * 320;

    const auto checks = checks_of_fake(kProduct);

    ASSERT_EQ(checks.size(), 1u);
    EXPECT_EQ(checks[0].passed, counted_as == 2.0) << checks[0].detail;
    // The module's own figures agree with each other either way.
    EXPECT_TRUE(checks_of_fake(kWork).at(0).passed);
  }
}

TEST(Selftest, CatchesALoopThatCountsMoreThanAUnitCanDo) {
  for (const double counted_as : {2.0, 4.0}) {
    FakeState& fake = reset_fake();
    fake.operations_per_clock = 1024;
    fake.operations_per_repeat *= counted_as / 2;

    const auto checks = checks_of_fake(kPossible);

    ASSERT_EQ(checks.size(), 1u);
    EXPECT_EQ(checks[0].passed, counted_as == 2.0) << checks[0].detail;
  }
}

TEST(Selftest, AsksNothingOfACountThatItCannotKnow) {
  reset_fake();

  EXPECT_TRUE(checks_of_fake(kProduct).empty());
  EXPECT_TRUE(checks_of_fake(kPossible).empty());
}

TEST(Selftest, CatchesATimerThatRunsAtAnotherSpeed) {
  Doubling doubling = sound();
  for (Batch& batch : doubling.twice) batch.host_seconds *= 1.1;

  EXPECT_FALSE(passes(doubling, kTimer));
}

TEST(Selftest, CatchesAClockThatDoesNotFitTheTimer) {
  for (const double factor : {0.9, 1.1}) {
    Doubling doubling = sound();
    for (Batch& batch : doubling.once) *batch.clock_hz *= factor;
    for (Batch& batch : doubling.twice) *batch.clock_hz *= factor;

    EXPECT_FALSE(passes(doubling, kClock)) << factor;
  }
}

TEST(Selftest, ForgivesTimeThatWasTakenAwayOnlyWhereTheHostIsTheTimer) {
  Doubling doubling = sound();
  for (Batch& batch : doubling.once) batch.seconds *= 1.2;
  for (Batch& batch : doubling.twice) batch.seconds *= 1.2;
  EXPECT_FALSE(passes(doubling, kClock));

  doubling.host_timed = true;
  EXPECT_TRUE(passes(doubling, kClock));

  for (Batch& batch : doubling.once) batch.seconds *= 0.7;
  EXPECT_FALSE(passes(doubling, kClock));
}

}  // namespace
}  // namespace tpp::bench
