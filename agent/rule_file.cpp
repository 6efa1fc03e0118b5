#include "agent/rule_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "agent/data_directory.h"
#include "agent/readings.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "agent/yaml_reader.h"

namespace tpp {
namespace {

const std::map<std::string, Operator> kOperators = {{"<", Operator::less},
                                                    {"<=", Operator::less_equal},
                                                    {">", Operator::greater},
                                                    {">=", Operator::greater_equal},
                                                    {"==", Operator::equal}};

const std::map<std::string, RuleQuantity> kQuantities = {
    {"tpp", RuleQuantity::tpp}, {"pd", RuleQuantity::pd}, {"datacenter", RuleQuantity::datacenter}};

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

Condition read_condition(const YamlValue& yaml) {
  yaml.expect_keys({"quantity", "op", "threshold", "citation"});
  Condition condition;
  condition.quantity = yaml.at("quantity").one_of(kQuantities, "quantity");
  condition.op = yaml.at("op").one_of(kOperators, "operator");
  const YamlValue threshold = yaml.at("threshold");
  condition.threshold = threshold.number();
  condition.citation = yaml.at("citation").text();
  if (condition.threshold < 0) {
    threshold.fail(fmt::format("{}", condition.threshold), "a threshold of at least 0");
  }
  if (condition.quantity != RuleQuantity::datacenter) return condition;
  // A yes or no: an order between the two has no meaning.
  if (condition.op != Operator::equal) yaml.at("op").fail("an order of yes and no", "==");
  if (condition.threshold != 0 && condition.threshold != 1) {
    threshold.fail(fmt::format("{}", condition.threshold), "1 (datacenter) or 0 (not)");
  }
  return condition;
}

// Refuses conditions on `quantity` that nothing can meet together.
void check_band(const YamlValue& yaml, const std::vector<Condition>& all, RuleQuantity quantity) {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  for (const Condition& condition : all) {
    if (condition.quantity != quantity) continue;
    const Operator op = condition.op;
    if (op == Operator::greater || op == Operator::greater_equal || op == Operator::equal) {
      low = std::max(low, condition.threshold);
    }
    if (op == Operator::less || op == Operator::less_equal || op == Operator::equal) {
      high = std::min(high, condition.threshold);
    }
  }
  const bool exact = std::ranges::any_of(all, [&](const Condition& condition) {
    return condition.quantity == quantity && condition.op == Operator::equal;
  });
  if (exact ? low > high : low >= high) {
    yaml.fail(fmt::format("a band from {} to {}", low, high), "a low end below the high end");
  }
}

std::vector<Condition> read_conditions(const YamlValue& yaml) {
  std::vector<Condition> all;
  for (const YamlValue& item : yaml.items()) all.push_back(read_condition(item));
  if (all.empty()) yaml.fail("an empty list", "at least one condition");
  for (const auto& [name, quantity] : kQuantities) check_band(yaml, all, quantity);
  return all;
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

Provision read_provision(const YamlValue& yaml) {
  yaml.expect_keys(
      {"paragraph", "gives", "rank", "citation", "text_verified", "in_text", "enforced", "all"});
  Provision provision;
  provision.paragraph = yaml.at("paragraph").text();
  provision.gives = read_class(yaml.at("gives"));
  provision.rank = yaml.at("rank").integer();
  provision.citation = yaml.at("citation").text();
  provision.text_verified = yaml.at("text_verified").boolean();
  if (const auto in_text = yaml.find("in_text")) provision.in_text = in_text->boolean();
  if (const auto enforced = yaml.find("enforced")) provision.enforced = enforced->boolean();
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
  exclusion.citation = yaml.at("citation").text();
  exclusion.text_verified = yaml.at("text_verified").boolean();
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

Rule parse_rule(const YamlValue& yaml) {
  yaml.expect_keys({"id", "title", "citation", "in_force_from", "in_force_to", "known_through",
                    "below_text", "provisions", "exclusions", "readings"});
  Rule rule;
  rule.origin = yaml.origin();
  rule.id.value = yaml.at("id").text();
  rule.title = yaml.at("title").text();
  rule.citation = yaml.at("citation").text();
  rule.below_text = read_below_text(yaml.at("below_text"));
  read_dates(yaml, rule);
  rule.provisions = read_provisions(yaml.at("provisions"));
  if (const auto exclusions = yaml.find("exclusions")) {
    for (const YamlValue& item : exclusions->items()) {
      rule.exclusions.push_back(read_exclusion(item, rule.provisions));
    }
  }
  if (const auto readings = yaml.find("readings")) rule.readings = read_readings(*readings);
  return rule;
}

Rule parse_rule(const std::string& text, const std::string& origin) {
  return parse_rule(YamlValue::parse(text, origin));
}

Rule load_rule(const std::filesystem::path& file) {
  return parse_rule(read_file(file), file.string());
}

std::vector<Rule> parse_rules(const std::vector<YamlValue>& documents) {
  std::vector<Rule> rules;
  for (const YamlValue& document : documents) rules.push_back(parse_rule(document));
  std::ranges::sort(rules, {},
                    [](const Rule& rule) { return std::pair(rule.in_force_from, rule.id.value); });
  std::map<std::string, std::string> origins;
  for (const Rule& rule : rules) {
    const auto [first, fresh] = origins.emplace(rule.id.value, rule.origin);
    if (!fresh) {
      throw Error(fmt::format("{}: found rule id '{}', which {} has, expected one file an id",
                              rule.origin, rule.id.value, first->second));
    }
  }
  return rules;
}

std::vector<Rule> load_rules(const std::filesystem::path& directory) {
  return parse_rules(read_documents(directory, "rules"));
}

}  // namespace tpp
