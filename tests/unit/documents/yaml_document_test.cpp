#include "agent/documents/yaml_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "agent/documents/yaml_reader.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::HasSubstr;
using Kind = Document::Kind;

std::string error_of(const std::string& text) {
  try {
    parse_yaml(text, "d.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(YamlDocument, IsATreeInTheOrderOfTheText) {
  const auto document = parse_yaml("a: 1\nb: [x, \"\", ~]\n", "d.yaml");

  ASSERT_EQ(document->size(), 8u);
  EXPECT_EQ(document->node(0).kind, Kind::map);
  EXPECT_EQ(document->child_count(0), 4u);
  EXPECT_EQ(document->text(2), "1");
  EXPECT_EQ(document->node(4).kind, Kind::list);
  EXPECT_EQ(document->node(4).place, (DocumentPlace{2, 4}));
  EXPECT_EQ(document->node(4).next, 8u);
  EXPECT_EQ(document->node(6).kind, Kind::scalar);
  EXPECT_EQ(document->node(7).kind, Kind::null);
  EXPECT_EQ(document->origin(), "d.yaml");
}

TEST(YamlDocument, IsOne) {
  EXPECT_EQ(error_of("~\n"), "d.yaml:1:1: found an empty file, expected a YAML mapping");
  EXPECT_EQ(error_of("a: 1\n---\n}{"), "d.yaml:2:1: found a second document, expected one");
  EXPECT_THAT(error_of(", a: b\n"), HasSubstr("found a second document"));
  EXPECT_EQ(error_of("--- {a: 1}\n...\n"), "no error");
}

TEST(YamlDocument, RefusesWhatStandsForSomethingElse) {
  EXPECT_EQ(error_of("a: &x 1\nb: *x\n"),
            "d.yaml:1:4: found an anchor '&x', expected values written out");
  EXPECT_THAT(error_of("a: *x\n"), HasSubstr("d.yaml:1:4: not readable as YAML"));
}

std::string nested(std::size_t lists) {
  return std::string(lists, '[') + "1" + std::string(lists, ']');
}

TEST(YamlDocument, RefusesToGoDeeperThanPeopleDo) {
  EXPECT_EQ(error_of(nested(kDeepestDocument)), "no error");
  EXPECT_THAT(error_of(nested(kDeepestDocument + 1)), HasSubstr("d.yaml:1:65: found lists and"));
}

TEST(Document, RefusesMoreValuesAndTextThanItsLimits) {
  DocumentBuilder values("d");
  values.begin_list({});
  for (std::size_t i = 1; i < kLargestDocument; ++i) values.add_null({});
  EXPECT_THROW(values.add_null({7, 3}), Error);

  DocumentBuilder text("d");
  text.begin_list({});
  text.add_scalar({}, std::string(kLargestDocumentText, 'x'));
  text.add_scalar({}, "");
  EXPECT_THROW(text.add_scalar({}, "x"), Error);
}

TEST(YamlValue, OutlivesWhatItWasReadFrom) {
  const YamlValue item = YamlValue::parse("a: [{b: deep}]\n", "d.yaml").at("a").items().at(0);

  EXPECT_EQ(item.at("b").text(), "deep");
  EXPECT_EQ(item.at("b").place(), "d.yaml:1:9");
}

TEST(YamlValue, FindsTheFirstOfTwoEqualKeysAndRefusesBothTogether) {
  const YamlValue value = YamlValue::parse("a: 1\n[a]: 2\na: 3\n", "d.yaml");

  EXPECT_EQ(value.at("a").integer(), 1);
  EXPECT_THROW(value.members(), Error);
}

TEST(YamlValue, CanBeReadByManyThreads) {
  const YamlValue value = YamlValue::parse("a: [1, 2, 3, 4]\n", "d.yaml");
  std::vector<int> sums(4);
  std::vector<std::thread> threads;
  for (int& sum : sums) {
    threads.emplace_back([&sum, value] {
      for (int i = 0; i < 100; ++i) {
        for (const YamlValue& item : value.at("a").items()) sum += item.integer();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(sums, std::vector<int>(4, 1000));
}

}  // namespace
}  // namespace tpp
