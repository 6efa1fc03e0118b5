#include "kernels/bench/sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/unit/bench/fake_backend.h"

namespace tpp::bench {
namespace {

using ::testing::HasSubstr;

struct Sampling : Fake {
  Sampling() {
    settings.policy = kQuick;
    hooks.progress = [this](const Progress& progress) { phases.emplace_back(progress.phase); };
    hooks.stop = [] { return false; };
  }
  Sampled run() { return sample(backend, plan().front(), settings, hooks); }
  Rate rate() { return std::get<Rate>(run().outcome); }
  std::string failure() {
    const Outcome outcome = run().outcome;
    const auto* failed = std::get_if<Failed>(&outcome);
    return failed != nullptr ? failed->reason : "not failed";
  }
  std::string cause() { return std::get<Failed>(run().outcome).cause; }

  SampleSettings settings;
  SampleHooks hooks;
  std::vector<std::string> phases;
};

TEST(Sampler, ReportsTheMedianOfEnoughBatchesWithItsInterval) {
  reset_fake();
  const Rate rate = Sampling().rate();
  EXPECT_NEAR(rate.per_second / 4096e9, 1, 1e-9);
  EXPECT_TRUE(rate.bootstrap);
  EXPECT_GE(rate.batches, 30);
  EXPECT_TRUE(rate.steady);
  EXPECT_GE(rate.sustained_s, kQuick.counted_least_s);
  EXPECT_EQ(rate.snapped_per_clock, 1024);
  EXPECT_EQ(rate.units, 4u);
  EXPECT_EQ(rate.checked_values, 16u);
  EXPECT_FALSE(rate.suspect);
  EXPECT_EQ(rate.path, "simulated: fake variant 0");
}

TEST(Sampler, CountsNoBatchThatIsTooShortToBeTimed) {
  FakeState& state = reset_fake();
  state.change = [](const FakeCall& call, tpp_batch_result& result) {
    // Held up tenfold while it is calibrated, and then suddenly alone.
    if (call.claimed_s < 0.1) result.elapsed_ns *= 10;
  };
  const Rate rate = Sampling().rate();
  EXPECT_GE(rate.sustained_s / rate.batches, kQuick.batch_s_least);
}

TEST(Sampler, CountsNoBatchBeforeTheTimeThatItIsGivenAndThenForAsLongAsOneMay) {
  constexpr std::uint64_t kSecond_ns = 1'000'000'000;
  FakeState& state = reset_fake();
  state.change = [](const FakeCall& call, tpp_batch_result& result) {
    result.begin_ns = kSecond_ns + static_cast<std::uint64_t>(call.claimed_s * 1e9);
  };
  Sampling sampling;
  sampling.settings.policy = side_by_side(kQuick);
  sampling.settings.start_at_ns = 3 * kSecond_ns;
  const Rate rate = sampling.rate();
  EXPECT_GE(rate.sustained_s, kQuick.counted_most_s);
  EXPECT_LT(rate.sustained_s, kQuick.counted_most_s + 0.1);
  EXPECT_GE(state.claimed_s, 2 + kQuick.counted_most_s);
}

TEST(Sampler, GivesUpOnBatchesThatNeverGetLonger) {
  FakeState& state = reset_fake();
  state.change = [](const FakeCall&, tpp_batch_result& result) { result.elapsed_ns = 1e6; };
  EXPECT_LT(Sampling().run().wall_s, 2);
}

TEST(Sampler, ReleasesEverySession) {
  FakeState& state = reset_fake();
  state.benchmarks[0].variants = 5;
  Sampling().run();
  EXPECT_EQ(state.prepared, state.released);
  EXPECT_GE(state.prepared, 5);
}

TEST(Sampler, StaysUnderASecondInAQuickPassAndSustainsFiveInAFullOne) {
  reset_fake().benchmarks[0].variants = 6;
  Sampling quick;
  EXPECT_LT(quick.run().wall_s, 1);
  reset_fake();
  Sampling full;
  full.settings.policy = kFull;
  const Sampled sampled = full.run();
  EXPECT_GE(std::get<Rate>(sampled.outcome).sustained_s, 5);
  EXPECT_LT(sampled.wall_s, 7);
}

TEST(Sampler, TellsNoTimeOfASimulatedRate) {
  reset_fake();
  Sampling simulated;
  const Sampled sampled = simulated.run();
  EXPECT_TRUE(std::holds_alternative<Rate>(sampled.outcome));
  EXPECT_FALSE(sampled.counted);
}

TEST(Sampler, GivesSmallestAndLargestWhereBatchesAreTooFewForABootstrap) {
  reset_fake().repeat_s = 0.05;
  const Rate rate = Sampling().rate();
  EXPECT_FALSE(rate.bootstrap);
  EXPECT_LT(rate.batches, 30);
}

TEST(Sampler, ChecksTheProductBeforeAndAfterTheBatches) {
  FakeState& state = reset_fake();
  Sampling().run();
  EXPECT_EQ(state.checks, 2);
}

TEST(Sampler, FailsAWrongProductBeforeItPutsLoadOnTheDevice) {
  FakeState& state = reset_fake();
  state.error = 0.25;
  EXPECT_THAT(Sampling().failure(), HasSubstr("product differs from the reference: error 0.25"));
  EXPECT_EQ(state.batches, 1);
  EXPECT_EQ(Sampling().cause(), "product");
}

TEST(Sampler, FailsAProductThatGoesWrongUnderLoad) {
  FakeState& state = reset_fake();
  state.change = [&state](const FakeCall& call, tpp_batch_result&) {
    if (call.batch == 50) state.error = 0.25;
  };
  EXPECT_THAT(Sampling().failure(), HasSubstr("product differs"));
}

TEST(Sampler, FailsAProductThatIsNoNumberOrWasNotCompared) {
  reset_fake().error = std::nan("");
  EXPECT_THAT(Sampling().failure(), HasSubstr("product differs"));
  reset_fake().error = std::numeric_limits<double>::infinity();
  EXPECT_THAT(Sampling().failure(), HasSubstr("product differs"));
  reset_fake().values = 0;
  EXPECT_THAT(Sampling().failure(), HasSubstr("0 values compared"));
}

TEST(Sampler, CorruptsTheProductWhereAsked) {
  reset_fake();
  Sampling sampling;
  sampling.settings.corrupt = true;
  EXPECT_THAT(sampling.failure(), HasSubstr("product differs"));
}

TEST(Sampler, AcceptsAnErrorThatRoundingCanReach) {
  FakeState& state = reset_fake();
  state.error = state.error_bound;
  EXPECT_EQ(Sampling().rate().max_error, state.error_bound);
}

TEST(Sampler, MeasuresTheFastestVariant) {
  FakeState& state = reset_fake();
  state.benchmarks[0].variants = 4;
  state.change = [](const FakeCall& call, tpp_batch_result& result) {
    if (call.variant != 2) result.elapsed_ns *= 1.2;
  };
  EXPECT_THAT(Sampling().rate().path, HasSubstr("variant 2"));
}

TEST(Sampler, PassesOverAVariantThatCannotBePrepared) {
  FakeState& state = reset_fake();
  state.benchmarks[0].variants = 3;
  state.prepare = [](std::uint32_t variant) { return variant == 0 ? TPP_OUT_OF_MEMORY : TPP_OK; };
  EXPECT_THAT(Sampling().rate().path, HasSubstr("variant 1"));
}

TEST(Sampler, FailsWithTheFirstReasonWhereNoVariantCanRun) {
  FakeState& state = reset_fake();
  state.benchmarks[0].variants = 3;
  state.prepare = [](std::uint32_t) { return TPP_FAILED; };
  EXPECT_THAT(Sampling().failure(), HasSubstr("none of 3 variants could run"));
  EXPECT_THAT(Sampling().failure(), HasSubstr("the fake says so"));
}

TEST(Sampler, FailsWithAFailureWhereOthersAreNotSupported) {
  FakeState& state = reset_fake();
  state.benchmarks[0].variants = 3;
  state.prepare = [](std::uint32_t variant) {
    return variant == 2 ? TPP_OUT_OF_MEMORY : TPP_UNSUPPORTED;
  };
  const std::string failure = Sampling().failure();
  EXPECT_THAT(failure, HasSubstr("none of 3 variants could run"));
  EXPECT_THAT(failure, HasSubstr("out of memory"));
}

TEST(Sampler, KeepsNoMoreVariantsInMemoryThanItsPolicyAllows) {
  FakeState& state = reset_fake();
  state.benchmarks[0].variants = 8;
  state.working_set_bytes = std::uint64_t{300} << 20;
  int most = 0;
  state.change = [&](const FakeCall&, tpp_batch_result&) {
    most = std::max(most, state.prepared - state.released);
  };
  Sampling().run();
  EXPECT_EQ(most, 2);  // one kept, one being tried
}

TEST(Sampler, DiscardsBatchesWhoseTimersDisagree) {
  FakeState& state = reset_fake();
  state.change = [](const FakeCall& call, tpp_batch_result& result) {
    // Every fourth batch: the host was held up for a tenth of it.
    const double host_ns = result.elapsed_ns * (call.batch % 4 == 3 ? 1.1 : 1.0);
    result.end_ns = result.begin_ns + static_cast<std::uint64_t>(host_ns);
  };
  const Rate rate = Sampling().rate();
  EXPECT_NEAR(rate.per_second / 4096e9, 1, 1e-9);
  EXPECT_NEAR(rate.timer_ratio, 1, 1e-3);
}

TEST(Sampler, FailsWhereMostBatchesHaveTimersThatDisagree) {
  reset_fake().change = [](const FakeCall&, tpp_batch_result& result) {
    result.end_ns = result.begin_ns + static_cast<std::uint64_t>(result.elapsed_ns);
    result.elapsed_ns *= 1.1;
  };
  EXPECT_THAT(Sampling().failure(), HasSubstr("shows 1.1000 times the host's time"));
  EXPECT_EQ(Sampling().cause(), "timer");
}

TEST(Sampler, CallsAFallingRateNotSteady) {
  FakeState& state = reset_fake();
  state.change = [](const FakeCall& call, tpp_batch_result& result) {
    result.elapsed_ns *= 1 + call.claimed_s;
  };
  const Rate rate = Sampling().rate();
  EXPECT_FALSE(rate.steady);
  EXPECT_GE(rate.sustained_s, kQuick.counted_floor_s);
}

TEST(Sampler, MarksARateThatItsClockDoesNotAllow) {
  reset_fake().change = [](const FakeCall&, tpp_batch_result& result) { result.clock_hz = 0.9e9; };
  const Rate rate = Sampling().rate();
  ASSERT_TRUE(rate.suspect);
  EXPECT_THAT(*rate.suspect, HasSubstr("1.111 times"));
}

TEST(Sampler, MarksARateAsItsSessionTurnedOutToBe) {
  FakeState& state = reset_fake();
  EXPECT_FALSE(Sampling().rate().generic);
  state.session_flags = [](std::uint32_t) { return std::uint32_t{TPP_BENCHMARK_GENERIC}; };
  EXPECT_TRUE(Sampling().rate().generic);
  EXPECT_FALSE(Sampling().rate().emulated);
  state.session_flags = [](std::uint32_t) { return std::uint32_t{TPP_BENCHMARK_EMULATED}; };
  EXPECT_TRUE(Sampling().rate().emulated);
}

TEST(Sampler, MarksARateAsTheSessionOfTheVariantThatWasChosen) {
  FakeState& state = reset_fake();
  state.benchmarks[0].variants = 2;
  state.session_flags = [](std::uint32_t variant) { return variant == 1 ? 1u : 0u; };
  state.change = [](const FakeCall& call, tpp_batch_result& result) {
    if (call.variant == 0) result.elapsed_ns *= 2;
  };
  EXPECT_TRUE(Sampling().rate().generic);
}

TEST(Sampler, CountsBytesWithoutARatePerClock) {
  FakeState& state = reset_fake();
  state.benchmarks[0] = {.kernel = "dram", .subject = "read", .flags = TPP_BENCHMARK_BYTES};
  const Rate rate = Sampling().rate();
  EXPECT_TRUE(rate.bytes);
  EXPECT_FALSE(rate.per_clock_per_unit);
  EXPECT_FALSE(rate.suspect);
}

TEST(Sampler, SaysInThePathThatOperandsWereZero) {
  FakeState& state = reset_fake();
  Sampling sampling;
  sampling.settings.fill = TPP_FILL_ZEROS;
  EXPECT_THAT(sampling.rate().path, HasSubstr("operands all zero"));
  EXPECT_EQ(state.last_fill, static_cast<std::uint32_t>(TPP_FILL_ZEROS));
}

TEST(Sampler, PassesUnsupportedOnAsTheModuleSaysIt) {
  reset_fake().benchmarks[0].status = TPP_UNSUPPORTED;
  const Outcome outcome = Sampling().run().outcome;
  const auto* unsupported = std::get_if<Unsupported>(&outcome);
  ASSERT_NE(unsupported, nullptr);
  EXPECT_EQ(unsupported->by, "hardware");
  EXPECT_EQ(unsupported->reason, "no such instruction");
}

TEST(Sampler, TakesALateUnsupportedForTheLibrarysWord) {
  reset_fake().prepare = [](std::uint32_t) { return TPP_UNSUPPORTED; };
  const Outcome outcome = Sampling().run().outcome;
  ASSERT_TRUE(std::holds_alternative<Unsupported>(outcome));
  EXPECT_EQ(std::get<Unsupported>(outcome).by, "library");
}

TEST(Sampler, FailsWithTheModulesWordWhereABatchFails) {
  reset_fake().run = [](const FakeCall& call) { return call.batch == 3 ? TPP_FAILED : TPP_OK; };
  EXPECT_THAT(Sampling().failure(), HasSubstr("running a batch: failed: the fake says so"));
}

TEST(Sampler, StopsBeforeTheNextBatchAndReleases) {
  FakeState& state = reset_fake();
  Sampling sampling;
  sampling.hooks.stop = [&state] { return state.batches == 5; };
  EXPECT_THROW(sampling.run(), Stopped);
  EXPECT_EQ(state.batches, 5);
  EXPECT_EQ(state.prepared, state.released);
}

TEST(Sampler, ReportsProgressAtMostTenTimesASecond) {
  reset_fake();
  Sampling sampling;
  const Sampled sampled = sampling.run();
  EXPECT_FALSE(sampling.phases.empty());
  EXPECT_LE(static_cast<double>(sampling.phases.size()), 1 + sampled.wall_s / 0.1);
}

}  // namespace
}  // namespace tpp::bench
