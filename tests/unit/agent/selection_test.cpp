#include "agent/pass/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::EndsWith;
using testing::StartsWith;

std::vector<record::Planned> planned(int count, double expected_s) {
  std::vector<record::Planned> list(static_cast<std::size_t>(count));
  for (record::Planned& one : list) one.expected_s = expected_s;
  return list;
}

TEST(TimeLimit, IsNoneWhereTheDeviceIsDoneInGoodTime) {
  EXPECT_EQ(limit_each_s(planned(8, 0.9), PassMode::quick), std::nullopt);
  EXPECT_EQ(limit_each_s(planned(8, 6.4), PassMode::full), std::nullopt);
  EXPECT_EQ(limit_each_s({}, PassMode::quick), std::nullopt);
}

TEST(TimeLimit, SharesTenSecondsOrAMinuteAmongTheBenchmarksThatCanRun) {
  auto many = planned(30, 0.9);
  const auto quick = limit_each_s(many, PassMode::quick);
  ASSERT_TRUE(quick);
  EXPECT_LT(*quick * 30, 10);
  EXPECT_GT(*quick * 30, 7);
  const auto full = limit_each_s(planned(30, 6.4), PassMode::full);
  ASSERT_TRUE(full);
  EXPECT_LT(*full * 30, 60);
  EXPECT_GT(*full * 30, 50);

  for (int i = 0; i < 10; ++i) many[static_cast<std::size_t>(i)].unsupported = Unsupported{};
  EXPECT_GT(*limit_each_s(many, PassMode::quick), *quick);
}

TEST(Selection, IsUnfitWhereTheNodeLacksWhatItNames) {
  Survey survey;
  survey.backends.emplace_back().listing.benchmarks.push_back(
      {.benchmark = *parse_benchmark_id("a/mma/fp16")});
  EXPECT_FALSE(check_selection({.devices = {}, .kernels = {"mma"}, .precisions = {}}, survey));

  const Selection gemm{.devices = {}, .kernels = {"gemm"}, .precisions = {}};
  const auto unfit = check_selection(gemm, survey);

  ASSERT_TRUE(unfit);
  EXPECT_THAT(unfit->message, StartsWith("--kernel gemm: there is none on this node"));
  EXPECT_THROW(refuse(*unfit), UsageError);
  survey.inventory.modules.push_back(
      {.name = "cuda", .path = "", .state = ModuleState::failed, .reason = "it crashed"});
  const auto perhaps_not = check_selection(gemm, survey);
  ASSERT_TRUE(perhaps_not);
  EXPECT_THAT(perhaps_not->message, EndsWith("; module cuda: it crashed"));
  EXPECT_TRUE(perhaps_not->module_failed);
}

TEST(Selection, KeepsTheBenchmarksOfOneDevice) {
  SurveyedBackend backend;
  for (const char* name : {"a/mma/fp16", "b/mma/fp16", "a/gemm/fp16"}) {
    backend.listing.benchmarks.push_back({.benchmark = *parse_benchmark_id(name)});
  }
  Selection selection;
  EXPECT_EQ(planned_of({"a"}, backend, selection).size(), 2u);
  selection.kernels = {"gemm"};
  EXPECT_EQ(planned_of({"a"}, backend, selection).size(), 1u);
  EXPECT_EQ(planned_of({"b"}, backend, selection).size(), 0u);
}

}  // namespace
}  // namespace tpp
