#include "kernels/cpu/cgroup.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/temporary_directory.h"

namespace tpp::cpu {
namespace {

namespace fs = std::filesystem;

class Cgroup : public testing::Test {
 protected:
  void SetUp() override { file("proc/self/cgroup", "0::/pods/pod7/worker\n"); }
  void file(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  const test::TemporaryDirectory temporary_;
  const fs::path root_ = temporary_.path();
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

TEST_F(Cgroup, ReadsTheLimitsOfAContainerThatSeesItselfAsTheRoot) {
  file("proc/self/cgroup", "0::/\n");
  file("sys/fs/cgroup/cpu.max", "100000 100000\n");
  file("sys/fs/cgroup/memory.max", "2147483648\n");
  file("sys/fs/cgroup/memory.current", "1073741824\n");

  const CgroupLimits limits = cgroup_limits(root_);

  EXPECT_EQ(limits.processors, 1);
  EXPECT_EQ(limits.memory_left, 1073741824u);
}

TEST_F(Cgroup, LeavesNothingWhereMoreIsUsedThanAllowed) {
  file("sys/fs/cgroup/pods/pod7/worker/memory.max", "1000\n");
  file("sys/fs/cgroup/pods/pod7/worker/memory.current", "1200\n");

  EXPECT_EQ(cgroup_limits(root_).memory_left, 0u);
}

TEST_F(Cgroup, EndsAtTheRootWhateverThePathBeginsWith) {
  file("proc/self/cgroup", "0:://pods/pod7\n");
  file("sys/fs/cgroup/pods/cpu.max", "200000 100000\n");

  EXPECT_EQ(cgroup_limits(root_).processors, 2);
}

TEST_F(Cgroup, KnowsNoLimitWithoutVersionTwo) {
  file("proc/self/cgroup", "4:memory:/x\n");

  EXPECT_EQ(cgroup_limits(root_).processors, 0);
  EXPECT_EQ(cgroup_limits(root_).memory_left, UINT64_MAX);
}

}  // namespace
}  // namespace tpp::cpu
