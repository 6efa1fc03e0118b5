// What a site adds to, or puts in place of, the editions that ship.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/regulation/regulation.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "tests/unit/regulation/shipped.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class SiteEditions : public testing::Test {
 protected:
  Regulation load() const { return load_regulation({TPP_RULES, std::nullopt, directory_.path()}); }
  void write(const std::string& text) const { replace_file(directory_.path() / "own.yaml", text); }
  std::string refusal() const {
    try {
      load();
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }
  static std::string shipped(const char* name) {
    return read_file(std::filesystem::path(TPP_RULES) / name);
  }

  test::TemporaryDirectory directory_;
};

constexpr const char* kOwn = R"(id: own-letter
title: A letter to this company
citation: letter of 2026-02-01
in_force_from: 2026-02-01
known_through: 2026-09-30
other_controls:
  - {name: own letter, kind: unpublished, text: ask first, citation: letter, text_verified: yes}
)";

TEST_F(SiteEditions, MayBeNone) {
  EXPECT_THAT(load().banners, IsEmpty());
  EXPECT_EQ(load().editions.size(), test::shipped_editions().size());
  EXPECT_THAT(load_regulation({TPP_RULES, std::nullopt, "/nowhere/rules.d"}).banners, IsEmpty());
}

TEST_F(SiteEditions, ThatWouldNotBeReadAreRefused) {
  replace_file(directory_.path() / "own.yml", kOwn);
  EXPECT_THAT(refusal(), HasSubstr("own.yml: found what is not read, expected *.yaml alone"));
}

TEST_F(SiteEditions, AddToWhatShips) {
  write(kOwn);
  const Regulation regulation = load();
  EXPECT_EQ(regulation.editions.size(), test::shipped_editions().size() + 1);
  ASSERT_EQ(regulation.banners.size(), 1U);
  EXPECT_THAT(regulation.banners[0], HasSubstr("ADDED: rule own-letter from"));
}

TEST_F(SiteEditions, StandInForTheOneThatTheyName) {
  std::string text = shipped("us-tariff-2026-01.yaml");
  text.replace(text.find("id: us-tariff-2026-01"), 21,
               "replaces: us-tariff-2026-01\nid: own-tariff");
  write(text);
  const Regulation regulation = load();
  EXPECT_EQ(regulation.editions.size(), test::shipped_editions().size());
  ASSERT_EQ(regulation.banners.size(), 1U);
  EXPECT_THAT(regulation.banners[0],
              HasSubstr("OVERRIDDEN: rule own-tariff stands in for us-tariff-2026-01"));
}

TEST_F(SiteEditions, MayNotTakeAShippedId) {
  std::string text = shipped("us-tariff-2026-01.yaml");
  text.replace(text.find("threshold: 14000"), 16, "threshold: 15000");
  write(text);
  EXPECT_THAT(refusal(),
              HasSubstr("found rule id 'us-tariff-2026-01', which is that of the shipped"));
}

TEST_F(SiteEditions, ThatReplaceNothingAreRefused) {
  write(std::string("replaces: us-ear-2032-01\n") + kOwn);
  EXPECT_THAT(refusal(), HasSubstr("'us-ear-2032-01', which no edition has"));
}

TEST_F(SiteEditions, ThatTakeAwayWhatOthersSpeakOfAreRefused) {
  write(std::string("replaces: us-ear-2023-10\n") + kOwn);
  EXPECT_THAT(refusal(), HasSubstr("expected one of"));
}

TEST_F(SiteEditions, WithTheVeryTextThatShipsChangeNothing) {
  write(shipped("us-tariff-2026-01.yaml"));
  EXPECT_THAT(load().banners, IsEmpty());
  EXPECT_EQ(load().editions.size(), test::shipped_editions().size());
}

TEST_F(SiteEditions, GivenInPlaceOfTheShippedOnesAreSaid) {
  write(kOwn);
  const Regulation regulation =
      load_regulation({TPP_RULES, directory_.path() / "own.yaml", "/nowhere"});
  EXPECT_EQ(regulation.editions.size(), 1U);
  ASSERT_EQ(regulation.banners.size(), 1U);
  EXPECT_THAT(regulation.banners[0], HasSubstr("OVERRIDDEN: rules from"));
}

}  // namespace
}  // namespace tpp
