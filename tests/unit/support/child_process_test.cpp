#include "agent/support/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>

#include "agent/support/error.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

ChildCommand shell(const std::string& script) {
  ChildCommand command;
  command.arguments = {"/bin/sh", "-c", script};
  command.environment = {"PATH=/usr/bin:/bin"};
  command.deadline_s = 20;
  command.silence_s = 20;
  return command;
}

struct Lines {
  std::vector<std::string> all;
  LineReader reader() {
    return [this](std::string_view line) {
      all.emplace_back(line);
      return true;
    };
  }
};

TEST(ChildProcess, ReadsLinesFromDescriptorThreeAndDropsStandardOutput) {
  Lines lines;

  const ChildResult result =
      run_child(shell("echo hidden; echo one >&3; echo two >&3"), lines.reader());

  EXPECT_EQ(result.end, ChildEnd::exited);
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(lines.all, testing::ElementsAre("one", "two"));
}

TEST(ChildProcess, KeepsTheEndOfStandardErrorAndTheExitStatus) {
  Lines lines;

  const ChildResult result = run_child(shell("echo went wrong >&2; exit 7"), lines.reader());

  EXPECT_EQ(result.code, 7);
  EXPECT_THAT(result.error_tail, testing::HasSubstr("went wrong"));
}

TEST(ChildProcess, FindsItsInputOnStandardInputHoweverLongItIs) {
  Lines lines;
  ChildCommand command = shell("wc -c >&3; cat /dev/stdin | tail -c 4 >&3");
  command.input = std::make_shared<const std::string>(  // more than a pipe holds
      std::string(1'000'000, 'x') + "end\n");

  const ChildResult result = run_child(command, lines.reader());

  EXPECT_EQ(result.code, 0) << result.error_tail;
  EXPECT_THAT(lines.all, testing::ElementsAre("1000004", "end"));
}

TEST(ChildProcess, HasNothingOnStandardInputUnlessItIsGiven) {
  Lines lines;

  run_child(shell("wc -c >&3"), lines.reader());

  EXPECT_THAT(lines.all, testing::ElementsAre("0"));
}

TEST(ChildProcess, IsTheFirstToGoWhereMemoryRunsOut) {
  Lines lines;

  run_child(shell("cat /proc/self/oom_score_adj >&3"), lines.reader());

  EXPECT_THAT(lines.all, testing::ElementsAre("1000"));
}

TEST(ChildProcess, KillsAChildThatGoesSilent) {
  Lines lines;
  ChildCommand command = shell("echo alive >&3; sleep 60");
  command.silence_s = 0.2;

  const ChildResult result = run_child(command, lines.reader());

  EXPECT_EQ(result.end, ChildEnd::silent);
  EXPECT_THAT(lines.all, testing::ElementsAre("alive"));
}

TEST(ChildProcess, KillsAChildThatIgnoresBeingAsked) {
  Lines lines;
  ChildCommand command = shell("trap '' TERM; while :; do echo tick >&3; sleep 0.05; done");
  command.deadline_s = 0.3;

  const ChildResult result = run_child(command, lines.reader());

  EXPECT_EQ(result.end, ChildEnd::deadline);
  EXPECT_EQ(result.code, SIGKILL);
}

TEST(ChildProcess, ReadsWhatAStoppedChildStillSaysAndThenEndsIt) {
  Lines lines;
  ChildCommand command =
      shell("trap 'echo last >&3; exit 0' TERM; echo first >&3; while true; do sleep 0.02; done");
  command.stop = [&lines] { return !lines.all.empty(); };
  command.stop_grace_s = 15;

  const ChildResult result = run_child(command, lines.reader());

  EXPECT_EQ(result.end, ChildEnd::stopped);
  EXPECT_THAT(lines.all, testing::ElementsAre("first", "last"));
}

TEST(ChildProcess, WaitsNoLongerForAStoppedChildThanItLivesWhereAnotherHoldsItsPipe) {
  Lines lines;
  ChildCommand command = shell(
      "trap 'exit 0' TERM; setsid sleep 30 & echo first >&3; while true; do sleep 0.02; done");
  command.stop = [&lines] { return !lines.all.empty(); };
  command.stop_grace_s = 60;
  const auto began = std::chrono::steady_clock::now();

  EXPECT_EQ(run_child(command, lines.reader()).end, ChildEnd::stopped);

  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

TEST(ChildProcess, NamesTheSignalThatEndedAChild) {
  Lines lines;

  const ChildResult result = run_child(shell("kill -ILL $$"), lines.reader());

  EXPECT_EQ(result.end, ChildEnd::signalled);
  EXPECT_EQ(describe(result), "was killed by SIGILL (illegal instruction)");
}

TEST(ChildProcess, KillsAChildWhoseLineIsRefused) {
  const ChildResult result =
      run_child(shell("echo bad >&3; sleep 60"), [](std::string_view) { return false; });

  EXPECT_EQ(result.end, ChildEnd::refused);
}

TEST(ChildProcess, RefusesALineWithoutEnd) {
  Lines lines;

  const ChildResult result =
      run_child(shell("head -c 3000000 /dev/zero >&3; sleep 60"), lines.reader());

  EXPECT_EQ(result.end, ChildEnd::refused);
}

TEST(ChildProcess, SaysWhichProgramCannotBeRun) {
  ChildCommand command;
  command.arguments = {"/nowhere/tpp-bench"};

  EXPECT_THAT([&] { run_child(command, [](std::string_view) { return true; }); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("/nowhere/tpp-bench")));
}

TEST(ChildProcess, IsPutIntoItsCgroupBeforeItsProgramBegins) {
  const test::TemporaryDirectory directory;
  const auto processes = directory.path() / "cgroup.procs";
  std::ofstream(processes).flush();
  Lines lines;
  ChildCommand command = shell("cat " + processes.string() + " >&3; echo >&3");
  command.cgroup = processes;

  run_child(command, lines.reader());

  EXPECT_THAT(lines.all, testing::ElementsAre("0"));
}

TEST(ChildProcess, IsNotRunWhereItCannotBePutIntoItsCgroup) {
  Lines lines;
  ChildCommand command = shell("echo ran >&3");
  command.cgroup = "/nonexistent/cgroup.procs";

  const ChildResult result = run_child(command, lines.reader());

  EXPECT_EQ(result.code, 127);
  EXPECT_THAT(result.error_tail, testing::HasSubstr("cannot enter its cgroup: No such file"));
  EXPECT_THAT(lines.all, testing::IsEmpty());
}

TEST(ChildProcess, PassesOnlyTheAllowedEnvironment) {
  ::setenv("DNNL_MAX_CPU_ISA", "AVX2", 1);
  ::setenv("HIP_VISIBLE_DEVICES", "0", 1);

  const auto allowed = allowed_environment();
  const auto distrusted = distrusted_variables();

  ::unsetenv("DNNL_MAX_CPU_ISA");
  ::unsetenv("HIP_VISIBLE_DEVICES");
  EXPECT_THAT(allowed, testing::Not(testing::Contains(testing::StartsWith("DNNL"))));
  EXPECT_THAT(distrusted, testing::IsSupersetOf({"DNNL_MAX_CPU_ISA", "HIP_VISIBLE_DEVICES"}));
}

}  // namespace
}  // namespace tpp
