#include "agent/pass/code_in_use.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "agent/support/file.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

LibraryUse file(const std::string& path, FileTrust trust, std::vector<std::string> used_by) {
  LibraryUse use;
  use.path = path;
  use.trust = trust;
  use.used_by = std::move(used_by);
  if (trust != FileTrust::trusted) use.trust_reason = "why";
  return use;
}

Device device(const std::string& id, std::vector<std::string> seen_by) {
  Device device;
  device.id.value = device.board.value = id;
  device.seen_by = std::move(seen_by);
  return device;
}

TEST(CodeInUse, IsToldOnceWithAllWhoHadItLoaded) {
  const test::TemporaryDirectory directory;
  const std::string path = (fs::canonical(directory.path()) / "libcuda.so.1").string();
  replace_file(path, "abc");
  CodeInUse code;
  CodeInUse more;
  code.add("probe nvidia", {{path}});
  more.add("backend cuda", {{path}});
  code.add(more);

  std::vector<LibraryUse> files = code.judged({});
  add_digests(files);

  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].path, path);
  EXPECT_THAT(files[0].used_by, ElementsAre("backend cuda", "probe nvidia"));
  EXPECT_EQ(files[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(files[0].owner_uid, ::getuid());
  EXPECT_EQ(files[0].build_id, std::nullopt);
  EXPECT_EQ(files[0].trust, FileTrust::untrusted);
}

// No digest of another file under the name of the one that ran.
TEST(CodeInUse, HasNoDigestOfWhatWasReplaced) {
  const test::TemporaryDirectory directory;
  const std::string path = (directory.path() / "libcuda.so.1").string();
  replace_file(path, "another one");
  CodeInUse code;
  code.add("backend cuda", {{.path = path, .deleted = true}});

  std::vector<LibraryUse> files = code.judged({});
  add_digests(files);

  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].sha256, "");
  EXPECT_EQ(files[0].owner_uid, std::nullopt);
}

TEST(CodeInUse, LeavesOutWhatMeasuresNothingAsLongAsItIsTrusted) {
  const test::TemporaryDirectory directory;
  const fs::path root = fs::canonical(directory.path());
  const auto put = [&](const char* name) {
    replace_file(root / name, name);
    return MappedFile{(root / name).string()};
  };
  TrustPolicy policy;
  policy.system = {root};
  policy.administrator = ::getuid();
  CodeInUse code;
  code.add(kThisProgram, {put("tpp-agent"), put("libfmt.so.9"), put("libc.so.6")});
  code.add("backend cuda", {put("libfmt.so.9"), put("libc.so.6"), put("libcuda.so.1")});

  const auto paths = [&](const std::vector<LibraryUse>& files) {
    std::vector<std::string> names;
    for (const LibraryUse& use : files) names.push_back(fs::path(use.path).filename());
    return names;
  };
  EXPECT_THAT(paths(code.judged(policy)), ElementsAre("libcuda.so.1", "tpp-agent"));
  policy.system.clear();
  EXPECT_THAT(paths(code.judged(policy)),
              ElementsAre("libc.so.6", "libcuda.so.1", "libfmt.so.9", "tpp-agent"));
}

TEST(CodeInUse, TouchesTheRealBoardsOfThoseWhoHadItLoaded) {
  Inventory inventory;
  inventory.devices = {device("a", {"probe nvidia", "backend cuda"}), device("b", {"backend hip"}),
                       device("c", {"backend cuda"})};
  inventory.devices[2].simulated = true;
  const std::vector<LibraryUse> files = {file("n.so", FileTrust::trusted, {"probe nvidia"}),
                                         file("x.so", FileTrust::untrusted, {"backend cuda"}),
                                         file("y.so", FileTrust::trusted, {"backend hip"}),
                                         file("z.so", FileTrust::own_build, {"backend hip"})};

  EXPECT_THAT(untrusted_code(files, inventory, {"a"}), ElementsAre(HasSubstr("x.so")));
  EXPECT_THAT(untrusted_code(files, inventory, {"b"}), testing::IsEmpty());
  EXPECT_THAT(untrusted_code(files, inventory, {"c"}), testing::IsEmpty());
  // What is in the program itself touches all.
  const std::vector<LibraryUse> own = {file("p.so", FileTrust::untrusted, {kThisProgram}),
                                       file("y.so", FileTrust::trusted, {"backend hip"})};
  EXPECT_THAT(untrusted_code(own, inventory, {"b"}), ElementsAre(HasSubstr("p.so")));
}

TEST(CodeInUse, TouchesEveryRealBoardWhereNobodySaysWhoHadItLoaded) {
  Inventory inventory;
  inventory.devices = {device("a", {"backend cuda"}), device("b", {"backend hip"}),
                       device("c", {"backend cuda"})};
  inventory.devices[2].simulated = true;
  std::vector<LibraryUse> files = {file("x.so", FileTrust::untrusted, {}),
                                   file("y.so", FileTrust::trusted, {"backend hip"}),
                                   file("z.so", FileTrust::trusted, {"backend cuda"})};

  for (const auto& nobody :
       {std::optional<std::vector<std::string>>(), std::optional(std::vector<std::string>())}) {
    files[0].carried_for = nobody;
    for (const char* board : {"a", "b"}) {
      EXPECT_THAT(untrusted_code(files, inventory, {board}),
                  ElementsAre("x.so (by whom it was used is not told): why"));
    }
    EXPECT_THAT(untrusted_code(files, inventory, {"c"}), testing::IsEmpty());
  }
  const std::vector<Finding> findings = code_findings(files);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "evidence.untrusted_code");
  EXPECT_EQ(findings[0].subject, "") << "of the node";
  files[0].trust = FileTrust::trusted;
  EXPECT_THAT(untrusted_code(files, inventory, {"a"}), testing::IsEmpty());
}

TEST(CodeInUse, OfAnEarlierPassTouchesTheBoardsThatItMeasured) {
  Inventory inventory;
  inventory.devices = {device("a", {"backend cuda"}), device("b", {"backend cuda"})};
  LibraryUse earlier = file("x.so", FileTrust::untrusted, {});
  earlier.carried_for = {"a/mma/fp16", "a/mma/int8"};
  const std::vector<LibraryUse> files = {earlier,
                                         file("y.so", FileTrust::trusted, {"backend cuda"})};

  EXPECT_THAT(untrusted_code(files, inventory, {"a"}),
              ElementsAre(HasSubstr("x.so (took part when a was measured earlier)")));
  EXPECT_THAT(untrusted_code(files, inventory, {"b"}), testing::IsEmpty());
  // Which code the module ran now it does not tell.
  EXPECT_THAT(untrusted_code({earlier}, inventory, {"b"}),
              ElementsAre(HasSubstr("did not say which code")));
}

TEST(CodeInUse, ThatNobodyNamedIsNotTrusted) {
  Inventory inventory;
  inventory.devices = {device("a", {"probe nvidia", "backend cuda"})};
  const std::vector<LibraryUse> files = {file("tpp-agent", FileTrust::trusted, {"probe nvidia"})};

  EXPECT_THAT(untrusted_code(files, inventory, {"a"}),
              ElementsAre("backend cuda: did not say which code it ran, as recordings never do"));
}

TEST(CodeInUse, StandsInTheFirstLineAndInFindingsWhereItIsNotTrusted) {
  std::vector<LibraryUse> files = {file("t.so", FileTrust::trusted, {"backend cuda"})};
  EXPECT_THAT(code_banners(files), testing::IsEmpty());
  EXPECT_THAT(code_findings(files), testing::IsEmpty());

  for (const char* path : {"1.so", "2.so", "3.so", "4.so"}) {
    files.push_back(file(path, FileTrust::untrusted, {"backend cuda"}));
  }
  files.back().trust_reason = "why else";
  files.push_back(file("tpp-agent", FileTrust::own_build, {kThisProgram}));
  const std::vector<Finding> findings = code_findings(files);

  EXPECT_THAT(code_banners(files),
              ElementsAre(HasSubstr("1.so, 2.so, 3.so and 1 more"), HasSubstr("OWN BUILD")));
  // What holds for several is said once.
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].code, "evidence.untrusted_code");
  EXPECT_THAT(findings[0].message,
              HasSubstr("2.so (used by backend cuda), 3.so (used by backend cuda): why; no board "
                        "that they touched"));
  EXPECT_THAT(findings[1].message,
              testing::StartsWith("4.so (used by backend cuda): why else; no board that it"));
  EXPECT_EQ(findings[2].code, "evidence.own_build");
  EXPECT_EQ(findings[2].severity, Severity::info);
}

}  // namespace
}  // namespace tpp
