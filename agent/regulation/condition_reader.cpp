#include "agent/regulation/condition_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "agent/model/names.h"

namespace tpp {
namespace {

const std::map<std::string, Operator> kOperators = {{"<", Operator::less},
                                                    {"<=", Operator::less_equal},
                                                    {">", Operator::greater},
                                                    {">=", Operator::greater_equal},
                                                    {"==", Operator::equal}};

const std::map<std::string, RuleQuantity>& quantities() {
  static const auto rows = [] {
    std::map<std::string, RuleQuantity> named;
    for (const auto& row : EnumNames<RuleQuantity>::rows) {
      named.emplace(row.name, row.value);
    }
    return named;
  }();
  return rows;
}

Condition read_condition(const YamlValue& yaml) {
  yaml.expect_keys({"quantity", "op", "threshold", "citation"});
  Condition condition;
  condition.quantity = yaml.at("quantity").one_of(quantities(), "quantity");
  condition.op = yaml.at("op").one_of(kOperators, "operator");
  const YamlValue threshold = yaml.at("threshold");
  condition.threshold = threshold.number();
  condition.citation = yaml.at("citation").text();
  if (condition.threshold < 0) {
    threshold.fail(fmt::format("{}", condition.threshold), "a threshold of at least 0");
  }
  if (!is_yes_or_no(condition.quantity)) return condition;
  // A yes or no: an order between the two has no meaning.
  if (condition.op != Operator::equal) yaml.at("op").fail("an order of yes and no", "==");
  if (condition.threshold != 0 && condition.threshold != 1) {
    threshold.fail(fmt::format("{}", condition.threshold),
                   fmt::format("1 ({}) or 0 (not)", enum_name(condition.quantity)));
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

}  // namespace

std::vector<Condition> read_conditions(const YamlValue& yaml) {
  std::vector<Condition> all;
  for (const YamlValue& item : yaml.items()) all.push_back(read_condition(item));
  if (all.empty()) yaml.fail("an empty list", "at least one condition");
  for (const auto& [name, quantity] : quantities()) check_band(yaml, all, quantity);
  return all;
}

}  // namespace tpp
