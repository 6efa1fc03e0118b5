#include "kernels/cpu/cgroup.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace tpp::cpu {
namespace {

namespace fs = std::filesystem;

class Cgroup : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("tpp-cgroup-" + std::to_string(::getpid()));
    file("proc/self/cgroup", "0::/pods/pod7/worker\n");
  }
  void TearDown() override { fs::remove_all(root_); }
  void file(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  fs::path root_;
};

TEST_F(Cgroup, TakesTheTightestLimitOnTheWayToTheRoot) {
  file("sys/fs/cgroup/pods/pod7/worker/cpu.max", "max 100000\n");
  file("sys/fs/cgroup/pods/pod7/cpu.max", "150000 100000\n");
  file("sys/fs/cgroup/pods/cpu.max", "400000 100000\n");
  file("sys/fs/cgroup/pods/pod7/worker/memory.max", "max\n");
  file("sys/fs/cgroup/pods/memory.max", "1000\n");
  file("sys/fs/cgroup/pods/memory.current", "400\n");

  const CgroupLimits limits = cgroup_limits(root_);

  EXPECT_EQ(limits.processors, 1.5);
  EXPECT_EQ(limits.memory_left, 600u);
}

TEST_F(Cgroup, LeavesNothingWhereMoreIsUsedThanAllowed) {
  file("sys/fs/cgroup/pods/pod7/worker/memory.max", "1000\n");
  file("sys/fs/cgroup/pods/pod7/worker/memory.current", "1200\n");

  EXPECT_EQ(cgroup_limits(root_).memory_left, 0u);
}

TEST_F(Cgroup, KnowsNoLimitWithoutVersionTwo) {
  file("proc/self/cgroup", "4:memory:/x\n");

  EXPECT_EQ(cgroup_limits(root_).processors, 0);
  EXPECT_EQ(cgroup_limits(root_).memory_left, UINT64_MAX);
}

}  // namespace
}  // namespace tpp::cpu
