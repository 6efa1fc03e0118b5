// What the measurements and declarations of a board's devices add up to.
#ifndef TPP_AGENT_MODEL_PERFORMANCE_H
#define TPP_AGENT_MODEL_PERFORMANCE_H

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/ids.h"
#include "agent/model/measurement.h"
#include "agent/model/precision.h"

namespace tpp {

// The three bases of a number, never mixed; inferred at two clocks.
enum class Basis { achieved, inferred_advertised_clock, inferred_max_clock, declared };

// Operations/s of a whole board in one precision on one basis.
struct PrecisionRate {
  Precision precision = Precision::fp64;
  double ops_per_second = 0;
  Interval interval;      // equal ends where no uncertainty is known
  bool deciding = true;   // may take part in a decision (verified, native, not suspect, not simulated
                          // into a real run; declared: confidence above recall)
  bool only_over = false; // generic path: can prove "over" and nothing else
  std::string origin;     // kernel and path, or source
};

// TPP of a board on one basis.
struct Tpp {
  double value = 0;       // the larger of the two sums below
  Interval interval;      // expanded uncertainty, for achieved; else equal ends
  Precision precision = Precision::fp64;  // that decides
  double best_then_sum = 0;  // best per device, then added
  double sum_then_best = 0;  // added per precision, then the best
  bool complete = true;   // every device of the board contributed
  std::optional<double> tf32_at_19;  // where TF32 is among the rates: TPP with TF32 counted as 19 bits
  Confidence confidence = Confidence::source;  // declared: of the deciding figure
};

struct BoardPerformance {
  BoardId board;
  std::optional<ChipId> chip;  // catalogue row, if one matches
  std::map<Basis, std::vector<PrecisionRate>> rates;
  std::map<Basis, Tpp> tpp;
  std::optional<Figure> die_area_mm2;
  std::map<Basis, double> density;  // TPP / mm2; absent without area
  std::map<Basis, double> memory_bandwidth;  // bytes/s
  std::string match_reason;  // how the catalogue row was found, or why none was
};

}  // namespace tpp

#endif
