// The worker against a stand-in for tpp-bench: a shell script that says what the test wants said.
#include "agent/pass/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

class Worker : public testing::Test {
 protected:
  // The script sees $life (1 for the first child, 2 for the next) and $filter, and can call
  // `begin NAME`, `rate NAME`, `end`, where NAME is the benchmark without its device.
  WorkerResult run(const std::string& script, double silence_s = 20, double deadline_s = 20) const {
    const fs::path bench = directory_ / "bench";
    std::ofstream file(bench);
    file << "#!/bin/sh\n"
         << "echo x >> '" << (directory_ / "lives").string() << "'\n"
         << "life=$(wc -l < '" << (directory_ / "lives").string() << "')\n"
         << R"(for a in "$@"; do case "$a" in --benchmark_filter=*) filter="${a#*=}";; esac; done
begin() { echo "{\"record\":\"begin\",\"benchmark\":\"d/$1\"}" >&3; }
rate() { begin "$1"; echo "{\"record\":\"outcome\",\"benchmark\":\"d/$1\",\"status\":\"rate\",\"rate\":{\"per_second\":5,\"batches\":3,\"units\":1,\"max_error\":0,\"error_bound\":0,\"checked_values\":1}}" >&3; }
end() { echo '{"record":"end"}' >&3; }
)" << script
         << "\n";
    file.close();
    fs::permissions(bench, fs::perms::owner_all);
    WorkerRequest request = request_for(bench);
    request.silence_s = silence_s;
    request.deadline_s = deadline_s;
    request.stop = stop_;
    return run_worker(request, [](const record::Progress&) {});
  }

  static WorkerRequest request_for(const fs::path& bench) {
    WorkerRequest request;
    request.bench = bench;
    request.module = {.name = "fake", .path = "/fake.so", .options = {}};
    request.device.value = "d";
    for (const char* name : {"fma/fp64", "mma/fp16+fp32", "mma/int8"}) {
      request.benchmarks.push_back(*parse_benchmark_id(std::string("d/") + name));
    }
    return request;
  }

  std::function<std::optional<std::string>()> stop_;
  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

bool is_rate(const Measurement& measurement) {
  return std::holds_alternative<Rate>(measurement.outcome);
}
std::string reason(const Measurement& measurement) {
  return std::get<Failed>(measurement.outcome).reason;
}

TEST_F(Worker, ReturnsOneMeasurementForEachBenchmarkInTheOrderAskedFor) {
  const WorkerResult result = run("rate mma/int8; rate mma/fp16+fp32; rate fma/fp64; end");

  ASSERT_EQ(result.measurements.size(), 3u);
  EXPECT_EQ(result.measurements[0].id.subject, "fp64");
  EXPECT_TRUE(std::ranges::all_of(result.measurements, is_rate));
  EXPECT_TRUE(result.findings.empty());
}

TEST_F(Worker, LosesOnlyTheBenchmarkThatCrashedAndGoesOnWithTheRest) {
  const WorkerResult result = run(R"(
if [ $life = 1 ]; then rate fma/fp64; begin mma/fp16+fp32; kill -SEGV $$; fi
case "$filter" in *fp64*|*fp16*) exit 9;; esac
rate mma/int8; end)");

  EXPECT_TRUE(is_rate(result.measurements[0]));
  EXPECT_THAT(reason(result.measurements[1]), testing::HasSubstr("SIGSEGV"));
  EXPECT_TRUE(is_rate(result.measurements[2]));
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].code, "worker.died");
}

TEST_F(Worker, TellsWhenTheBatchesOfARateRan) {
  const WorkerResult result = run(R"(
begin fma/fp64
echo '{"record":"outcome","benchmark":"d/fma/fp64","status":"rate","counted":{"begin_ns":5,"end_ns":18446744073709551615},"rate":{"per_second":5,"batches":3,"units":1,"max_error":0,"error_bound":0,"checked_values":1}}' >&3
rate mma/fp16+fp32; rate mma/int8; end)");

  ASSERT_EQ(result.counted.size(), 1u);
  EXPECT_EQ(to_string(result.counted.begin()->first), "d/fma/fp64");
  EXPECT_EQ(result.counted.begin()->second.end_ns, 18446744073709551615ULL);
}

TEST_F(Worker, TellsOfAWrongProductAndOfTimersThatDisagree) {
  const WorkerResult result = run(R"(
fails() { begin $1; echo "{\"record\":\"outcome\",\"benchmark\":\"d/$1\",\"status\":\"failed\",\"reason\":\"why\",\"cause\":\"$2\"}" >&3; }
fails fma/fp64 product; fails mma/fp16+fp32 timer; fails mma/int8 other; end)");

  ASSERT_EQ(result.findings.size(), 2u);
  EXPECT_EQ(result.findings[0].code, "evidence.wrong_product");
  EXPECT_THAT(result.findings[0].message, testing::StartsWith("d/fma/fp64: why; "));
  EXPECT_EQ(result.findings[1].code, "evidence.timer_drift");
  EXPECT_EQ(result.findings[1].finding_class, FindingClass::health);
  EXPECT_EQ(result.findings[1].severity, Severity::error);
  EXPECT_EQ(result.findings[1].subject, "d");
}

TEST_F(Worker, NamesAnIllegalInstruction) {
  const WorkerResult result = run(R"(
if [ $life = 1 ]; then begin fma/fp64; kill -ILL $$; fi
rate mma/fp16+fp32; rate mma/int8; end)");

  EXPECT_THAT(reason(result.measurements[0]), testing::HasSubstr("illegal instruction"));
  EXPECT_TRUE(is_rate(result.measurements[1]));
}

TEST_F(Worker, KillsAHangAndGoesOn) {
  const WorkerResult result = run(R"(
if [ $life = 1 ]; then rate fma/fp64; begin mma/int8; sleep 60; fi
rate mma/fp16+fp32; end)",
                                  0.3);

  EXPECT_TRUE(is_rate(result.measurements[1]));
  EXPECT_THAT(reason(result.measurements[2]), testing::HasSubstr("hung"));
}

TEST_F(Worker, DistrustsGarbageOnThePipe) {
  const WorkerResult result = run(R"(
if [ $life = 1 ]; then begin fma/fp64; echo '@@garbage' >&3; sleep 60; fi
rate mma/fp16+fp32; rate mma/int8; end)");

  EXPECT_THAT(reason(result.measurements[0]), testing::HasSubstr("garbage"));
  EXPECT_TRUE(is_rate(result.measurements[2]));
}

TEST_F(Worker, GivesUpOnAChildThatDiesBeforeItBegins) {
  const WorkerResult result = run("echo no driver >&2; exit 3");

  for (const Measurement& measurement : result.measurements) {
    EXPECT_THAT(reason(measurement), testing::HasSubstr("no driver"));
  }
}

TEST_F(Worker, EndsAtItsDeadlineAndSaysSo) {
  const WorkerResult result = run("rate fma/fp64; begin mma/int8; sleep 60", 20, 0.5);

  EXPECT_TRUE(result.deadline_passed);
  EXPECT_TRUE(is_rate(result.measurements[0]));
  EXPECT_THAT(reason(result.measurements[2]), testing::HasSubstr("deadline"));
}

TEST_F(Worker, QuotesNoContextOfTheLibraryAsLastWords) {
  const WorkerResult result = run(R"(
case "$*" in *--benchmark_format=json*) ;; *) echo "simulated: true" >&2;; esac
echo "SIMULATED: these figures come from a scenario" >&2
begin fma/fp64; kill -SEGV $$)");

  EXPECT_EQ(reason(result.measurements[0]), "the worker was killed by SIGSEGV (crash)");
}

TEST_F(Worker, StatesQuietlyThatABackendIsGone) {
  const WorkerResult result = run(R"(echo '{"record":"unavailable","reason":"no driver"}' >&3)");

  for (const Measurement& measurement : result.measurements) {
    EXPECT_THAT(reason(measurement), testing::HasSubstr("no longer there: no driver"));
  }
  EXPECT_TRUE(result.findings.empty());
}

TEST_F(Worker, FindsFaultWithABackendThatIsGoneAndThenCrashes) {
  const WorkerResult result =
      run(R"(echo '{"record":"unavailable","reason":"no driver"}' >&3; kill -SEGV $$)");

  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].code, "worker.died");
}

TEST_F(Worker, KnowsThatTheDeadlinePassedWhenAChildSurvivesBeingKilledAtIt) {
  for (const double deadline_s : {0.02, 60.0}) {
    WorkerRequest request = request_for("/no/bench");
    request.deadline_s = deadline_s;

    const WorkerResult result = run_worker(
        request, [](const record::Progress&) {},
        [](const ChildCommand&, const LineReader&) {
          const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(30);
          while (std::chrono::steady_clock::now() < until) {
          }
          ChildResult stuck;
          stuck.end = ChildEnd::stuck;
          return stuck;
        });

    EXPECT_EQ(result.deadline_passed, deadline_s < 1);
    EXPECT_THAT(reason(result.measurements[0]), testing::HasSubstr("abandoned"));
  }
}

TEST_F(Worker, LeavesADeviceThatSomebodyElseNeedsAndFindsNoFaultWithIt) {
  const fs::path begun = directory_ / "begun";
  stop_ = [begun]() -> std::optional<std::string> {
    if (!fs::exists(begun)) return std::nullopt;
    return "a foreign process came";
  };

  const WorkerResult result = run("trap '' TERM; rate fma/fp64; begin mma/fp16+fp32; echo > '" +
                                  begun.string() + "'; while true; do :; done");

  EXPECT_TRUE(is_rate(result.measurements[0])) << "it was done before";
  for (const int left : {1, 2}) {
    const auto& failed =
        std::get<Failed>(result.measurements[static_cast<std::size_t>(left)].outcome);
    EXPECT_EQ(failed.reason, "not measured: a foreign process came");
    EXPECT_TRUE(failed.interrupted);
  }
  EXPECT_TRUE(result.findings.empty());
  EXPECT_FALSE(result.deadline_passed);
  EXPECT_EQ(result.interrupted, "a foreign process came");
}

TEST_F(Worker, DoesNotBeginWhereItIsNotToRun) {
  stop_ = [] { return std::optional<std::string>("a lock"); };

  const WorkerResult result = run("rate fma/fp64; rate mma/fp16+fp32; rate mma/int8; end");

  EXPECT_FALSE(fs::exists(directory_ / "lives"));
  EXPECT_THAT(reason(result.measurements[0]), testing::HasSubstr("a lock"));
}

TEST_F(Worker, WasNotInterruptedWhereNothingWasLeft) {
  const fs::path done = directory_ / "done";
  stop_ = [done]() -> std::optional<std::string> {
    return fs::exists(done) ? std::optional<std::string>("late") : std::nullopt;
  };

  const WorkerResult result =
      run("rate fma/fp64; rate mma/fp16+fp32; rate mma/int8; end; echo > '" + done.string() +
          "'; while true; do :; done");

  EXPECT_TRUE(std::ranges::all_of(result.measurements, is_rate));
  EXPECT_EQ(result.interrupted, std::nullopt);
}

TEST_F(Worker, DoesNotBelieveAnOutcomeThatNobodyAskedFor) {
  const WorkerResult result = run(R"(
if [ $life = 1 ]; then begin fma/fp64; rate mma/int1; sleep 60; fi
rate fma/fp64; rate mma/fp16+fp32; rate mma/int8; end)");

  EXPECT_THAT(reason(result.measurements[0]), testing::HasSubstr("nobody asked for"));
}

TEST_F(Worker, HandsTheModulesEnvironmentToTheChildAndPrintsItWithTheCommand) {
  ::setenv("CUDA_VISIBLE_DEVICES", "the user's", 1);
  WorkerRequest request = request_for("/no/bench");
  request.module.environment = {"CUDA_VISIBLE_DEVICES=MIG-2"};
  std::vector<std::string> given;

  const WorkerResult result = run_worker(
      request, [](const record::Progress&) {},
      [&](const ChildCommand& command, const LineReader&) {
        given = command.environment;
        return ChildResult{};
      });

  ::unsetenv("CUDA_VISIBLE_DEVICES");
  EXPECT_THAT(given, testing::Contains("CUDA_VISIBLE_DEVICES=MIG-2"));
  EXPECT_THAT(given, testing::Not(testing::Contains("CUDA_VISIBLE_DEVICES=the user's")));
  EXPECT_THAT(result.measurements[0].command,
              testing::StartsWith("CUDA_VISIBLE_DEVICES=MIG-2 /no/bench --backend="));
}

TEST_F(Worker, PrintsTheCommandThatTakesOneFigureAgain) {
  const WorkerResult result = run("rate fma/fp64; rate mma/fp16+fp32; rate mma/int8; end");

  EXPECT_THAT(result.measurements[1].command,
              testing::HasSubstr(R"('--benchmark_filter=^(d/mma/fp16\+fp32)/')"));
}

}  // namespace
}  // namespace tpp
