#include "agent/regulation/rule_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "agent/support/error.h"
#include "tests/unit/core/boards.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::HasSubstr;

constexpr const char* kRule = R"(id: test
title: A test
citation: nowhere
in_force_from: 2023-11-17
known_through: 2026-09-30
below_text: not X
provisions:
  - paragraph: X.1
    gives: X
    rank: 2
    citation: nowhere
    text_verified: yes
    all:
      - {quantity: tpp, op: ">=", threshold: 4800, citation: c}
  - paragraph: X.2
    gives: X
    rank: 1
    citation: nowhere
    text_verified: no
    all:
      - {quantity: tpp, op: ">=", threshold: 2400, citation: c}
      - {quantity: tpp, op: "<", threshold: 4800, citation: c}
exclusions:
  - note: Note 2
    excludes: [X.1, X.2]
    citation: nowhere
    text_verified: yes
    all:
      - {quantity: datacenter, op: "==", threshold: 0, citation: c}
readings:
  - name: tf32_bits
    question: how many
    default: "32"
    options:
      - {name: "32", ground: g}
      - {name: "19", ground: g}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

std::string error_of(const std::string& text) {
  try {
    parse_rule(text, "r.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(RuleFile, ReadsEveryMember) {
  const Rule rule = parse_rule(kRule, "r.yaml");

  EXPECT_EQ(rule.id.value, "test");
  EXPECT_EQ(rule.in_force_from, "2023-11-17");
  EXPECT_EQ(rule.known_through, "2026-09-30");
  EXPECT_FALSE(rule.in_force_to);
  ASSERT_EQ(rule.provisions.size(), 2u);
  EXPECT_EQ(rule.provisions[1].all[1].op, Operator::less);
  EXPECT_DOUBLE_EQ(rule.provisions[1].all[1].threshold, 4800);
  EXPECT_TRUE(rule.provisions[0].standing.text_verified);
  EXPECT_FALSE(rule.provisions[1].standing.text_verified);
  EXPECT_EQ(rule.exclusions.at(0).excludes.size(), 2u);
  EXPECT_EQ(rule.readings.at(0).default_option, "32");
}

struct Fault {
  const char* what;
  const char* from;
  const char* to;
  const char* expected;
};
class FaultyRule : public testing::TestWithParam<Fault> {};

TEST_P(FaultyRule, IsRefusedWithItsPlace) {
  const Fault& fault = GetParam();
  EXPECT_THAT(error_of(replaced(kRule, fault.from, fault.to)), HasSubstr(fault.expected));
}

INSTANTIATE_TEST_SUITE_P(
    Each, FaultyRule,
    testing::Values(
        Fault{"unknown_key",
              "title:", "titel:", "r.yaml:2:1: found key 'titel', expected one of id, title"},
        Fault{"did_you_mean", "title:", "titel:", "did you mean 'title'?"},
        Fault{"key_twice", "title: A test", "id: again",
              "r.yaml:2:1: found 'id' again, expected it once"},
        Fault{"missing_known_through", "known_through: 2026-09-30\n", "",
              "r.yaml:1:1: found no 'known_through' here, expected it"},
        Fault{"dates_reversed", "in_force_from: 2023-11-17",
              "in_force_from: 2023-11-17\nin_force_to: 2023-11-16",
              "r.yaml:5:14: found 2023-11-16, expected a date after 2023-11-17"},
        Fault{"known_before_in_force", "known_through: 2026-09-30", "known_through: 2022-01-01",
              "r.yaml:5:16: found 2022-01-01, expected a date from 2023-11-17 on"},
        Fault{"no_such_day", "2026-09-30", "2026-09-31",
              "r.yaml:5:16: found '2026-09-31' as 'known_through', expected a date as 2023-11-17"},
        Fault{"no_date", "2026-09-30", "soon",
              "r.yaml:5:16: found 'soon' as 'known_through', expected a date"},
        Fault{"paragraph_twice", "paragraph: X.2", "paragraph: X.1",
              "r.yaml:15:16: found paragraph 'X.1' again, expected each paragraph once"},
        Fault{"rank_twice", "rank: 1", "rank: 2",
              "r.yaml:17:11: found rank 2, which X.1 has, expected a rank of its own"},
        Fault{"unknown_quantity", "quantity: tpp", "quantity: tp",
              "r.yaml:14:20: found quantity 'tp', expected one of datacenter, dram_bandwidth, hbm, "
              "interconnect, "
              "memory_density, pd, tops, tpp, transistors: did you mean 'tpp'?"},
        Fault{"unknown_operator", "op: \">=\"", "op: \"=>\"",
              "r.yaml:14:29: found operator '=>', expected one of <, <=, ==, >, >="},
        Fault{"threshold_text", "threshold: 4800", "threshold: many",
              "r.yaml:14:46: found 'many' as 'threshold', expected a finite number"},
        Fault{"threshold_infinite", "threshold: 4800", "threshold: inf",
              "r.yaml:14:46: found 'inf' as 'threshold', expected a finite number"},
        Fault{"threshold_nan", "threshold: 4800", "threshold: nan",
              "r.yaml:14:46: found 'nan' as 'threshold', expected a finite number"},
        Fault{"threshold_huge", "threshold: 4800", "threshold: 1e999",
              "r.yaml:14:46: found '1e999' as 'threshold', expected a finite number"},
        Fault{"threshold_comma", "threshold: 4800", "threshold: \"4,8\"",
              "r.yaml:14:46: found '4,8' as 'threshold', expected a finite number"},
        Fault{"threshold_negative", "threshold: 4800", "threshold: -1",
              "r.yaml:14:46: found -1, expected a threshold of at least 0"},
        Fault{"band_reversed", "threshold: 2400", "threshold: 5000",
              "r.yaml:21:7: found a band from 5000 to 4800, expected a low end below the high end"},
        Fault{"band_empty", "threshold: 2400", "threshold: 4800",
              "r.yaml:21:7: found a band from 4800 to 4800"},
        Fault{"exclusion_unknown", "[X.1, X.2]", "[X.1, X.3]",
              "r.yaml:25:21: found exclusion of an unknown paragraph 'X.3'"},
        Fault{"exclusion_twice", "[X.1, X.2]", "[X.1, X.1]",
              "r.yaml:25:21: found 'X.1' again, expected each paragraph once"},
        Fault{"datacenter_ordered", "op: \"==\"", "op: \">=\"",
              "r.yaml:29:36: found an order of yes and no, expected =="},
        Fault{"datacenter_half", "threshold: 0,", "threshold: 0.5,",
              "r.yaml:29:53: found 0.5, expected 1 (datacenter) or 0 (not)"},
        Fault{"below_says_uncontrolled", "below_text: not X", "below_text: Uncontrolled",
              "r.yaml:6:13: found 'Uncontrolled', expected words that name the paragraphs"},
        Fault{"below_says_not_controlled", "below_text: not X", "below_text: is not controlled",
              "r.yaml:6:13: found 'is not controlled'"},
        Fault{"gives_below", "gives: X", "gives: Below",
              "r.yaml:9:12: found 'Below', expected the class"},
        Fault{"default_unknown", "default: \"32\"", "default: \"31\"",
              "r.yaml:33:14: found default '31', expected one of 19, 32"},
        Fault{"reading_unknown", "name: tf32_bits", "name: tf23_bits",
              "r.yaml:31:11: found reading 'tf23_bits'"},
        Fault{"option_unknown", "{name: \"19\"", "{name: \"20\"",
              "r.yaml:36:16: found option '20', expected one of 32, 19"},
        Fault{"option_twice", "{name: \"19\"", "{name: \"32\"",
              "r.yaml:36:16: found option '32' again"},
        Fault{"boolean", "text_verified: yes", "text_verified: maybe",
              "r.yaml:12:20: found 'maybe' as 'text_verified', expected true or false"},
        Fault{"rank_text", "rank: 2", "rank: top",
              "r.yaml:10:11: found 'top' as 'rank', expected a whole number"},
        Fault{"empty_text", "title: A test", "title: \"\"",
              "r.yaml:2:8: found an empty text as 'title', expected a text"},
        Fault{"nothing", "title: A test", "title:", "found nothing as 'title', expected a text"},
        Fault{"not_yaml", "title: A test", "title: [", "not readable as YAML"}),
    [](const auto& row) { return std::string(row.param.what); });

TEST(RuleFile, RefusesWhatIsNoMapping) {
  EXPECT_EQ(error_of(""), "r.yaml:1:1: found an empty file, expected a YAML mapping");
  EXPECT_EQ(error_of("# only this\n"), "r.yaml:1:1: found an empty file, expected a YAML mapping");
  EXPECT_EQ(error_of("- one\n"), "r.yaml:1:1: found a list, expected a mapping");
  EXPECT_THAT(error_of("a: 1\n---\nb: 2\n"),
              HasSubstr("r.yaml:2:1: found a second document, expected one"));
  EXPECT_THAT(error_of("a: b: c\n"), HasSubstr("r.yaml:1:5: not readable as YAML"));
  EXPECT_THAT(error_of("a: \"b\nc: d\n"), HasSubstr("not readable as YAML"));
}

TEST(RuleFile, RefusesAListWithoutMembers) {
  EXPECT_THAT(error_of(replaced(kRule, "[X.1, X.2]", "[]")), HasSubstr("r.yaml:25:15: found an"));
}

TEST(RuleFile, NamesAFileThatIsNotThere) {
  EXPECT_THROW(load_rule("/nonexistent/rule.yaml"), Error);
  EXPECT_THROW(load_rules("/nonexistent"), Error);
}

TEST(RuleFile, RefusesOneIdInTwoFiles) {
  const test::TemporaryDirectory directory;
  for (const char* name : {"a.yaml", "b.yaml"}) std::ofstream(directory.path() / name) << kRule;

  try {
    load_rules(directory.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("expected one file an id"));
  }
}

TEST(RuleFile, ReadsTheShippedRules) {
  const std::vector<Rule> rules = load_rules(TPP_RULES);

  const Rule& rule = rules.at(0);
  EXPECT_EQ(rule.id.value, "us-ear-2023-10");
  ASSERT_EQ(rule.provisions.size(), 4u);
  for (const Provision& provision : rule.provisions) {
    EXPECT_TRUE(provision.standing.text_verified);
    for (const Condition& condition : provision.all) EXPECT_FALSE(condition.citation.empty());
  }
  EXPECT_EQ(rule.exclusions.at(0).excludes.size(), 4u);
  EXPECT_EQ(rule.readings.size(), 4u);
}

}  // namespace
}  // namespace tpp
