#include "probes/node_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/unit/probes/node_files.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

TEST(NodeFiles, TellItsObserverWhatWasFoundAndNothingElse) {
  const test::MadeNode node;
  node.write("sys/devices/one/size", "7");
  fs::create_symlink("../../../bus/drivers/made", node.root() / "sys/devices/one/driver");
  std::vector<std::string> told;
  const NodeFiles files = node.files([&](const NodeRead& read) {
    std::string names;
    for (const std::string& name : read.names) names += " " + name;
    told.push_back(read.path + "=" + read.text + names);
  });

  EXPECT_EQ(files.text("sys/devices/one/size"), "7");
  EXPECT_EQ(files.link("sys/devices/one/driver"), "../../../bus/drivers/made");
  EXPECT_THAT(files.names("sys/devices"), ElementsAre("one"));
  EXPECT_FALSE(files.text("sys/devices/one/absent"));
  EXPECT_FALSE(files.link("sys/devices/one/size"));
  EXPECT_TRUE(files.names("sys/absent").empty());

  EXPECT_THAT(told,
              ElementsAre("sys/devices/one/size=7",
                          "sys/devices/one/driver=../../../bus/drivers/made", "sys/devices= one"));
}

TEST(NodeFiles, OfARecordedNodeLeadNowhereElse) {
  const test::MadeNode node;
  const test::MadeNode elsewhere;
  elsewhere.write("secret", "of the reader");
  node.write("proc/within", "of the node");
  fs::create_symlink(elsewhere.root() / "secret", node.root() / "proc/cpuinfo");
  fs::create_symlink(elsewhere.root(), node.root() / "sys");
  fs::create_symlink("within", node.root() / "proc/alias");

  EXPECT_FALSE(node.files().text("proc/cpuinfo"));
  EXPECT_FALSE(node.files().text("sys/secret"));
  EXPECT_FALSE(node.files().text("../" + elsewhere.root().filename().string() + "/secret"));
  EXPECT_TRUE(node.files().names("sys").empty());
  EXPECT_EQ(node.files().text("proc/alias"), "of the node");
}

TEST(NodeFiles, OfARecordedNodeAreNoPipes) {
  const test::MadeNode node;
  ASSERT_EQ(::mkfifo((node.root() / "pipe").c_str(), 0600), 0);

  EXPECT_FALSE(node.files().text("pipe")) << "or this would wait for a writer";
}

}  // namespace
}  // namespace tpp
