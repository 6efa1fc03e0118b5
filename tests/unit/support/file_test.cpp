#include "agent/support/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "agent/support/error.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }

  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

TEST_F(FileTest, ReplacesAFileWholeAndLeavesNothingBesideIt) {
  const fs::path path = directory_ / "report.json";
  replace_file(path, "old");
  replace_file(path, "new");

  EXPECT_EQ(read_file(path), "new");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(FileTest, KeepsTheModeOfTheFileThatItReplaces) {
  const fs::path path = directory_ / "report.json";
  replace_file(path, "first");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  replace_file(path, "second");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(FileTest, LetsEverybodyReadAPublicFileWhateverTheMaskAndTheFileThatWasThere) {
  const fs::path path = directory_ / "tpp.prom";
  const mode_t mask = ::umask(0077);
  replace_public_file(path, "first");
  const fs::perms fresh = fs::status(path).permissions();
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  replace_public_file(path, "second");
  ::umask(mask);

  EXPECT_EQ(fresh, fs::perms(0644));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0644));
  EXPECT_EQ(read_file(path), "second");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(FileTest, NamesThePathAndTheRemedyWhenItCannotWrite) {
  const fs::path path = directory_ / "missing" / "report.json";

  EXPECT_THAT([&] { replace_file(path, "x"); },
              testing::ThrowsMessage<Error>(testing::AllOf(testing::HasSubstr(path.string()),
                                                           testing::HasSubstr("No such file"),
                                                           testing::HasSubstr("choose a path"))));
}

TEST_F(FileTest, ChecksWhetherAFileCouldBeWrittenWithoutWritingIt) {
  check_replaceable(directory_ / "report.json");

  EXPECT_EQ(entries(), 0u);
  EXPECT_THROW(check_replaceable(directory_), Error);
}

TEST_F(FileTest, FollowsALinkAndReplacesWhatItPointsTo) {
  replace_file(directory_ / "target", "old");
  fs::create_symlink(directory_ / "target", directory_ / "link");

  replace_file(directory_ / "link", "new");

  EXPECT_TRUE(fs::is_symlink(directory_ / "link"));
  EXPECT_EQ(read_file(directory_ / "target"), "new");
}

TEST_F(FileTest, WritesIntoADeviceAndNeverReplacesIt) {
  replace_file("/dev/null", "x");

  EXPECT_THROW(replace_file("/dev/full", "x"), Error);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(FileTest, RefusesAFileLargerThanTheLimit) {
  replace_file(directory_ / "large", std::string(100, 'x'));

  EXPECT_THROW(read_file(directory_ / "large", 99), Error);
  EXPECT_EQ(try_read_file(directory_ / "large", 99), std::nullopt);
}

TEST_F(FileTest, DigestsAFileAsSha256) {
  replace_file(directory_ / "abc", "abc");

  EXPECT_EQ(sha256_of_file(directory_ / "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of_file(directory_ / "abc"), sha256("abc"));
  EXPECT_EQ(sha256_of_file(directory_ / "none"), std::nullopt);
}

}  // namespace
}  // namespace tpp
