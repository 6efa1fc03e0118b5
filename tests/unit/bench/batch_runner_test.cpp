#include "kernels/bench/batch_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/bench/fake_backend.h"

namespace tpp::bench {
namespace {

using ::testing::HasSubstr;

struct Running : Fake {
  BatchRunner runner(bool simulated = true) {
    return BatchRunner(
        backend.prepare(tpp_prepare_request{}),
        {.bytes = false, .simulated = simulated, .stopwatch = &stopwatch, .before_batch = [] {}});
  }
  std::string refusal(bool simulated = true) {
    try {
      runner(simulated).run(10);
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }
  Stopwatch stopwatch;
};

TEST(BatchRunner, ReportsRateClockAndRatePerClockAndUnit) {
  reset_fake();
  const Batch batch = Running().runner().run(100);
  EXPECT_NEAR(batch.per_second(), 4 * 1024e9, 1);
  EXPECT_EQ(batch.clock_hz, 1e9);
  EXPECT_NEAR(*batch.per_clock_per_unit, 1024, 1e-9);
}

TEST(BatchRunner, KnowsNoClockWhereThereIsNoCounter) {
  reset_fake().change = [](const FakeCall&, tpp_batch_result& result) {
    result.clock_hz = 0;
    result.unit_cycles = 0;
  };
  const Batch batch = Running().runner().run(100);
  EXPECT_FALSE(batch.clock_hz);
  EXPECT_FALSE(batch.per_clock_per_unit);
}

TEST(BatchRunner, CalibratesToBatchesThatAreLongEnough) {
  reset_fake();
  Running running;
  BatchRunner runner = running.runner();
  EXPECT_GE(runner.calibrate(0.005).seconds, 0.005);
  EXPECT_LT(runner.run().seconds, 0.010);
}

TEST(BatchRunner, RunsOneRepeatWhereThatIsLongAlready) {
  reset_fake().repeat_s = 0.1;
  Running running;
  BatchRunner runner = running.runner();
  runner.calibrate(0.005);
  EXPECT_EQ(runner.repeats(), 1u);
}

TEST(BatchRunner, RefusesABatchThatTookNoTime) {
  reset_fake().change = [](const FakeCall&, tpp_batch_result& r) { r.elapsed_ns = 0; };
  EXPECT_THAT(Running().refusal(), HasSubstr("device timer"));
  reset_fake().change = [](const FakeCall&, tpp_batch_result& r) { r.elapsed_ns = NAN; };
  EXPECT_THAT(Running().refusal(), HasSubstr("device timer"));
}

TEST(BatchRunner, RefusesABatchThatEndsBeforeItBegins) {
  reset_fake().change = [](const FakeCall&, tpp_batch_result& r) { r.end_ns = r.begin_ns - 1; };
  EXPECT_THAT(Running().refusal(), HasSubstr("ends before it begins"));
}

TEST(BatchRunner, RefusesWorkThatDoesNotFitItsRepeats) {
  reset_fake().change = [](const FakeCall&, tpp_batch_result& r) { r.operations *= 2; };
  EXPECT_THAT(Running().refusal(), HasSubstr("10 repeats"));
  reset_fake().change = [](const FakeCall&, tpp_batch_result& r) { r.operations = 0; };
  EXPECT_THAT(Running().refusal(), HasSubstr("counted 0"));
}

TEST(BatchRunner, AcceptsAFirstAndALastStepOfLessThanARepeat) {
  FakeState& state = reset_fake();
  state.change = [&](const FakeCall&, tpp_batch_result& r) {
    r.operations += 0.9 * state.operations_per_repeat;
  };
  EXPECT_EQ(Running().refusal(), "accepted");
}

TEST(BatchRunner, HoldsARealDevicesHostTimesAgainstTheHostsOwnClock) {
  reset_fake();  // says that every batch began one second after the machine did
  EXPECT_THAT(Running().refusal(false), HasSubstr("outside its call"));
  EXPECT_EQ(Running().refusal(true), "accepted");
}

TEST(BatchRunner, PassesOnWhatTheModuleSays) {
  reset_fake().run = [](const FakeCall&) { return TPP_BUSY; };
  EXPECT_THAT(Running().refusal(), HasSubstr("busy: the fake says so"));
}

TEST(Stopwatch, CountsWhatASimulatedDeviceClaims) {
  reset_fake();
  Running running;
  BatchRunner runner = running.runner();
  const double before = running.stopwatch.now_s();
  runner.run(10'000'000);
  EXPECT_GE(running.stopwatch.now_s() - before, 10);
}

}  // namespace
}  // namespace tpp::bench
