#include "exporters/http/web_config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "agent/support/error.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::HasSubstr;

const std::string kUser =
    "basic_auth_users:\n"
    "  prometheus: $2b$04$abcdefghijklmnopqrstuuY9IzzDs2KOfMw3usTjoBXx1ZNABU.fW\n";

class WebConfigFileTest : public testing::Test {
 protected:
  // As people and programs replace it; the number of the file may come again, its times do not.
  void replace(const std::string& text) {
    const auto beside = folder_.path() / ("next" + std::to_string(++written_));
    std::ofstream(beside) << text;
    std::filesystem::rename(beside, path);
  }
  static std::size_t users(const WebConfigFile& file) {
    return file.in_force()->config.users.size();
  }

 private:
  test::TemporaryDirectory folder_;
  int written_ = 0;

 protected:
  const std::filesystem::path path = folder_.path() / "web.yaml";
};

TEST_F(WebConfigFileTest, AsksForNothingWhereThereIsNone) {
  WebConfigFile file("");
  EXPECT_EQ(file.in_force()->tls, nullptr);
  EXPECT_FALSE(file.look().changed);
}

TEST_F(WebConfigFileTest, HasToBeUsableAtTheStart) {
  EXPECT_THROW(WebConfigFile{path}, Error);
  replace("tls_server_config: {cert_file: no.crt, key_file: no.key}\n");
  EXPECT_THROW(WebConfigFile{path}, Error);
}

TEST_F(WebConfigFileTest, IsReadAgainWhenItHasChangedAndNotOtherwise) {
  replace("rate_limit: {interval: 1s, burst: 5}\n");
  WebConfigFile file(path);
  const auto before = file.in_force();
  EXPECT_FALSE(file.look().changed);
  EXPECT_EQ(file.in_force(), before);
  replace(kUser);
  EXPECT_TRUE(file.look().changed);
  EXPECT_EQ(users(file), 1u);
  EXPECT_GT(file.in_force()->generation, before->generation);
  EXPECT_EQ(before->config.rate_limit->burst, 5);
}

TEST_F(WebConfigFileTest, KeepsTheOneBeforeWhereTheNextIsBrokenAndTellsItOnce) {
  replace(kUser);
  WebConfigFile file(path);
  for (const std::string& broken : {std::string("basic_auth_users: [\n"), std::string()}) {
    replace(broken);
    const auto news = file.look();
    EXPECT_FALSE(news.changed);
    ASSERT_TRUE(news.problem.has_value());
    EXPECT_THAT(*news.problem, HasSubstr("stays in force"));
    EXPECT_FALSE(file.look().problem.has_value());
    EXPECT_EQ(users(file), 1u);
  }
  std::filesystem::remove(path);
  EXPECT_TRUE(file.look().problem.has_value());
  EXPECT_EQ(users(file), 1u);
  replace(kUser + "rate_limit: {interval: 1s, burst: 5}\n");
  EXPECT_TRUE(file.look().changed);
}

TEST_F(WebConfigFileTest, TakesProtectionAwayOnlyWhenItIsStillGoneAtTheNextLook) {
  replace("rate_limit: {interval: 1s, burst: 5}\n" + kUser);
  WebConfigFile file(path);
  replace("rate_limit: {interval: 1s, burst: 5}\n");  // the rest is not written yet
  EXPECT_FALSE(file.look().changed);
  EXPECT_EQ(users(file), 1u);
  replace("rate_limit: {interval: 1s, burst: 6}\n" + kUser);
  EXPECT_TRUE(file.look().changed);
  EXPECT_EQ(users(file), 1u);
  replace("rate_limit: {interval: 1s, burst: 5}\n");
  EXPECT_FALSE(file.look().changed);
  EXPECT_TRUE(file.look().changed);
  EXPECT_EQ(users(file), 0u);
  EXPECT_FALSE(file.look().changed);
}

TEST_F(WebConfigFileTest, DoesNotSwitchTlsOnWhileRunning) {
  replace(kUser);
  WebConfigFile file(path);
  replace("tls_server_config: {cert_file: no.crt, key_file: no.key}\n");
  const auto news = file.look();
  ASSERT_TRUE(news.problem.has_value());
  EXPECT_EQ(users(file), 1u);
}

}  // namespace
}  // namespace tpp
