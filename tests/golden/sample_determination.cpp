#include "tests/golden/sample_determination.h"

namespace tpp::samples {
namespace {

Comparison comparison(const char* paragraph, RuleQuantity quantity, Operator op, double threshold) {
  Comparison row;
  row.paragraph = paragraph;
  row.quantity = quantity;
  row.op = op;
  row.threshold = threshold;
  row.citation = "15 CFR Part 774 Supp. 1";
  return row;
}

std::vector<Comparison> comparisons() {
  Comparison met = comparison("3A090.a.1", RuleQuantity::tpp, Operator::greater_equal, 4800);
  met.basis = Basis::declared;
  met.value = 4800.0000001;
  met.margin = 0.0000001;
  met.truth = Truth::met;
  Comparison missed = comparison("3A090.a.2", RuleQuantity::pd, Operator::greater_equal, 5.92);
  missed.basis = Basis::declared;
  missed.value = 5.9199;
  missed.margin = -0.0001;
  missed.truth = Truth::not_met;
  Comparison flag = comparison("Note 2 to 3A090", RuleQuantity::datacenter, Operator::equal, 0);
  flag.note = "unknown: counts as designed or marketed for them";
  flag.truth = Truth::not_met;
  Comparison open = comparison("window", RuleQuantity::dram_bandwidth, Operator::less, 6500);
  open.note = "dram_bandwidth is unknown";
  return {met, missed, flag, open};
}

LicenceAnswer required() {
  LicenceAnswer answer;
  answer.requirement = Truth::met;
  answer.exception = "NAC";
  answer.notice_days = 25;
  answer.review_policy = "presumption of denial";
  answer.text_verified = false;
  answer.citations = {"15 CFR 742.6(a)(6)(iii)", "15 CFR 740.8"};
  answer.notes = {"NAC: not read in the law's own words (15 CFR 740.8)"};
  return answer;
}

LicenceAnswer none(Scope scope) {
  LicenceAnswer answer;
  answer.scope = scope;
  answer.requirement = Truth::not_met;
  return answer;
}

Licence licence() {
  Licence row;
  row.transaction = {"DE", {"CN", "KY"}, "US"};
  row.decides = required();
  row.beside = none(Scope::enforced);
  row.branches = {{"headquarters in D:5 or MO", required()},
                  {"no headquarters in D:5 or MO", none(Scope::text)}};
  row.notices = {"Germany: told of the destination (citation)"};
  return row;
}

EditionUse edition() { return {"us-ear-2023-10", "Title", "88 FR 73458", "2026-09-30"}; }

}  // namespace

Determination determination() {
  Determination row;
  row.subject = "Maker Product";
  row.as_of = "2026-09-01";
  row.banners = {"OVERRIDDEN: rules from /etc/x", "READING: tf32_bits=19"};
  row.editions = {edition()};
  row.figures = {{RuleQuantity::tpp, 4800.0000001, "--tpp"},
                 {RuleQuantity::pd, 5.9199, "--tpp by --die-area"},
                 {RuleQuantity::datacenter, std::nullopt, "not given: counts as yes"},
                 {RuleQuantity::hbm, 1, "--hbm"},
                 {RuleQuantity::memory_density, 2.5, "--hbm-bandwidth by --package-area"},
                 {RuleQuantity::transistors, 80, "--transistors"}};
  row.determination = DeterminationKind::license_required;
  row.rendered = "3A090.a, designed or marketed for datacenters (3A090.a.1)";
  row.stage = "board";
  row.paragraphs = {"3A090.a.1"};
  row.item_classes = {
      {"a-datacenter", "3A090.a, designed or marketed for datacenters",
       DeterminationKind::license_required, Truth::met},
      {"window", "within the window", DeterminationKind::license_required, Truth::not_decided}};
  row.comparisons = comparisons();
  row.sensitive_to = {"tf32_bits=19: undetermined"};
  row.licence = licence();
  row.other_controls = {{"3A991.p",
                         OtherControlKind::threshold,
                         "applies",
                         "a floor",
                         "ECCN 3A991.p",
                         true,
                         true,
                         {}},
                        {"4E091",
                         OtherControlKind::unpublished,
                         "may apply",
                         "weights",
                         "ECCN 4E091",
                         false,
                         false,
                         {}}};
  row.notes = {"a note"};
  row.findings = {{"report.stale", FindingClass::condition, Severity::warning, "",
                   "the report is of 2026-07-01, 62 days before 2026-09-01"}};
  return row;
}

LicenceMatrix matrix() {
  LicenceMatrix table;
  table.as_of = "2026-09-01";
  table.scope = Scope::enforced;
  table.banners = {"OVERRIDDEN: rules from /etc/x"};
  table.editions = {edition()};
  table.cells = {{"D:5 or Macau",
                  "any party",
                  "a",
                  "3A090.a",
                  {{{}, "", required()}, {{"MO"}, "if exported from US", none(Scope::enforced)}}},
                 {"elsewhere",
                  "any party",
                  "a",
                  "3A090.a",
                  {{{"AT", "BE", "BG", "CA", "CH", "CZ", "DE"}, "", none(Scope::enforced)},
                   {{"AE"}, "", required()}}}};
  table.notes = {"known through 2026-09-30, and this is later"};
  return table;
}

}  // namespace tpp::samples
