#include "agent/boards/answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/boards/board_values.h"
#include "agent/boards/declared_board.h"
#include "agent/chips/catalog_row.h"
#include "agent/chips/identify.h"
#include "agent/model/names.h"
#include "agent/regulation/provisions.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

Answer controlled(const std::vector<ProvisionResult>& results, const ProvisionResult& strictest) {
  Answer answer;
  answer.kind = ClassificationKind::controlled;
  answer.classification = strictest.provision->gives;
  answer.decided_by = strictest.by;
  answer.rank = strictest.provision->rank;
  for (const ProvisionResult& result : results) {
    const bool same_class = result.provision->gives == answer.classification;
    if (result.truth == Truth::met && same_class) {
      answer.paragraphs.push_back(result.provision->paragraph);
    }
    const bool stricter = result.provision->rank > strictest.provision->rank && !same_class;
    if (result.truth == Truth::not_decided && stricter) {
      answer.notes.push_back(
          fmt::format("at least this: {} is not decided", result.provision->paragraph));
    }
  }
  answer.rendered =
      fmt::format("{} ({})", answer.classification, fmt::join(answer.paragraphs, ", "));
  return answer;
}

// Some paragraph is neither shown nor ruled out.
Answer open(const std::vector<ProvisionResult>& results) {
  Answer answer;
  std::vector<std::string> undecided;
  const Provision* presumed = nullptr;
  for (const ProvisionResult& result : results) {
    if (result.truth != Truth::not_decided) continue;
    undecided.push_back(result.provision->paragraph);
    if (result.presumed && !presumed) presumed = result.provision;
    for (const std::string& note : result.notes) add_once(note, answer.notes);
  }
  answer.notes.insert(answer.notes.begin(),
                      fmt::format("not decided: {}", fmt::join(undecided, ", ")));
  if (!presumed) return answer;
  answer.presumed = true;
  answer.presumed_class = presumed->gives;
  answer.presumed_rank = presumed->rank;
  answer.rendered = fmt::format("undetermined, presumed controlled ({})", presumed->paragraph);
  return answer;
}

// An answer of its own stays where it is stricter already.
void presume(const Answer& least, Answer& own) {
  const bool met = least.kind == ClassificationKind::controlled;
  const int rank = met ? least.rank : least.presumed_rank;
  if (own.kind != ClassificationKind::undetermined || rank <= own.presumed_rank) return;
  own.presumed = true;
  own.presumed_class = met ? least.classification : least.presumed_class;
  own.presumed_rank = rank;
  own.rendered =
      met ? fmt::format("undetermined, presumed controlled ({})", fmt::join(least.paragraphs, ", "))
          : least.rendered;
}

Answer none_met(const Case& board) {
  Answer answer;
  answer.decided_by = Basis::declared;
  const std::string why = board.named ? why_not_below_as_named(board.board, board.assurance)
                                      : why_not_below(board.board, board.assurance, board.mode);
  if (!why.empty()) {
    answer.decided_by = std::nullopt;
    answer.notes.push_back(why);
    return answer;
  }
  answer.kind = ClassificationKind::below;
  answer.classification = "below";
  answer.rendered =
      board.rule.below_text + (board.mode == PassMode::inventory ? " (declared only)" : "");
  return answer;
}

std::vector<ProvisionResult> results_of(const Case& board, const BoardValues& values) {
  std::vector<ProvisionResult> results = evaluate(board.rule, values);
  const std::string doubt = product_doubt(board.board.facts);
  if (!doubt.empty()) open_above(doubt, results);
  return results;
}

Answer judged(const Case& board, const BoardValues& values) {
  const std::vector<ProvisionResult> results = results_of(board, values);
  const auto met = std::ranges::find(results, Truth::met, &ProvisionResult::truth);
  if (met != results.end()) return controlled(results, *met);
  const auto undecided = std::ranges::find(results, Truth::not_decided, &ProvisionResult::truth);
  if (undecided != results.end()) return open(results);
  Answer answer = none_met(board);
  if (answer.kind != ClassificationKind::below) return answer;
  for (const ProvisionResult& result : results) {
    for (const std::string& note : result.notes) add_once(note, answer.notes);
  }
  return answer;
}

// By its own figures alone.
Answer answer_alone(const Case& board, const Readings& readings) {
  const BoardValues values = board_values(board.board, readings);
  Answer answer = judged(board, values);
  answer.comparisons = compare_all(board.rule, values);
  return answer;
}

// What a product is by its declared figures, and by what was measured where the board has that.
Answer answer_of(const Case& board, const BoardPerformance& product, const Readings& readings) {
  AssuranceResult declared;
  declared.assurance = Assurance::declared_only;
  return answer_alone({product, board.rule, PassMode::inventory, declared, true}, readings);
}

// "amd-instinct-mi250 (declared TPP 5792.3: 3A090.a)"; with what leaves it open, where that is not
// what it declares.
std::string words_of(const DeclaredProduct& product, const Answer& answer) {
  constexpr auto known = [](Confidence confidence) {
    return confidence == Confidence::source    ? ""
           : confidence == Confidence::derived ? ", derived"
                                               : ", from memory";
  };
  const std::string tpp = product.tpp ? fmt::format("declared TPP {:.6g}{}", product.tpp->value,
                                                    known(product.tpp->confidence))
                                      : "no declared rate";
  const bool doubted = std::ranges::any_of(answer.comparisons, [](const Comparison& row) {
    return row.quantity == RuleQuantity::datacenter && row.truth == Truth::not_decided;
  });
  const bool open = answer.kind == ClassificationKind::undetermined && doubted;
  return fmt::format(
      "{} ({}: {}{})", product.chip.value, tpp,
      answer.kind == ClassificationKind::below ? answer.rendered : answer.classification,
      open ? ", not certain whether for datacenters" : "");
}

// What every one of them meets; where they meet the class in different ways, what any of them does.
std::vector<std::string> paragraphs_of(const std::vector<Answer>& answers) {
  std::vector<std::string> common;
  std::vector<std::string> any;
  for (const Answer& answer : answers) {
    for (const std::string& paragraph : answer.paragraphs) {
      const bool each = std::ranges::all_of(answers, [&](const Answer& other) {
        return std::ranges::find(other.paragraphs, paragraph) != other.paragraphs.end();
      });
      if (each) add_once(paragraph, common);
      add_once(paragraph, any);
    }
  }
  return common.empty() ? any : common;
}

// How little one of them is over a threshold that makes the class.
std::string smallest_margin(const Answer& all) {
  const Comparison* least = nullptr;
  const auto share = [](const Comparison& row) { return *row.margin / row.threshold; };
  for (const Comparison& row : all.comparisons) {
    const bool of_class = std::ranges::find(all.paragraphs, row.paragraph) != all.paragraphs.end();
    if (!of_class || row.basis != Basis::declared || row.truth != Truth::met) continue;
    if (!row.margin || row.op == Operator::less || row.op == Operator::less_equal) continue;
    if (least == nullptr || share(row) < share(*least)) least = &row;
  }
  if (least == nullptr) return "";
  return fmt::format("the smallest margin: {} {:.6g}, {:.6g} over {:.6g} ({}), {}",
                     enum_name(least->quantity), *least->value, *least->margin, least->threshold,
                     least->paragraph, least->note);
}

// The rows of what was measured stand once, those that are declared once a product.
void add_comparisons(const DeclaredProduct& product, const Answer& answer, Answer& all) {
  const bool first = all.comparisons.empty();
  for (Comparison row : answer.comparisons) {
    if (row.basis == Basis::declared) {
      row.note =
          fmt::format("as {}{}{}", product.chip.value, row.note.empty() ? "" : ": ", row.note);
    } else if (!first) {
      continue;
    }
    all.comparisons.push_back(std::move(row));
  }
}

Answer agreed(const std::vector<DeclaredProduct>& products, const std::vector<Answer>& answers) {
  Answer all = answers.front();
  all.notes.clear();
  all.comparisons.clear();
  all.paragraphs = paragraphs_of(answers);
  for (std::size_t i = 0; i < products.size(); ++i) {
    if (answers[i].decided_by == Basis::declared) all.decided_by = Basis::declared;
    for (const std::string& note : answers[i].notes) add_once(note, all.notes);
    add_comparisons(products[i], answers[i], all);
  }
  all.rendered = fmt::format("{} ({})", all.classification, fmt::join(all.paragraphs, ", "));
  return all;
}

// Whether a class ends where a stricter one begins.
bool is_band(const Rule& rule, const Answer& answer) {
  return std::ranges::any_of(rule.provisions, [&](const Provision& provision) {
    return std::ranges::find(answer.paragraphs, provision.paragraph) != answer.paragraphs.end() &&
           has_upper_bound(provision);
  });
}

// Each of them is in a class, or presumed to be: so is the board, whichever it is.
void presume_strictest(const Answer& strictest, const std::vector<Answer>& answers, Answer& own) {
  const bool each = std::ranges::all_of(answers, [](const Answer& answer) {
    return answer.kind == ClassificationKind::controlled || answer.presumed;
  });
  if (each && !own.presumed) presume(strictest, own);
}

// A board that is one of several products is in a class that all of them reach; where they differ,
// or one of them reaches none, which of them it is decides, and nobody knows. A class with an upper
// end is not shown by it: what was measured is held against no row, and may lie over that end.
Answer among_candidates(const Case& board, const Readings& readings, Answer own) {
  const std::vector<DeclaredProduct>& products = *board.board.candidates;
  std::vector<Answer> answers;
  std::vector<std::string> words;
  for (const DeclaredProduct& product : products) {
    answers.push_back(answer_of(board, as_product(board.board, product), readings));
    words.push_back(words_of(product, answers.back()));
  }
  const Answer& strictest = *std::ranges::max_element(answers, {}, &Answer::rank);
  const bool alike = std::ranges::all_of(answers, [&](const Answer& answer) {
    return answer.kind == ClassificationKind::controlled &&
           answer.classification == strictest.classification;
  });
  const std::string list = fmt::format("{}", fmt::join(words, " or "));
  if (alike && strictest.rank >= own.rank && !is_band(board.rule, strictest)) {
    Answer all = agreed(products, answers);
    std::vector<std::string> notes = {fmt::format("whichever it is: {}", list)};
    add_once(smallest_margin(all), notes);
    all.notes.insert(all.notes.begin(), notes.begin(), notes.end());
    return all;
  }
  own.notes.push_back(strictest.kind == ClassificationKind::controlled
                          ? fmt::format("it may be {}: up to {}", list, strictest.classification)
                          : fmt::format("it may be {}", list));
  presume_strictest(strictest, answers, own);
  return own;
}

// Whether a paragraph asks of a board of which nobody said it, whether it is for datacenters.
bool asks_what_is_not_said(const Case& board, const Answer& answer) {
  return !board.board.facts.datacenter &&
         std::ranges::any_of(answer.comparisons, [](const Comparison& row) {
           return row.quantity == RuleQuantity::datacenter;
         });
}

// The stricter of two, by what is met or presumed.
bool less_strict(const Answer& one, const Answer& other) {
  return std::max(one.rank, one.presumed_rank) < std::max(other.rank, other.presumed_rank);
}

constexpr const char* kNoDensityOfParts =
    "its performance density (PD) is not known: areas of unlike parts are not added, and whether "
    "they share a board is doubtful";

// A part that reaches the class by itself decides it, or is what the board is presumed to be at
// least where the class goes by more than TPP; the others are no more than information.
Answer with_parts(const Case& board, const Readings& readings, Answer own) {
  std::vector<Answer> alone;
  for (const DeclaredProduct& part : *board.board.parts) {
    alone.push_back(answer_of(board, part_alone(board.board, part), readings));
  }
  presume(*std::ranges::max_element(alone, less_strict), own);
  const bool declared =
      own.kind == ClassificationKind::controlled && own.decided_by == Basis::declared;
  std::vector<std::string> deciding;
  std::vector<std::string> others;
  for (std::size_t i = 0; i < alone.size(); ++i) {
    const Answer& part = alone[i];
    const bool presumed = own.presumed && (part.classification == own.presumed_class ||
                                           part.presumed_class == own.presumed_class);
    const bool decides = presumed || (declared && part.classification == own.classification);
    (decides ? deciding : others).push_back(words_of((*board.board.parts)[i], part));
  }
  if (!deciding.empty()) {
    own.notes.push_back(fmt::format("{} by a part of it alone: {}",
                                    own.presumed ? "presumed" : "decided",
                                    fmt::join(deciding, ", ")));
  }
  if (!others.empty()) {
    own.notes.push_back(fmt::format("its {}parts, each alone, for information: {}",
                                    deciding.empty() ? "" : "other ", fmt::join(others, ", ")));
  }
  if (own.kind == ClassificationKind::undetermined) own.notes.emplace_back(kNoDensityOfParts);
  if (asks_what_is_not_said(board, own)) {
    own.notes.emplace_back(
        "not said whether the board is designed or marketed for datacenters, which counts as yes");
  }
  return own;
}

// Whatever was measured or not.
std::string why_no_row_is_below(const BoardPerformance& board, const AssuranceResult& assurance) {
  if (!board.chip) return "no catalogue row: never below";
  if (board.facts.board_uncertain) return *board.facts.board_uncertain;
  if (assurance.assurance == Assurance::contradicted) {
    return "the evidence contradicts the catalogue row whose figures are below";
  }
  return "";
}

// What an inventory has to show before the row's word is taken: a name is written by firmware and
// hypervisors as they like, and what could contradict the row may be in a part that nobody saw.
std::string identity_missing(const BoardFacts& facts) {
  for (const std::string& missing : facts.identity_missing) {
    if (missing.starts_with(kToldApartByName)) return missing + " is not known";
  }
  const bool processor = facts.kind == DeviceKind::cpu;
  const std::size_t others = processor ? 1 : 2;
  const auto& agrees = facts.identity_agrees;
  const bool by_id = std::ranges::find(agrees, kPciIdFact) != agrees.end();
  if (by_id || agrees.size() >= others) return "";
  return fmt::format("beside its name {} agrees with the row, where its {} would have to",
                     agrees.empty() ? "nothing" : agrees.front() + " alone",
                     processor ? "units" : "PCI id, or two other identity facts,");
}

}  // namespace

Answer answer_under(const Case& board, const Readings& readings) {
  Answer answer = answer_alone(board, readings);
  // A stored report may have a list of none.
  const auto any = [](const auto& products) { return products && !products->empty(); };
  if (any(board.board.candidates)) return among_candidates(board, readings, std::move(answer));
  if (any(board.board.parts)) return with_parts(board, readings, std::move(answer));
  return answer;
}

void presume_as_shipped(const BoardPerformance& shipped, const Case& board,
                        const Readings& readings, Answer& answer) {
  AssuranceResult declared;
  declared.assurance = Assurance::declared_only;
  const Answer theirs =
      answer_under({shipped, board.rule, PassMode::inventory, declared, true}, readings);
  if (theirs.kind != ClassificationKind::controlled && !theirs.presumed) return;
  std::vector<std::string> rows;
  for (const ChipId& id : rows_of(shipped)) rows.push_back(id.value);
  answer.notes.push_back(fmt::format("the shipped catalogue has it as {}: {}",
                                     fmt::join(rows, ", "), theirs.rendered));
  presume(theirs, answer);
}

std::string read_with(const std::string& reading, const std::string& option) {
  return fmt::format("read with {}={}", reading, option);
}

std::string product_doubt(const BoardFacts& facts) {
  if (!facts.untrusted.empty()) return facts.untrusted.front();
  for (const std::string& fact : facts.identity_differs) {
    // Other units are the same product cut, or unlocked, which its rate shows.
    const auto& contradicts = facts.units_differ;
    const bool units =
        is_about_units(fact) && std::ranges::find(contradicts, fact) != contradicts.end();
    if (!units) return "it differs from its row: " + fact;
  }
  if (!facts.confidence_raised.empty()) {
    return "the shipped catalogue knows figures of its row less well";
  }
  return "";
}

std::string why_not_below(const BoardPerformance& board, const AssuranceResult& assurance,
                          PassMode mode) {
  if (mode == PassMode::inventory) {
    const std::string why = why_not_below_as_named(board, assurance);
    return why.empty() ? identity_missing(board.facts) : why;
  }
  if (std::string why = why_no_row_is_below(board, assurance); !why.empty()) return why;
  return assurance.assurance == Assurance::corroborated
             ? ""
             : "the declared figures are below, and the measurements do not corroborate them";
}

std::string why_not_below_as_named(const BoardPerformance& board,
                                   const AssuranceResult& assurance) {
  if (std::string why = why_no_row_is_below(board, assurance); !why.empty()) return why;
  // The catalogue's word is taken, but only for a board that seems to be that product.
  if (!board.facts.failed.empty()) return "devices of the board are missing";
  // What such code says of a board may be said of another one.
  if (!board.facts.untrusted.empty()) return "code that cannot be relied on told of the board";
  if (!board.facts.identity_differs.empty()) return "identity facts differ from the row";
  if (!board.facts.confidence_raised.empty()) {
    return "the shipped catalogue knows figures of the row less well";
  }
  return "";
}

}  // namespace tpp
