// The class of one board under one set of readings: by its own figures, and, where several products
// fit it, by what all of them declare. Pure.
#ifndef TPP_AGENT_BOARDS_ANSWER_H
#define TPP_AGENT_BOARDS_ANSWER_H

#include <optional>
#include <string>
#include <vector>

#include "agent/boards/evidence.h"
#include "agent/model/performance.h"
#include "agent/model/report.h"
#include "agent/model/rule.h"
#include "agent/model/verdict.h"
#include "agent/regulation/readings.h"

namespace tpp {

// What is the same for one board under every reading.
struct Case {
  const BoardPerformance& board;
  const Rule& rule;
  PassMode mode;
  AssuranceResult assurance;
  bool named = false;  // a product that it may be, or has on it: no device has to show that
};

// The answer under one set of readings.
struct Answer {
  ClassificationKind kind = ClassificationKind::undetermined;
  std::string classification = "undetermined";
  std::string rendered = "undetermined";
  std::vector<std::string> paragraphs;
  std::optional<Basis> decided_by;
  bool presumed = false;
  std::string presumed_class = {};  // "3A090.a", of what is presumed; "" without
  int presumed_rank = 0;
  int rank = 0;  // of the strictest paragraph met; 0 without one
  std::vector<std::string> notes;
  std::vector<Comparison> comparisons;
};

Answer answer_under(const Case& board, const Readings& readings);

// Adds what the shipped catalogue, which has the board otherwise, declares of it: where its answer
// stays open, it is presumed to be that at least.
void presume_as_shipped(const BoardPerformance& shipped, const Case& board,
                        const Readings& readings, Answer& answer);

// What the notes of a verdict say of a reading that was chosen.
std::string read_with(const std::string& reading, const std::string& option);

// Why it may be a larger product than the row that was found for it; "" where nothing says so. That
// a part of a device is all that was seen or measured does not.
std::string product_doubt(const BoardFacts& facts);

// Why a board of which no paragraph is met still is not "below"; "" if it is. What was not measured
// is below by its row's word, for which more than a name has to speak: its PCI id, or two others of
// its identity facts; of a processor, which has no others, its units.
std::string why_not_below(const BoardPerformance& board, const AssuranceResult& assurance,
                          PassMode mode);

// The same of a product that somebody named, so that no device has to show that it is the one.
std::string why_not_below_as_named(const BoardPerformance& board, const AssuranceResult& assurance);

}  // namespace tpp

#endif
