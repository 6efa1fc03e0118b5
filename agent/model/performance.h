// What the measurements and declarations of a board's devices add up to.
#ifndef TPP_AGENT_MODEL_PERFORMANCE_H
#define TPP_AGENT_MODEL_PERFORMANCE_H

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/ids.h"
#include "agent/model/inventory.h"
#include "agent/model/measurement.h"
#include "agent/model/precision.h"

namespace tpp {

// The three bases of a number, never mixed; inferred at two clocks.
enum class Basis { achieved, inferred_advertised_clock, inferred_max_clock, declared };

// Operations/s of a whole board in one precision on one basis.
struct PrecisionRate {
  Precision precision = Precision::fp64;
  double ops_per_second = 0;
  Interval interval;       // equal ends where no uncertainty is known
  bool deciding = true;    // may take part in a decision (verified, native, not suspect, not
                           // simulated into a real run; declared: confidence above recall)
  bool only_over = false;  // generic path: can prove "over" and nothing else
  std::string origin;      // kernel and path, or source
};

// TPP of a board under one combination of the ways to read the rule's text.
struct TppReading {
  int tf32_bits = 32;            // 32 or 19
  std::string board_sum;         // "best_then_sum" or "sum_then_best"
  std::string processing_units;  // "best" or "added"
  double value = 0;              // over all figures
  Interval interval;
  Precision precision = Precision::fp64;
  Confidence confidence = Confidence::source;  // declared: of the figures that make `value`
  std::optional<double> deciding_value;  // over the figures that may decide; none without such
  std::optional<Interval> deciding_interval;
};

// TPP of a board on one basis.
struct Tpp {
  double value = 0;                       // the larger of the two sums below
  Interval interval;                      // expanded uncertainty, for achieved; else equal ends
  Precision precision = Precision::fp64;  // that decides; of several, the one that adds most
  std::optional<std::vector<Precision>> precisions;  // where several were added
  double best_then_sum = 0;                          // best per device, then added
  double sum_then_best = 0;                          // added per precision, then the best
  bool complete = true;                              // every device of the board contributed
  std::optional<double>
      tf32_at_19;  // where TF32 is among the rates: TPP with TF32 counted as 19 bits
  Confidence confidence = Confidence::source;  // declared: of the deciding figure
  std::vector<TppReading> readings;            // every combination that the figures allow
};

// Operations per clock of the whole board, measured x units that the devices report, against the
// catalogue's. Free of clocks, so that neither a cap nor a boost can disturb it.
struct GridCheck {
  Precision precision = Precision::fp64;
  double measured_per_clock = 0;
  double declared_per_clock = 0;
  Confidence confidence = Confidence::source;  // of declared_per_clock
  bool can_show_less = true;  // false: gemm, generic or partial figures fall short without meaning
  std::string kernel;

  bool operator==(const GridCheck&) const = default;
};

// What is known of a board beside its rates: whether the catalogue row fits, and what is missing.
struct BoardFacts {
  DeviceKind kind = DeviceKind::gpu;
  bool simulated = false;
  std::optional<bool> datacenter;  // unknown counts as yes
  // Why a "no" is in doubt, in words: it decides nothing then.
  std::optional<std::string> datacenter_doubt;
  std::optional<bool> nonplanar;
  std::vector<std::string> identity_agrees;  // independent facts that fit the catalogue row
  std::vector<std::string>
      identity_missing;  // that the device does not tell, or the row does not hold
  std::vector<std::string> identity_differs;  // "units: 114, catalogue 132"
  std::vector<std::string> units_differ;      // of these, such as contradict the row
  std::vector<std::string>
      confidence_raised;             // figures that a catalogue of the user calls better known
  std::vector<std::string> partial;  // why this is less than the whole board: slices, missing
  // Why the board may be larger than what was counted: its declared figures are lower bounds then.
  std::optional<std::string> board_uncertain;
  std::vector<std::string> failed;      // outcomes that failed, devices that were lost
  std::vector<std::string> suspect;     // rates that cannot be right
  std::vector<std::string> overtaken;   // our own loops' rates, lower than a library's product
  std::vector<std::string> untrusted;   // code that touched it and cannot be relied on
  std::vector<std::string> undeclared;  // native rates in precisions that the row does not declare
  std::vector<std::string> outcomes_missing;  // native precisions without an outcome
  std::vector<GridCheck> grid;
  std::optional<double> claimed_tpp;  // declared, over the maker's own figures (`source`) alone
};

// What the row of a product declares, for devices that are, or may be, that product.
struct DeclaredProduct {
  ChipId chip;
  std::vector<DeviceId> devices;
  std::optional<Tpp> tpp;  // of these devices; absent: the row declares no rate
  std::optional<Figure> die_area_mm2;
  std::optional<Figure> computing_die_area_mm2;
  bool datacenter = true;
  std::optional<std::string> datacenter_doubt;
  std::optional<bool> nonplanar;
};

struct BoardPerformance {
  BoardId board;
  std::optional<ChipId> chip;  // catalogue row, if one matches
  std::map<Basis, std::vector<PrecisionRate>> rates;
  std::map<Basis, Tpp> tpp;
  std::optional<Figure> die_area_mm2;
  std::optional<Figure> computing_die_area_mm2;  // of these, the dies that compute, if not all do
  std::map<Basis, double> density;               // TPP / mm2; absent without area
  std::map<Basis, double> memory_bandwidth;      // bytes/s
  std::string match_reason;                      // how the catalogue row was found, or why none was
  BoardFacts facts;
  // Without a row: products of which the board is one, where several fit; or what its parts are,
  // where its devices are of several.
  std::optional<std::vector<DeclaredProduct>> candidates;
  std::optional<std::vector<DeclaredProduct>> parts;
};

}  // namespace tpp

#endif
