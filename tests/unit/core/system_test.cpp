#include "agent/boards/system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Edition edition() {
  OtherControl computer;
  computer.name = "4A090.a";
  computer.classes = {"3A090.a"};
  computer.form = ItemForm::computer;
  computer.standing.citation = "the text";
  OtherControl technology = computer;
  technology.name = "3E001";
  technology.form = ItemForm::technology;
  Edition edition;
  edition.rule.id.value = "rule-1";
  edition.other_controls = {computer, technology};
  return edition;
}

Verdict verdict(const std::string& board, const std::string& classification) {
  Verdict verdict;
  verdict.board.value = board;
  verdict.rule.value = "rule-1";
  verdict.kind = ClassificationKind::controlled;
  verdict.classification = classification;
  return verdict;
}

TEST(System, NamesTheEntryForComputersOnceWithTheBoardsThatBringTheNodeUnderIt) {
  const auto findings = system_findings(
      edition(), {verdict("a", "3A090.a"), verdict("b", "3A090.b"), verdict("c", "3A090.a")},
      "2026-11-01");

  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].code, "classification.system");
  EXPECT_EQ(findings[0].subject, "");
  EXPECT_THAT(findings[0].message, HasSubstr("4A090.a under rule-1: this computer contains boards "
                                             "of 3A090.a: a, c (the text)"));
}

TEST(System, NamesBoardsThatArePresumedToBringTheNodeUnderIt) {
  Verdict open = verdict("b", "undetermined");
  open.kind = ClassificationKind::undetermined;
  open.presumed = "3A090.a";
  Verdict milder = open;
  milder.presumed = "3A090.b";
  const auto message = [](const std::vector<Verdict>& verdicts) {
    const auto findings = system_findings(edition(), verdicts, "2026-11-01");
    return findings.empty() ? "" : findings[0].message;
  };

  EXPECT_THAT(message({open}),
              HasSubstr("this computer is presumed to contain boards of 3A090.a: b (the text)"));
  EXPECT_THAT(message({verdict("a", "3A090.a"), open}),
              HasSubstr("contains boards of 3A090.a: a, and is presumed to contain others: b"));
  EXPECT_EQ(message({milder}), "");
}

TEST(System, SaysNothingOfOtherRulesAndOfBoardsThatAreNotControlled) {
  Verdict other = verdict("a", "3A090.a");
  other.rule.value = "rule-2";
  Verdict information = verdict("b", "3A090.a");
  information.kind = ClassificationKind::information_only;

  EXPECT_THAT(system_findings(edition(), {other, information}, "2026-11-01"), IsEmpty());
}

TEST(System, KeepsToTheDaysOnWhichAnEntryHolds) {
  Edition dated = edition();
  dated.other_controls[0].standing.from = "2026-01-01";
  dated.other_controls[0].standing.to = "2027-01-01";
  const auto on = [&](const char* day) {
    return system_findings(dated, {verdict("a", "3A090.a")}, day).size();
  };

  EXPECT_EQ(on("2025-12-31"), 0u);
  EXPECT_EQ(on("2026-01-01"), 1u);
  EXPECT_EQ(on("2027-01-01"), 0u);
  dated.other_controls[0].standing.in_text = false;
  EXPECT_EQ(on("2026-01-01"), 0u);
}

}  // namespace
}  // namespace tpp
