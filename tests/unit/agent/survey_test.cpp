#include "agent/pass/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "agent/support/error.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

class FindBackends : public testing::Test {
 protected:
  void add(const std::string& name) const { std::ofstream(directory_ / name) << "x"; }

  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

TEST_F(FindBackends, ListsTheModulesOfTheDirectoryWithTheirOptions) {
  add("sim.so");
  add("cpu.so");
  add("README");

  const auto modules = find_backends(directory_, {{"sim.scenario", "a.yaml"}});

  ASSERT_EQ(modules.size(), 2u);
  EXPECT_EQ(modules[0].name, "cpu");
  EXPECT_THAT(modules[1].options, testing::ElementsAre(testing::Pair("scenario", "a.yaml")));
}

TEST_F(FindBackends, SaysWhichDirectoryIsMissingOrEmpty) {
  EXPECT_THAT([&] { find_backends(directory_ / "none", {}); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("--backend-directory")));
  EXPECT_THAT([&] { find_backends(directory_, {}); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("no modules")));
}

TEST_F(FindBackends, SaysThatTheOnlyModuleWantedIsMissingBeforeItLooksAtOptions) {
  add("cpu.so");

  EXPECT_THAT(
      [&] {
        find_backends(directory_, {{"sim.scenario", "a.yaml"}}, "sim");
      },
      testing::ThrowsMessage<Error>(
          testing::HasSubstr("there is no module sim.so in " + directory_.string())));

  add("sim.so");
  const auto modules = find_backends(directory_, {{"cpu.isa", "avx2"}}, "sim");
  ASSERT_EQ(modules.size(), 1u);
  EXPECT_EQ(modules[0].name, "sim");
}

TEST_F(FindBackends, RefusesAnOptionOfAModuleThatIsNotThere) {
  add("cpu.so");

  EXPECT_THAT(
      [&] {
        find_backends(directory_, {{"gpu.x", "1"}});
      },
      testing::ThrowsMessage<UsageError>(testing::HasSubstr("cpu")));
}

}  // namespace
}  // namespace tpp
