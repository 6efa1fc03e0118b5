// On folders that look like the kernel's: what is asked of it, and what is not. That it does it
// only a kernel can show.
#include "agent/daemon/own_cgroup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/xattr.h>

#include <fstream>
#include <string>

#include "agent/support/file.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::uint64_t kMemory = 100u << 20;
constexpr const char* kNoAttributes = "the file system of tests has no user.* attributes";

void write(const fs::path& file, const std::string& text = "") {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

class OwnCgroupTest : public testing::Test {
 protected:
  void SetUp() override {
    write(places_.own, "1:name=systemd:/x\n0::/system.slice/tpp-agent.service\n");
    for (const char* file : {"cgroup.procs", "cgroup.subtree_control"}) write(group_ / file);
    // As the kernel makes them with the folder.
    for (const char* file :
         {"supervisor/cgroup.procs", "supervisor/memory.max", "work/cgroup.procs"}) {
      write(group_ / file);
    }
  }
  bool mark(const char* value) const {
    return ::setxattr(group_.c_str(), "user.delegate", value, 1, 0) == 0;
  }
  OwnCgroup enter() const { return enter_own_cgroup(kMemory, places_); }
  // As one that has the mark, on any file system.
  OwnCgroup enter_delegated() const {
    return enter_own_cgroup(kMemory, places_,
                            [this](const fs::path& group) { return group == group_; });
  }
  std::string text(const std::string& file) const { return read_file(group_ / file); }

  test::TemporaryDirectory directory_;
  const CgroupPlaces places_{directory_.path() / "cgroup", directory_.path() / "self"};
  const fs::path group_ = places_.root / "system.slice/tpp-agent.service";
};

TEST_F(OwnCgroupTest, LimitsThisProcessAndNotItsChildren) {
  const OwnCgroup own = enter_delegated();

  EXPECT_TRUE(own.limited) << own.words;
  EXPECT_EQ(own.children, group_ / "work/cgroup.procs");
  EXPECT_EQ(text("supervisor/cgroup.procs"), "0");
  EXPECT_EQ(text("supervisor/memory.max"), "104857600");
  EXPECT_EQ(text("cgroup.subtree_control"), "+memory");
  EXPECT_EQ(text("work/cgroup.procs"), "") << "a child enters it by itself";
  EXPECT_FALSE(fs::exists(group_ / "work/memory.max"));
}

TEST_F(OwnCgroupTest, IsDelegatedWhereItHasTheMark) {
  EXPECT_FALSE(has_mark_of_delegation(group_));
  if (!mark("0")) GTEST_SKIP() << kNoAttributes;
  EXPECT_FALSE(has_mark_of_delegation(group_));
  ASSERT_TRUE(mark("1"));
  EXPECT_TRUE(has_mark_of_delegation(group_));
}

TEST_F(OwnCgroupTest, IsLeftAloneWhereNothingIsDelegated) {
  for (const bool marked : {false, true}) {
    if (marked && !mark("0")) break;

    const OwnCgroup own = enter();

    EXPECT_FALSE(own.delegated);
    EXPECT_EQ(own.children, "");
    EXPECT_THAT(own.words, HasSubstr("not delegated"));
    EXPECT_EQ(text("supervisor/cgroup.procs"), "");
    EXPECT_EQ(text("cgroup.subtree_control"), "");
  }
}

TEST_F(OwnCgroupTest, IsLeftAloneWhereItCannotBeWritten) {
  fs::remove(group_ / "cgroup.subtree_control");

  const OwnCgroup own = enter_delegated();

  EXPECT_FALSE(own.delegated);
  EXPECT_THAT(own.words, HasSubstr("cannot be written"));
  EXPECT_EQ(text("supervisor/cgroup.procs"), "");
}

TEST_F(OwnCgroupTest, OfVersionOneIsLeftAlone) {
  for (const char* self : {"1:name=systemd:/x\n4:memory:/y\n", "", "0:/odd\n"}) {
    write(places_.own, self);
    const OwnCgroup own = enter_delegated();
    EXPECT_FALSE(own.delegated) << self;
    EXPECT_THAT(own.words, HasSubstr("version 2"));
  }
  fs::remove(places_.own);
  EXPECT_FALSE(enter_delegated().delegated);
}

TEST_F(OwnCgroupTest, SaysWhyThereIsNoLimitWhereOneWasToBe) {
  fs::remove(group_ / "supervisor/memory.max");  // as where the controller is not handed on

  const OwnCgroup own = enter_delegated();

  EXPECT_TRUE(own.delegated);
  EXPECT_FALSE(own.limited);
  EXPECT_THAT(own.words, HasSubstr("memory.max"));
  EXPECT_EQ(own.children, group_ / "work/cgroup.procs") << "it has moved";
}

TEST_F(OwnCgroupTest, StaysWhereItIsIfItCannotMove) {
  fs::remove(group_ / "supervisor/cgroup.procs");

  const OwnCgroup own = enter_delegated();

  EXPECT_FALSE(own.limited);
  EXPECT_EQ(own.children, "");
  EXPECT_EQ(text("cgroup.subtree_control"), "");
}

}  // namespace
}  // namespace tpp
