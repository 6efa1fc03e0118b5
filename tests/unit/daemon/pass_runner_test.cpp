#include "agent/daemon/pass_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>

#include "agent/support/error.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kNews = R"({"news":{"started_at":"2026-11-29T10:00:00Z","duration_s":1.5,)"
                              R"("outcome":"aborted","devices":[],"measurements":{"rate":2},)"
                              R"("board_changes":{},"probes":[],"warnings":[]}})";

class PassRunnerTest : public testing::Test {
 protected:
  // A child that does this instead of a pass.
  PassOrder order(const std::string& script, double deadline_s = 60) const {
    const auto file = directory_.path() / "pass.sh";
    std::ofstream(file) << script << '\n';
    return {.arguments = {"/bin/sh", file.string()}, .deadline_s = deadline_s};
  }

  std::string told(const std::string& line) const { return "echo '" + line + "' >&3\n"; }

  bool wait() const {
    pollfd event{runner_.descriptor(), POLLIN, 0};
    return ::poll(&event, 1, 60'000) == 1;
  }

  PassRun end() {
    while (wait()) {
      if (auto step = runner_.take_step()) steps_.push_back(*step);
      if (auto run = runner_.take_run()) return *run;
    }
    ADD_FAILURE() << "it does not end";
    return {};
  }

  PassRun run(const std::string& script, double deadline_s = 60) {
    runner_.start(order(script, deadline_s));
    return end();
  }

  test::TemporaryDirectory directory_;
  PassRunner runner_;
  std::vector<PassStep> steps_;
};

TEST_F(PassRunnerTest, PutsThePassIntoItsCgroup) {
  const auto processes = directory_.path() / "cgroup.procs";
  std::ofstream(processes).flush();
  PassOrder into =
      order("read entered <" + processes.string() + "; test \"$entered\" = 0 && " + told(kNews));
  into.cgroup = processes;
  runner_.start(into);

  EXPECT_TRUE(end().news);
}

TEST_F(PassRunnerTest, HandsOverStepsDocumentsAndNews) {
  const PassRun done = run(
      told(R"({"progress":{"done":1,"total":3,"benchmark":"a/mma/fp16","phase":"measuring"}})") +
      told(R"({"document":"page","text":"one "})") + told(R"({"document":"page","text":"two"})") +
      told(kNews));

  ASSERT_TRUE(done.news) << done.failure;
  EXPECT_EQ(done.news->outcome, PassOutcome::aborted);
  EXPECT_EQ(done.news->measurements.at(MeasurementOutcome::rate), 2u);
  EXPECT_EQ(done.documents.at("page"), "one two");
  EXPECT_EQ(done.failure, "");
  ASSERT_THAT(steps_, SizeIs(1));
  EXPECT_EQ(steps_[0].benchmark, "a/mma/fp16");
  EXPECT_FALSE(runner_.running());
}

TEST_F(PassRunnerTest, HandsItsInputToTheChild) {
  PassOrder wanted = order("read word; test \"$word\" = before && " + told(kNews));
  wanted.input = std::make_shared<const std::string>("before\n");

  runner_.start(wanted);

  EXPECT_TRUE(end().news);
}

#ifndef TPP_SANITIZED  // they keep what was freed
std::size_t own_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word != "RssAnon:") continue;
    std::size_t kib = 0;
    status >> kib;
    return kib;
  }
  return 0;
}

TEST_F(PassRunnerTest, MakesNoCopyOfItsInput) {
  const std::string step =
      told(R"({"progress":{"done":1,"total":3,"benchmark":"a/mma/fp16","phase":"measuring"}})");
  PassOrder wanted = order(step + "read word; test -n \"$word\" && " + told(kNews));
  wanted.input =
      std::make_shared<const std::string>(std::string("before\n") + std::string(64u << 20, 'x'));
  const std::size_t before = own_kib();
  ASSERT_GT(before, std::size_t{64} * 1024);
  runner_.start(wanted);
  ASSERT_TRUE(wait());

  EXPECT_LT(own_kib(), before + 16 * 1024);

  EXPECT_TRUE(end().news);
}
#endif

TEST_F(PassRunnerTest, RunsOneAfterTheOther) {
  EXPECT_TRUE(run(told(kNews)).news);
  EXPECT_FALSE(run("exit 1").news);
  EXPECT_TRUE(run(told(kNews)).news);
}

TEST_F(PassRunnerTest, SaysHowAChildFailedWithItsLastWords) {
  const PassRun done = run("echo 'tpp-agent: no rules' >&2; exit 2");

  EXPECT_FALSE(done.news);
  EXPECT_EQ(done.failure, "the pass ended with exit status 2: tpp-agent: no rules");
  EXPECT_FALSE(done.hung);
}

TEST_F(PassRunnerTest, EndsAChildThatWritesGarbage) {
  const PassRun done = run("echo garbage >&3; exec sleep 60");

  EXPECT_FALSE(done.news);
  EXPECT_THAT(done.failure, HasSubstr("garbage"));
  EXPECT_FALSE(done.hung);
}

TEST_F(PassRunnerTest, TakesNoNewsForAFailureEvenWhereDocumentsCame) {
  const PassRun done = run(told(R"({"document":"page","text":"half"})"));

  EXPECT_FALSE(done.news);
  EXPECT_THAT(done.failure, HasSubstr("exit status 0"));
}

TEST_F(PassRunnerTest, SaysThatAChildWasKilled) {
  EXPECT_THAT(run("kill -9 $$").failure, HasSubstr("was killed by SIGKILL"));
}

TEST_F(PassRunnerTest, KillsAChildAtItsDeadlineAndCallsThatAHang) {
  const PassRun done = run("exec sleep 60", 0.2);

  EXPECT_FALSE(done.news);
  EXPECT_THAT(done.failure, HasSubstr("deadline"));
  EXPECT_TRUE(done.hung);
  EXPECT_GE(done.duration_s, 0.2);
}

TEST_F(PassRunnerTest, HearsAStoppedChildOut) {
  // More than a pipe holds: nobody reading, it could not end.
  const std::string script =
      "trap 'stopped=yes' TERM\n" +
      told(R"({"progress":{"done":0,"total":1,"benchmark":"a","phase":"measuring"}})") +
      "while [ -z \"$stopped\" ]; do sleep 0.02; done\n"
      "part=$(head -c 100000 /dev/zero | tr '\\0' x)\n"
      "for i in 1 2 3; do echo '{\"document\":\"page\",\"text\":\"'$part'\"}' >&3; done\n" +
      told(kNews);
  runner_.start(order(script));
  while (steps_.empty() && wait()) {
    if (auto step = runner_.take_step()) steps_.push_back(*step);
  }
  runner_.stop();
  const PassRun done = end();

  ASSERT_TRUE(done.news) << done.failure;
  EXPECT_THAT(done.documents.at("page"), SizeIs(300'000));
}

TEST_F(PassRunnerTest, KillsAStoppedChildThatDoesNotEnd) {
  runner_.start(order("trap '' TERM\n" +
                      told(R"({"progress":{"done":0,"total":1,"benchmark":"a","phase":"b"}})") +
                      "while true; do sleep 0.02; done"));
  while (steps_.empty() && wait()) {
    if (auto step = runner_.take_step()) steps_.push_back(*step);
  }
  const auto began = std::chrono::steady_clock::now();
  runner_.stop();
  const PassRun done = end();

  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
  EXPECT_FALSE(done.news);
  EXPECT_FALSE(done.hung);
  EXPECT_THAT(done.failure, HasSubstr("was stopped"));
}

TEST_F(PassRunnerTest, SaysThatThereIsNoSuchProgram) {
  runner_.start({.arguments = {"/nonexistent/tpp-agent", "pass"}});
  EXPECT_THAT(end().failure, HasSubstr("cannot run /nonexistent/tpp-agent"));
}

TEST_F(PassRunnerTest, HandsOnTheEnvironmentWithoutWhatIsTheDaemonsOwn) {
  ::setenv("TPP_AGENT_CONFIG_FILE", "x", 1);
  ::setenv("NOTIFY_SOCKET", "/nonexistent", 1);
  ::setenv("WATCHDOG_USEC", "1", 1);
  ::setenv("CUDA_VISIBLE_DEVICES", "0", 1);
  const PassRun done = run("env >&2; exit 1");
  for (const char* name :
       {"TPP_AGENT_CONFIG_FILE", "NOTIFY_SOCKET", "WATCHDOG_USEC", "CUDA_VISIBLE_DEVICES"}) {
    ::unsetenv(name);
  }

  EXPECT_THAT(done.failure, HasSubstr("CUDA_VISIBLE_DEVICES=0"));
  EXPECT_EQ(done.failure.find("TPP_AGENT_"), std::string::npos);
  EXPECT_EQ(done.failure.find("NOTIFY_SOCKET"), std::string::npos);
  EXPECT_EQ(done.failure.find("WATCHDOG_USEC"), std::string::npos);
}

TEST(PassRunner, StopsWhatRunsAsItGoes) {
  const auto began = std::chrono::steady_clock::now();
  {
    PassRunner runner;
    runner.start({.arguments = {"/bin/sleep", "60"}});
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

}  // namespace
}  // namespace tpp
