// What a rule says of a board, with every comparison that led there.
#ifndef TPP_AGENT_MODEL_VERDICT_H
#define TPP_AGENT_MODEL_VERDICT_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/ids.h"
#include "agent/model/measurement.h"
#include "agent/model/performance.h"
#include "agent/model/rule.h"

namespace tpp {

enum class Truth { met, not_met, not_decided };

struct Comparison {
  std::string paragraph;
  RuleQuantity quantity = RuleQuantity::tpp;
  std::optional<Basis> basis;   // none for facts such as datacenter
  std::optional<double> value;  // unrounded; none where the quantity has no value
  std::optional<Interval> interval;
  Operator op = Operator::greater_equal;
  double threshold = 0;
  Truth truth = Truth::not_decided;
  std::optional<double> margin;  // value - threshold
  bool within_uncertainty = false;
  std::string citation;
  std::string note;
};

enum class ClassificationKind { controlled, below, undetermined, information_only };

// Said in place of a class of information_only.
inline constexpr const char* kHostCpuInformation =
    "TPP for information; by the manufacturers' own classification host CPUs are not 3A090 parts";

enum class Assurance { corroborated, declared_only, contradicted, none };

struct Verdict {
  BoardId board;
  RuleId rule;
  ClassificationKind kind = ClassificationKind::undetermined;
  std::string classification;           // "3A090.a", "below", "undetermined"
  std::string rendered;                 // for a reader: "not 3A090.a/.b; normally 3A991.p"
  std::vector<std::string> paragraphs;  // that decided
  std::optional<Basis> decided_by;
  std::optional<std::string> presumed;  // undetermined: the class that it is presumed to be in
  Assurance assurance = Assurance::none;
  std::vector<std::string> assurance_reasons;  // what is there, what is missing
  std::vector<Comparison> comparisons;
  std::vector<std::string> sensitive_to;  // readings that would change it: "tf32_bits=19: 3A090.b"
  std::vector<std::string> notes;
};

}  // namespace tpp

#endif
