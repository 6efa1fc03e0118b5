#include "agent/regulation/provisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/model/truth_of.h"
#include "agent/regulation/editions_in_force.h"

namespace tpp {
namespace {

struct ConditionResult {
  Truth truth = Truth::not_decided;
  std::optional<Basis> by;
  std::string note;
};

// "At or over": what a lower bound can show, and what nothing can take back.
bool concludes_over(Operator op, Truth truth) {
  const bool high_side = op == Operator::greater || op == Operator::greater_equal;
  return truth == truth_of(high_side);
}

// A yes or no. Unknown counts as yes for datacenters, by the caller; elsewhere it decides nothing.
std::optional<bool> fact(RuleQuantity quantity, const BoardValues& values) {
  if (quantity == RuleQuantity::hbm) return values.hbm;
  return values.datacenter_doubted ? std::nullopt : std::optional(values.datacenter);
}

ConditionResult judge_fact(const Condition& condition, const BoardValues& values) {
  const std::optional<bool> known = fact(condition.quantity, values);
  if (!known) {
    return {Truth::not_decided, std::nullopt,
            fmt::format("{} is {}", enum_name(condition.quantity),
                        condition.quantity == RuleQuantity::datacenter ? "in doubt" : "unknown")};
  }
  const bool met = (*known ? 1 : 0) == condition.threshold;
  return {truth_of(met), std::nullopt, ""};
}

// A declared "below" stands only if every estimate agrees: the first that does not, in words.
std::string objection(const Condition& condition, const BoardValues& values, Truth declared) {
  for (const BasisValues& basis : values.bases) {
    const Quantified* figure = figure_for(basis, condition.quantity);
    if (!figure || figure->weight != Weight::nothing) continue;
    if (decide_on(basis, condition).truth == declared) continue;
    return fmt::format(
        "declared is on one side of {} {:.6g}, {} ({:.6g}) is not", enum_name(condition.quantity),
        condition.threshold,
        basis.basis == Basis::declared ? "a figure from memory" : enum_name(basis.basis),
        figure->value);
  }
  return "";
}

ConditionResult judge(const Condition& condition, const BoardValues& values) {
  if (is_yes_or_no(condition.quantity)) return judge_fact(condition, values);
  if (condition.quantity == RuleQuantity::pd && values.planar) {
    return {Truth::not_met, Basis::declared, "planar dies only: performance density has no value"};
  }
  ConditionResult below;
  bool told = false;
  // Declared stands first: where it and a measurement show the same, the rule's own figure is
  // named.
  for (const BasisValues& basis : values.bases) {
    const Quantified* figure = figure_for(basis, condition.quantity);
    told = told || figure;
    if (!figure || figure->weight == Weight::nothing) continue;
    const auto [truth, within_uncertainty, note] = decide_on(basis, condition);
    if (truth == Truth::not_decided) {
      if (figure->at_least) below.note = note;
      continue;
    }
    if (concludes_over(condition.op, truth)) return {truth, basis.basis, ""};
    if (figure->weight == Weight::both) below = {truth, basis.basis, ""};
  }
  if (!told) below.note = fmt::format("{} is unknown", enum_name(condition.quantity));
  if (below.truth == Truth::not_decided) return below;
  const std::string against = objection(condition, values, below.truth);
  return against.empty() ? below : ConditionResult{Truth::not_decided, std::nullopt, against};
}

struct ListResult {
  Truth truth = Truth::met;
  std::optional<Basis> by;
  std::vector<std::string> notes;
};

ListResult judge_all(const std::vector<Condition>& all, const BoardValues& values) {
  ListResult list;
  for (const Condition& condition : all) {
    const ConditionResult result = judge(condition, values);
    if (result.truth == Truth::not_met) return {Truth::not_met, result.by, {}};
    if (result.truth == Truth::not_decided) {
      list.truth = Truth::not_decided;
      if (!result.note.empty()) list.notes.push_back(result.note);
    }
    // Achieved once anywhere: without the measurement it would not stand.
    if (result.by && list.by != Basis::achieved) list.by = result.by;
  }
  return list;
}

// Whether one estimate, together with what is decided, meets all conditions.
bool met_by_estimate(const std::vector<Condition>& all, const BoardValues& values) {
  return std::ranges::any_of(values.bases, [&](const BasisValues& basis) {
    return std::ranges::all_of(all, [&](const Condition& condition) {
      if (judge(condition, values).truth == Truth::met) return true;
      return !is_yes_or_no(condition.quantity) && presumably_meets(basis, condition);
    });
  });
}

// The note's name, and how it is known where it was not read.
std::string told(const Exclusion& exclusion) {
  const Standing& standing = exclusion.standing;
  if (standing.text_verified) return exclusion.note;
  return fmt::format("{} ({}: {})", exclusion.note, how_read(standing), standing.citation);
}

void apply_exclusions(const Rule& rule, const BoardValues& values, ProvisionResult& result) {
  if (result.truth == Truth::not_met) return;  // there is nothing to take it out of
  for (const Exclusion& exclusion : rule.exclusions) {
    const auto& excludes = exclusion.excludes;
    if (std::ranges::find(excludes, result.provision->paragraph) == excludes.end()) continue;
    const ListResult list = judge_all(exclusion.all, values);
    if (list.truth == Truth::met) {
      result.truth = Truth::not_met;
      result.presumed = false;
      result.notes = {
          fmt::format("{} takes it out of {}", told(exclusion), result.provision->paragraph)};
      return;
    }
    if (list.truth == Truth::not_decided && result.truth == Truth::met) {
      result.truth = Truth::not_decided;
      result.presumed = true;
      result.notes.push_back(fmt::format("{} may take it out of {}, which is not shown",
                                         told(exclusion), result.provision->paragraph));
      result.notes.insert(result.notes.end(), list.notes.begin(), list.notes.end());
    }
  }
}

Comparison compare(const std::string& paragraph, const Condition& condition) {
  Comparison row;
  row.paragraph = paragraph;
  row.quantity = condition.quantity;
  row.op = condition.op;
  row.threshold = condition.threshold;
  row.citation = condition.citation;
  return row;
}

Comparison compare_fact(const std::string& paragraph, const Condition& condition,
                        const BoardValues& values) {
  Comparison row = compare(paragraph, condition);
  const ConditionResult result = judge_fact(condition, values);
  row.truth = result.truth;
  row.note = result.note;
  if (condition.quantity == RuleQuantity::datacenter && !values.datacenter_known) {
    row.note = "unknown: counts as designed or marketed for them";
  } else if (const auto known = fact(condition.quantity, values)) {
    row.value = *known ? 1 : 0;
  }
  return row;
}

Comparison compare_basis(const std::string& paragraph, const Condition& condition,
                         const BasisValues& values, bool planar) {
  Comparison row = compare(paragraph, condition);
  row.basis = values.basis;
  if (condition.quantity == RuleQuantity::pd && planar) {
    row.truth = Truth::not_met;
    row.note = "planar dies only: performance density has no value";
    return row;
  }
  const Decision decision = decide_on(values, condition);
  row.truth = decision.truth;
  const Quantified* weighed = figure_for(values, condition.quantity);
  // An estimate is shown with its side beside the declared figure; one from memory stands in its
  // place.
  if (weighed && weighed->weight == Weight::nothing && values.basis == Basis::declared) {
    row.truth = Truth::not_decided;
  }
  row.within_uncertainty = decision.within_uncertainty;
  row.note = decision.note;
  if (!values.note.empty() && values.note != row.note) {
    row.note += (row.note.empty() ? "" : "; ") + values.note;
  }
  if (const Quantified* figure = figure_for(values, condition.quantity)) {
    row.interval = figure->interval;
    if (values.basis == Basis::declared && figure->interval.low < figure->interval.high) {
      // No measurement with its uncertainty, but bounds: neither has a margin to show.
      row.note = fmt::format("known only to lie from {} to {}", figure->interval.low,
                             figure->interval.high);
      return row;
    }
    row.value = figure->value;
    row.margin = figure->value - condition.threshold;
  }
  return row;
}

// A basis that knows the TPP has something to say of the density too: why there is none.
bool speaks_of(const BasisValues& basis, RuleQuantity quantity) {
  return figure_for(basis, quantity) != nullptr ||
         (quantity == RuleQuantity::pd && figure_for(basis, RuleQuantity::tpp) != nullptr);
}

void compare_list(const std::string& paragraph, const std::vector<Condition>& all,
                  const BoardValues& values, std::vector<Comparison>& rows) {
  for (const Condition& condition : all) {
    if (is_yes_or_no(condition.quantity)) {
      rows.push_back(compare_fact(paragraph, condition, values));
      continue;
    }
    const std::size_t before = rows.size();
    for (const BasisValues& basis : values.bases) {
      if (!speaks_of(basis, condition.quantity)) continue;
      rows.push_back(compare_basis(paragraph, condition, basis, values.planar));
    }
    if (rows.size() != before) continue;
    rows.push_back(compare(paragraph, condition));
    rows.back().note = fmt::format("{} is unknown", enum_name(condition.quantity));
  }
}

}  // namespace

std::vector<ProvisionResult> evaluate(const Rule& rule, const BoardValues& values, Scope scope) {
  std::vector<ProvisionResult> results;
  for (const Provision& provision : rule.provisions) {
    if (!stands(provision.standing, scope) || provision.item != values.item) continue;
    ListResult list = judge_all(provision.all, values);
    ProvisionResult result{&provision, list.truth, list.by, false, std::move(list.notes)};
    result.presumed = list.truth == Truth::not_decided && met_by_estimate(provision.all, values);
    apply_exclusions(rule, values, result);
    results.push_back(std::move(result));
  }
  std::ranges::sort(results, std::greater<>(),
                    [](const ProvisionResult& result) { return result.provision->rank; });
  return results;
}

bool has_upper_bound(const Provision& provision) {
  return std::ranges::any_of(provision.all, [](const Condition& condition) {
    return condition.op == Operator::less || condition.op == Operator::less_equal;
  });
}

void open_above(const std::string& why, std::vector<ProvisionResult>& results) {
  const auto met = std::ranges::find(results, Truth::met, &ProvisionResult::truth);
  if (met == results.end()) return;
  const Provision& strictest = *met->provision;
  bool opened = false;
  for (ProvisionResult& result : results) {
    const bool stricter =
        result.provision->rank > strictest.rank && result.provision->gives != strictest.gives;
    const bool ruled_out = stricter && result.truth == Truth::not_met;
    const bool band = opened && result.truth == Truth::met && has_upper_bound(*result.provision);
    opened = opened || (stricter && result.truth != Truth::met);
    if (!ruled_out && !band) continue;
    result.truth = Truth::not_decided;
    result.presumed = ruled_out;
    result.notes.push_back("figures rule nothing out here: " + why);
  }
}

std::vector<Comparison> compare_all(const Rule& rule, const BoardValues& values, Scope scope) {
  std::vector<Comparison> rows;
  std::vector<std::string> paragraphs;
  for (const Provision& provision : rule.provisions) {
    if (!stands(provision.standing, scope) || provision.item != values.item) continue;
    paragraphs.push_back(provision.paragraph);
    compare_list(provision.paragraph, provision.all, values, rows);
  }
  for (const Exclusion& exclusion : rule.exclusions) {
    const bool of_these = std::ranges::any_of(exclusion.excludes, [&](const std::string& excluded) {
      return std::ranges::find(paragraphs, excluded) != paragraphs.end();
    });
    if (of_these) compare_list(exclusion.note, exclusion.all, values, rows);
  }
  return rows;
}

Truth judge_conditions(const std::vector<Condition>& all, const BoardValues& values) {
  return judge_all(all, values).truth;
}

std::vector<Comparison> compare_conditions(const std::string& paragraph,
                                           const std::vector<Condition>& all,
                                           const BoardValues& values) {
  std::vector<Comparison> rows;
  compare_list(paragraph, all, values, rows);
  return rows;
}

}  // namespace tpp
