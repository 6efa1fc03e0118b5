// Files in a folder of the test's own, whose owner stands for the administrator: no test can have
// root's files anywhere.
#include "agent/pass/code_trust.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "agent/support/file.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr uid_t kSomebodyElse = 4'000'000;

class CodeTrust : public testing::Test {
 protected:
  CodeTrust() {
    policy_.system = {root_ / "usr"};
    policy_.own = {root_ / "tree/bin", root_ / "tree/lib/tpp"};
    policy_.administrator = ::getuid();
    policy_.user = kSomebodyElse;
  }

  std::string put(const std::string& name, fs::perms mode = fs::perms(0644)) const {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    for (fs::path folder = path.parent_path(); folder != root_; folder = folder.parent_path()) {
      fs::permissions(folder, fs::perms(0755));
    }
    replace_file(path, "code");
    fs::permissions(path, mode);
    return path.string();
  }
  Trust of(const std::string& path) const { return judge({path}, policy_); }

  const test::TemporaryDirectory temporary_;
  const fs::path root_ = fs::canonical(temporary_.path());
  TrustPolicy policy_;
};

TEST_F(CodeTrust, IsGivenToWhatOnlyTheAdministratorCouldChange) {
  for (const char* name : {"usr/lib/libcuda.so.1", "tree/lib/tpp/backends/cuda.so", "tree/bin/x"}) {
    const Trust trust = of(put(name));
    EXPECT_EQ(trust.trust, FileTrust::trusted) << name << ": " << trust.reason;
    EXPECT_EQ(trust.reason, "");
  }
}

TEST_F(CodeTrust, IsNotGivenToWhatLiesElsewhere) {
  for (const char* name :
       {"home/libcuda.so.1", "usrlocal/lib.so", "tree/share/lib.so", "tree/lib/libcuda.so.1"}) {
    const Trust trust = of(put(name));
    EXPECT_EQ(trust.trust, FileTrust::untrusted) << name;
    EXPECT_THAT(trust.reason, HasSubstr("neither in a folder of the system")) << name;
  }
  // The folder itself is no file below it.
  EXPECT_EQ(of((root_ / "usr").string()).trust, FileTrust::untrusted);
}

TEST_F(CodeTrust, EndsWhereOthersMayWriteTheFileOrAFolderAboveIt) {
  EXPECT_THAT(of(put("usr/a.so", fs::perms(0666))).reason, HasSubstr("written by everybody"));
  EXPECT_THAT(of(put("usr/b.so", fs::perms(0664))).reason, HasSubstr("written by group"));
  const std::string deep = put("usr/lib/deep/c.so");
  fs::permissions(root_ / "usr/lib", fs::perms(0777));
  EXPECT_EQ(of(deep).trust, FileTrust::untrusted);
  EXPECT_THAT(of(deep).reason, HasSubstr("usr/lib can be written by everybody"));
  // With the sticky bit nobody can take away what is another's.
  fs::permissions(root_ / "usr/lib", fs::perms(01777));
  EXPECT_EQ(of(deep).trust, FileTrust::trusted);
}

TEST_F(CodeTrust, EndsWhereTheFileBelongsToSomebodyElse) {
  const std::string path = put("usr/lib/libcuda.so.1");
  ASSERT_EQ(of(path).trust, FileTrust::trusted);
  policy_.administrator = kSomebodyElse;
  EXPECT_THAT(of(path).reason, HasSubstr("belongs to user"));
}

TEST_F(CodeTrust, IsNotGivenToWhatWasPreloadedWhereverItLies) {
  const std::string path = put("usr/lib/libcuda.so.1");
  fs::create_symlink(path, root_ / "link.so");
  for (const std::string& entry :
       {path, std::string("libcuda.so.1"), (root_ / "link.so").string()}) {
    policy_.preloaded = {"other.so", entry};
    EXPECT_EQ(of(path).trust, FileTrust::untrusted) << entry;
    EXPECT_EQ(of(path).reason, "it was preloaded") << entry;
  }
  policy_.preloaded = {"libcuda.so", "/usr/lib/other.so", "/usr/$LIB/other.so"};
  EXPECT_EQ(of(path).trust, FileTrust::trusted);
}

// The loader searches its folders for a name, whose file may be a link, and fills in words.
TEST_F(CodeTrust, IsNotGivenToWhatTheLoaderWasToldInItsOwnWords) {
  const std::string path = put("usr/lib/libfaketime.so.1.2");
  fs::create_symlink(path, root_ / "usr/lib/libfaketime.so.1");
  for (const char* entry : {"libfaketime.so.1", "/usr/$LIB/libfaketime.so.1",
                            "/usr/${LIB}/libfaketime.so.1.2", "$ORIGIN/libfaketime.so.1"}) {
    policy_.preloaded = {entry};
    EXPECT_EQ(of(path).reason, "it was preloaded") << entry;
  }
}

// Root of a user namespace is whoever made it.
TEST_F(CodeTrust, IsGivenToNothingWhereTheMachinesRootIsNotKnown) {
  policy_.administrator.reset();
  policy_.user = ::getuid();
  policy_.group = ::getgid();
  for (const char* name : {"usr/lib/libcuda.so.1", "tree/bin/x"}) {
    const Trust trust = of(put(name));
    EXPECT_EQ(trust.trust, FileTrust::untrusted) << name;
    EXPECT_THAT(trust.reason, HasSubstr("user namespace")) << name;
  }
}

// In /opt/app, which is a user's, that user may mount what says that it is root's.
TEST_F(CodeTrust, IsNotGivenToWhatAUserMounted) {
  const std::string path = put("usr/app/libcuda.so.1");
  policy_.user_mounts = {root_ / "usr/ap"};
  EXPECT_EQ(of(path).trust, FileTrust::trusted);
  policy_.user_mounts = {root_ / "usr/app"};
  EXPECT_EQ(of(path).trust, FileTrust::untrusted);
  EXPECT_THAT(of(path).reason, HasSubstr("that a user mounted"));
}

TEST(UserMounts, AreThoseOfUsersPrograms) {
  EXPECT_THAT(user_mounts("25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                          "36 25 0:32 / /opt/my\\040app rw,nosuid - fuse.sshfs x "
                          "rw,user_id=1000,group_id=1000\n"
                          "37 25 0:33 / /opt/b rw - fuse.x x rw,user_id=0,group_id=0,allow_other\n"
                          "38 25 0:34 / /opt/c rw - virtiofs x rw\n"
                          "39 25 0:35 / /opt/d ro - fuse x ro,user_id=01,group_id=0\n\n"),
              testing::ElementsAre("/opt/my app", "/opt/d"));
}

// A bundle brings along what it is linked with; a maker's library was put beside it by somebody.
TEST_F(CodeTrust, OfTheFolderOfABundlesLibrariesIsGivenToThoseAlone) {
  const std::string linked = put("tree/lib/libfmt.so.9");
  policy_.linked = {linked};
  policy_.administrator = kSomebodyElse;
  policy_.user = ::getuid();
  EXPECT_EQ(of(linked).trust, FileTrust::own_build);
  EXPECT_EQ(of(put("tree/lib/libcuda.so.1")).trust, FileTrust::untrusted);
}

TEST_F(CodeTrust, IsNotGivenToWhatIsGoneOrAnotherFileByNow) {
  const std::string path = put("usr/lib/libcuda.so.1");
  const Trust replaced = judge({.path = path, .deleted = true}, policy_);
  EXPECT_EQ(replaced.trust, FileTrust::untrusted);
  EXPECT_THAT(replaced.reason, HasSubstr("replaced after it was loaded"));
  EXPECT_THAT(of((root_ / "usr/gone.so").string()).reason, HasSubstr("cannot be looked at"));
  fs::create_symlink(path, root_ / "usr/now_a_link.so");
  EXPECT_THAT(of((root_ / "usr/now_a_link.so").string()).reason, HasSubstr("neither a file"));
}

// Who runs a build of their own can change it, and it says so; a library of the maker's is no part
// of the build, and nobody but the user and their group may write it.
TEST_F(CodeTrust, CallsAnOwnBuildWhatOnlyItsUserCouldChange) {
  policy_.user = ::getuid();
  policy_.group = ::getgid();
  EXPECT_EQ(of(put("tree/bin/a", fs::perms(0775))).trust, FileTrust::own_build);
  EXPECT_THAT(of(put("tree/bin/a", fs::perms(0775))).reason, HasSubstr("written by group"));
  EXPECT_EQ(of(put("tree/bin/b", fs::perms(0777))).trust, FileTrust::untrusted);
  EXPECT_EQ(of(put("usr/lib/c.so", fs::perms(0775))).trust, FileTrust::untrusted);
}

TEST(TrustPolicy, TakesThisProgramsTreeAndWhatIsPreloaded) {
  ASSERT_EQ(::setenv("LD_AUDIT", "a.so:/b/c.so", 1), 0);
  const TrustPolicy policy = trust_policy("/opt/tpp/bin/tpp-agent");
  ::unsetenv("LD_AUDIT");

  EXPECT_THAT(policy.own, testing::ElementsAre("/opt/tpp/bin", "/opt/tpp/lib/tpp"));
  EXPECT_THAT(policy.preloaded, testing::IsSupersetOf({"a.so", "/b/c.so"}));
}

TEST(TrustPolicy, KnowsTheLibrariesThatABundleBringsAlong) {
  const test::TemporaryDirectory directory;
  const fs::path root = fs::canonical(directory.path());
  fs::create_directory(root / "lib");
  for (const char* name : {"libbenchmark.so.1", "libcuda.so.1"}) {
    replace_file(root / "lib" / name, "code");
  }
  // A copy of any that this program is linked with.
  const std::vector<MappedFile> mapped = mapped_code();
  const auto any = std::ranges::find_if(mapped, [](const MappedFile& file) {
    return fs::path(file.path).filename().string().starts_with("libfmt");
  });
  ASSERT_NE(any, mapped.end());
  const std::string linked = root / "lib/libmore.so.1";
  fs::copy_file(any->path, linked);
  ASSERT_NE(::dlopen(linked.c_str(), RTLD_NOW | RTLD_LOCAL), nullptr) << ::dlerror();

  EXPECT_THAT(trust_policy(root / "bin/tpp-agent").linked,
              testing::UnorderedElementsAre((root / "lib/libbenchmark.so.1").string(), linked));
}

}  // namespace
}  // namespace tpp
