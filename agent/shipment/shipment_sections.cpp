#include "agent/shipment/shipment_sections.h"

#include <fmt/format.h>

#include "agent/regulation/edition_parts.h"

namespace tpp {
namespace {

// More than anybody would list; a larger number is a mistake of writing.
constexpr int kMostOfANotice = 1000;

int read_count(const YamlValue& yaml) {
  const int count = yaml.integer();
  if (count < 1 || count > kMostOfANotice) {
    yaml.fail(fmt::format("{}", count), fmt::format("1 to {}", kMostOfANotice));
  }
  return count;
}

TransactionRule read_transaction(const YamlValue& yaml) {
  yaml.expect_keys({"kind", "exported_from", "within_country", "text", "citation", "text_verified",
                    "in_text", "enforced", "from", "to"});
  TransactionRule rule;
  rule.kind = read_enum<TransactionKind>(yaml.at("kind"));
  rule.exported_from = read_place(yaml.at("exported_from"));
  if (const auto within = yaml.find("within_country")) rule.within_country = within->boolean();
  rule.text = yaml.at("text").text();
  rule.standing = read_standing(yaml);
  return rule;
}

NoticeForm read_notice_form(const YamlValue& yaml) {
  yaml.expect_keys({"exception", "max_models", "max_end_users", "refused_roles", "contents",
                    "citation", "text_verified", "in_text", "enforced", "from", "to"});
  NoticeForm form;
  form.exception = yaml.at("exception").text();
  form.max_models = read_count(yaml.at("max_models"));
  form.max_end_users = read_count(yaml.at("max_end_users"));
  read_rows(yaml, "refused_roles", read_enum<PartyRole>, form.refused_roles);
  form.contents = yaml.at("contents").text();
  form.standing = read_standing(yaml);
  return form;
}

FoundryQuestion read_question(const YamlValue& yaml) {
  yaml.expect_keys({"question", "text", "role", "country", "headquarters", "ultimate_parent",
                    "citation", "text_verified", "in_text", "enforced", "from", "to"});
  FoundryQuestion question;
  question.question = yaml.at("question").text();
  question.text = yaml.at("text").text();
  const auto place = [&](const char* key) {
    const auto member = yaml.find(key);
    return member ? std::optional(read_place(*member)) : std::nullopt;
  };
  question.country = place("country");
  question.headquarters = place("headquarters");
  question.ultimate_parent = place("ultimate_parent");
  if (const auto role = yaml.find("role")) question.role = read_enum<PartyRole>(*role);
  const bool of_places = question.country || question.headquarters || question.ultimate_parent;
  if (question.role.has_value() != of_places) {
    yaml.fail(question.role ? "a role without a place" : "a place without a role",
              "both, or neither");
  }
  question.standing = read_standing(yaml);
  return question;
}

Statement read_statement(const YamlValue& yaml) {
  yaml.expect_keys(
      {"name", "text", "citation", "text_verified", "in_text", "enforced", "from", "to"});
  return {yaml.at("name").text(), yaml.at("text").text(), read_standing(yaml)};
}

ContentPresumption read_presumption(const YamlValue& yaml) {
  yaml.expect_keys(
      {"share", "text", "citation", "text_verified", "in_text", "enforced", "from", "to"});
  const YamlValue share = yaml.at("share");
  const double value = share.number();
  if (!(value > 0) || value > 1) {
    share.fail(fmt::format("{}", value), "a share above 0, at most 1");
  }
  return {value, yaml.at("text").text(), read_standing(yaml)};
}

ConcernCountries read_concern(const YamlValue& yaml) {
  yaml.expect_keys(
      {"place", "text", "citation", "text_verified", "in_text", "enforced", "from", "to"});
  return {read_place(yaml.at("place")), yaml.at("text").text(), read_standing(yaml)};
}

Programme read_programme(const YamlValue& yaml) {
  yaml.expect_keys({"name", "us_content", "countries_of_concern", "statements"});
  Programme programme;
  programme.name = yaml.at("name").text();
  if (const auto content = yaml.find("us_content")) {
    programme.us_content = read_presumption(*content);
  }
  if (const auto concern = yaml.find("countries_of_concern")) {
    programme.concern = read_concern(*concern);
  }
  read_rows(yaml, "statements", read_statement, programme.statements);
  return programme;
}

}  // namespace

void read_shipment_sections(const YamlValue& yaml, Edition& edition) {
  read_rows(yaml, "transactions", read_transaction, edition.transactions);
  read_rows(yaml, "notice_forms", read_notice_form, edition.notice_forms);
  read_rows(yaml, "foundry_questions", read_question, edition.foundry_questions);
  read_rows(yaml, "undecidable", read_statement, edition.undecidable);
  if (const auto programme = yaml.find("programme")) {
    edition.programme = read_programme(*programme);
  }
}

}  // namespace tpp
