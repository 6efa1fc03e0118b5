// Surveys whose children are words: who is asked for what, and what becomes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "agent/pass/survey.h"
#include "exporters/report_json.h"
#include "probes/probe.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::Not;

Inventory with_a_sleeping_gpu() {
  Inventory inventory;
  inventory.devices.resize(1);
  inventory.devices[0].id.value = "0000:01:00.0";
  inventory.devices[0].vendor = "NVIDIA";
  inventory.findings.resize(1);
  inventory.findings[0].code = "device.asleep";
  inventory.findings[0].subject = "0000:01:00.0";
  return inventory;
}

class SurveyAnswers : public testing::Test {
 protected:
  SurveyAnswers() {
    for (const char* module : {"cpu.so", "cuda.so", "opencl.so"}) {
      std::ofstream(folder_.path() / module) << "";
    }
    request_.backend_directory = folder_.path();
    request_.mode = PassMode::inventory;
    request_.answerer = [this](const NodeQuestion& question, const ChildCommand&,
                               const LineReader& reader) { return answer(question, reader); };
  }

  ChildResult answer(const NodeQuestion& question, const LineReader& reader) {
    const std::lock_guard lock(mutex_);
    asked_.insert(question.of);
    if (question.of.starts_with("probe ")) {
      reader(to_json(question.of == "probe nvidia" ? probed_ : Inventory()).dump());
    } else {
      reader(R"({"record":"hello","protocol":1,"backend":"x","method_version":"1"})");
    }
    return {};
  }

  const test::TemporaryDirectory folder_;
  SurveyRequest request_;
  Inventory probed_;
  std::mutex mutex_;
  std::set<std::string> asked_;
};

TEST_F(SurveyAnswers, LeaveModulesAloneThatWouldWakeASleepingDevice) {
  probed_ = with_a_sleeping_gpu();

  const Survey surveyed = survey(request_);

  EXPECT_THAT(asked_, Contains("backend cpu"));
  EXPECT_THAT(asked_, Not(Contains("backend cuda")));
  EXPECT_THAT(asked_, Not(Contains("backend opencl")));
  ASSERT_EQ(surveyed.inventory.modules.size(), 3u);
  EXPECT_EQ(surveyed.inventory.modules[1].state, ModuleState::unavailable);
  EXPECT_EQ(surveyed.inventory.modules[1].reason,
            "not asked: 0000:01:00.0 sleeps, and would be woken");
}

TEST_F(SurveyAnswers, LeaveThemAloneForAPlanToo) {
  probed_ = with_a_sleeping_gpu();
  request_.mode = PassMode::quick;
  request_.measures = false;

  survey(request_);

  EXPECT_THAT(asked_, Not(Contains("backend cuda")));
}

TEST_F(SurveyAnswers, AreAskedOfEveryModuleWhereMeasuringWakesItAnyway) {
  probed_ = with_a_sleeping_gpu();
  request_.mode = PassMode::quick;

  survey(request_);

  EXPECT_THAT(asked_, Contains("backend cuda"));
}

TEST_F(SurveyAnswers, AreThoseOfTheModulesThatARecordingNames) {
  request_.modules = {"of_another_machine"};

  const Survey surveyed = survey(request_);

  EXPECT_THAT(asked_, Contains("backend of_another_machine"));
  EXPECT_THAT(asked_, Not(Contains("backend cpu")));
  EXPECT_EQ(surveyed.inventory.modules.at(0).path, "of_another_machine.so");
}

TEST_F(SurveyAnswers, OfProbesAreWaitedForTogether) {
  // Each waits until all have been asked: one after the other, this would never end.
  const auto asked = std::ranges::count(probes(), nullptr, &Probe::entered);
  std::barrier all(asked);
  request_.answerer = [&](const NodeQuestion& question, const ChildCommand&,
                          const LineReader& reader) {
    if (question.of.starts_with("probe ")) all.arrive_and_wait();
    return answer(question, reader);
  };

  survey(request_);

  EXPECT_THAT(asked_,
              testing::IsSupersetOf({"probe amd", "probe bus", "probe cpu", "probe nvidia"}));
}

}  // namespace
}  // namespace tpp
