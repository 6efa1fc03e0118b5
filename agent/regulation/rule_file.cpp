#include "agent/regulation/rule_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "agent/documents/yaml_reader.h"
#include "agent/regulation/condition_reader.h"
#include "agent/regulation/edition_file.h"
#include "agent/regulation/edition_parts.h"
#include "agent/regulation/readings.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// What is below these paragraphs can be controlled by others: no rule may say that it is not.
constexpr const char* kForbiddenWords[] = {"uncontrolled", "un-controlled", "not controlled"};

std::string read_below_text(const YamlValue& yaml) {
  const std::string text = yaml.text();
  for (const char* words : kForbiddenWords) {
    if (to_lower(text).find(words) == std::string::npos) continue;
    yaml.fail(fmt::format("'{}'", text),
              fmt::format("words that name the paragraphs which do not apply, without '{}': other "
                          "controls may apply",
                          words));
  }
  return text;
}

// The one text that may say "not controlled" names by what, and what is left.
std::string read_not_controlled_text(const YamlValue& yaml) {
  const std::string text = yaml.text();
  if (!text.starts_with("not controlled by ") || text.find(';') == std::string::npos) {
    yaml.fail(fmt::format("'{}'", text),
              "'not controlled by ...; normally ...': the paragraphs, and what is left");
  }
  return text;
}

// What a met paragraph gives is a class of its own: the words for "none applies" and "cannot be
// told" are the classifier's alone.
std::string read_class(const YamlValue& yaml) {
  const std::string text = yaml.text();
  for (const char* reserved : {"below", "undetermined"}) {
    if (to_lower(text) == reserved)
      yaml.fail(fmt::format("'{}'", text), "the class, such as 3A090.a");
  }
  return text;
}

const std::map<std::string, ItemKind> kItems = {{"circuit", ItemKind::circuit},
                                                {"memory", ItemKind::memory}};

Provision read_provision(const YamlValue& yaml) {
  yaml.expect_keys({"paragraph", "gives", "rank", "item", "citation", "text_verified", "in_text",
                    "enforced", "all"});
  Provision provision;
  provision.paragraph = yaml.at("paragraph").text();
  provision.gives = read_class(yaml.at("gives"));
  provision.rank = yaml.at("rank").integer();
  if (const auto item = yaml.find("item")) provision.item = item->one_of(kItems, "kind of item");
  provision.standing = read_standing(yaml);
  provision.all = read_conditions(yaml.at("all"));
  return provision;
}

std::vector<Provision> read_provisions(const YamlValue& yaml) {
  std::vector<Provision> provisions;
  for (const YamlValue& item : yaml.items()) {
    Provision provision = read_provision(item);
    for (const Provision& before : provisions) {
      if (before.paragraph == provision.paragraph) {
        item.at("paragraph")
            .fail(fmt::format("paragraph '{}' again", provision.paragraph), "each paragraph once");
      }
      // The strictest paragraph that is reached wins, so there must be one.
      if (before.rank == provision.rank) {
        item.at("rank").fail(fmt::format("rank {}, which {} has", provision.rank, before.paragraph),
                             "a rank of its own");
      }
    }
    provisions.push_back(std::move(provision));
  }
  if (provisions.empty()) yaml.fail("an empty list", "at least one provision");
  return provisions;
}

Exclusion read_exclusion(const YamlValue& yaml, const std::vector<Provision>& provisions) {
  yaml.expect_keys({"note", "excludes", "citation", "text_verified", "all"});
  Exclusion exclusion;
  exclusion.note = yaml.at("note").text();
  exclusion.standing = read_standing(yaml);
  std::vector<std::string> paragraphs;
  for (const Provision& provision : provisions) paragraphs.push_back(provision.paragraph);
  for (const YamlValue& item : yaml.at("excludes").items()) {
    const std::string paragraph = item.text();
    if (std::ranges::find(paragraphs, paragraph) == paragraphs.end()) {
      item.fail_unknown("exclusion of an unknown paragraph", paragraphs);
    }
    if (std::ranges::find(exclusion.excludes, paragraph) != exclusion.excludes.end()) {
      item.fail(fmt::format("'{}' again", paragraph), "each paragraph once");
    }
    exclusion.excludes.push_back(paragraph);
  }
  if (exclusion.excludes.empty()) yaml.at("excludes").fail("an empty list", "paragraphs");
  exclusion.all = read_conditions(yaml.at("all"));
  return exclusion;
}

// The names and options that a reading may have are those that the program can evaluate.
Reading read_reading(const YamlValue& yaml) {
  yaml.expect_keys({"name", "question", "default", "options"});
  std::map<std::string, const KnownReading*> known;
  for (const KnownReading& row : known_readings()) known.emplace(row.name, &row);
  const KnownReading& row = *yaml.at("name").one_of(known, "reading");
  const std::vector<std::string> names(row.options.begin(), row.options.end());

  Reading reading;
  reading.name = row.name;
  reading.question = yaml.at("question").text();
  std::set<std::string> seen;
  for (const YamlValue& item : yaml.at("options").items()) {
    item.expect_keys({"name", "ground"});
    const YamlValue name = item.at("name");
    if (std::ranges::find(names, name.text()) == names.end()) name.fail_unknown("option", names);
    if (!seen.insert(name.text()).second) {
      name.fail(fmt::format("option '{}' again", name.text()), "each option once");
    }
    reading.options.push_back({name.text(), item.at("ground").text()});
  }
  reading.default_option = yaml.at("default").text();
  if (!seen.contains(reading.default_option)) {
    yaml.at("default").fail_unknown("default", {seen.begin(), seen.end()});
  }
  return reading;
}

std::vector<Reading> read_readings(const YamlValue& yaml) {
  std::vector<Reading> readings;
  for (const YamlValue& item : yaml.items()) {
    Reading reading = read_reading(item);
    if (std::ranges::find(readings, reading.name, &Reading::name) != readings.end()) {
      item.at("name").fail(fmt::format("reading '{}' again", reading.name), "each reading once");
    }
    readings.push_back(std::move(reading));
  }
  return readings;
}

// ISO dates compare as text.
void read_dates(const YamlValue& yaml, Rule& rule) {
  rule.in_force_from = yaml.at("in_force_from").date();
  rule.known_through = yaml.at("known_through").date();
  if (rule.known_through < rule.in_force_from) {
    yaml.at("known_through")
        .fail(rule.known_through, fmt::format("a date from {} on", rule.in_force_from));
  }
  const auto to = yaml.find("in_force_to");
  if (!to) return;
  rule.in_force_to = to->date();
  if (*rule.in_force_to <= rule.in_force_from) {
    to->fail(*rule.in_force_to, fmt::format("a date after {}", rule.in_force_from));
  }
}

}  // namespace

Rule read_rule(const YamlValue& yaml) {
  Rule rule;
  rule.origin = yaml.origin();
  rule.id.value = yaml.at("id").text();
  rule.title = yaml.at("title").text();
  rule.citation = yaml.at("citation").text();
  read_dates(yaml, rule);
  if (const auto figures_only = yaml.find("figures_only")) {
    rule.figures_only = figures_only->boolean();
  }
  const auto provisions = yaml.find("provisions");
  if (!provisions) return rule;
  rule.below_text = read_below_text(yaml.at("below_text"));
  if (const auto text = yaml.find("not_controlled_text")) {
    rule.not_controlled_text = read_not_controlled_text(*text);
  }
  rule.provisions = read_provisions(*provisions);
  if (const auto exclusions = yaml.find("exclusions")) {
    for (const YamlValue& item : exclusions->items()) {
      rule.exclusions.push_back(read_exclusion(item, rule.provisions));
    }
  }
  if (const auto readings = yaml.find("readings")) rule.readings = read_readings(*readings);
  return rule;
}

Rule parse_rule(const std::string& text, const std::string& origin) {
  return parse_edition(YamlValue::parse(text, origin)).rule;
}

bool classifies_boards(const Rule& rule) {
  return !rule.figures_only && std::ranges::find(rule.provisions, ItemKind::circuit,
                                                 &Provision::item) != rule.provisions.end();
}

Rule load_rule(const std::filesystem::path& file) {
  Rule rule = load_edition(file).rule;
  if (!classifies_boards(rule)) {
    throw Error(
        fmt::format("{}: found no paragraph that a measured board can be held against, "
                    "expected at least one, without figures_only",
                    rule.origin));
  }
  return rule;
}

std::vector<Rule> load_rules(const std::filesystem::path& directory) {
  std::vector<Rule> rules;
  for (Edition& edition : load_editions(directory)) {
    if (classifies_boards(edition.rule)) rules.push_back(std::move(edition.rule));
  }
  return rules;
}

}  // namespace tpp
