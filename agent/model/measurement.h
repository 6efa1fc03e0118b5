// The result of one benchmark on one device: a rate with its evidence, or why there is none.
#ifndef TPP_AGENT_MODEL_MEASUREMENT_H
#define TPP_AGENT_MODEL_MEASUREMENT_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/model/ids.h"
#include "agent/model/precision.h"
#include "agent/model/telemetry.h"

namespace tpp {

// "<device>/<kernel>/<subject>[+<accumulator>]": the one name of a benchmark, everywhere.
struct BenchmarkId {
  DeviceId device;
  std::string kernel;       // "gemm", "mma", "fma", "dram", "link"
  std::string subject;      // a precision's name, or what moves: "read", "host_both"
  std::string accumulator;  // "" unless it has to be told apart

  auto operator<=>(const BenchmarkId&) const = default;
};
std::string to_string(const BenchmarkId& id);
// The inverse. nullopt if `text` has not the form above. Device ids may hold '/' (slices).
std::optional<BenchmarkId> parse_benchmark_id(std::string_view text);

struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

enum class Quantity { operations, bytes };

// A verified rate. Per second figures are medians over batches, in base units.
struct Rate {
  Quantity quantity = Quantity::operations;
  double per_second = 0;   // operations/s or bytes/s
  Interval interval;       // of per_second
  bool bootstrap = false;  // 95 % percentile bootstrap; else smallest and largest batch
  int batches = 0;
  bool steady = false;                       // no drift over the last batches
  double sustained_s = 0;                    // time spent inside counted batches
  std::optional<double> clock_hz;            // observed, median over batches
  std::optional<double> per_clock_per_unit;  // operations per clock and unit, median
  std::optional<Interval> per_clock_interval;
  std::optional<double> snapped_per_clock;  // the grid value within 2 %, if there is one
  int units = 0;                            // that worked
  double max_error = 0;                     // |difference| / sum of |a*b|
  double error_bound = 0;
  int checked_values = 0;
  bool generic = false;                // portable path: proves "over", nothing else
  bool emulated = false;               // never counts as this bit width
  std::optional<std::string> suspect;  // why the figure cannot be right
  double timer_ratio = 1;              // device timer / host monotonic clock, median
  std::string path;                    // library, algorithm, instruction, shape
};

// Whether its product was checked, and was right.
bool verified(const Rate& rate);
// Whether a rate may count at all: native, not suspect, and its product verified. The sampler
// prints no other; a rate that comes from elsewhere is held to the same.
bool counts(const Rate& rate);

struct Unsupported {
  std::string by;  // "hardware", "library", "build"
  std::string reason;
};

struct Failed {
  std::string reason;
  // Given up for what somebody else needed (the device, the end of the pass): nothing is wrong.
  bool interrupted = false;
};

using Outcome = std::variant<Rate, Unsupported, Failed>;

// Whether it was given up for what somebody else needed: nothing was learnt of the device.
bool is_interrupted(const Outcome& outcome);

struct Measurement {
  BenchmarkId id;
  std::string backend;
  std::string method_version;
  Outcome outcome;
  double wall_s = 0;
  std::string command;                                // takes this figure again by hand
  std::optional<Telemetry> telemetry = std::nullopt;  // absent where nothing can be read meanwhile
  // ISO 8601, UTC, when it ended: a report may hold what an earlier pass measured.
  std::optional<std::string> taken_at = std::nullopt;
};

// The precision of a measurement that counts operations; nullopt for memory and links.
std::optional<Precision> precision_of(const BenchmarkId& id);

// How far a file can be relied on (agent/pass/code_trust.h).
enum class FileTrust { trusted, own_build, untrusted };

// A file whose code took part: program, module or library.
struct LibraryUse {
  std::string path;
  std::string sha256;                     // "" where it could not be read
  std::vector<std::string> used_by = {};  // as Device::seen_by has it, or "agent"
  std::optional<std::uint64_t> owner_uid = std::nullopt;
  std::optional<std::string> build_id = std::nullopt;  // GNU, hex
  FileTrust trust = FileTrust::trusted;
  std::optional<std::string> trust_reason = std::nullopt;  // why it is not trusted
  // Benchmarks that it took part in and that an earlier pass measured, as the report shows them: of
  // nothing else in the report does it tell by that. In `used_by` is who used it in this pass.
  std::optional<std::vector<std::string>> carried_for = std::nullopt;
};

}  // namespace tpp

#endif
