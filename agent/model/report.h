// Everything that one pass learnt and concluded: enough to classify and render it again, years
// later.
#ifndef TPP_AGENT_MODEL_REPORT_H
#define TPP_AGENT_MODEL_REPORT_H

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/finding.h"
#include "agent/model/inventory.h"
#include "agent/model/measurement.h"
#include "agent/model/performance.h"
#include "agent/model/rule.h"
#include "agent/model/thresholds.h"
#include "agent/model/together.h"
#include "agent/model/verdict.h"

namespace tpp {

inline constexpr int kReportSchemaVersion = 3;

enum class PassMode { quick, full, inventory };

// What boards that plug into one baseboard add up to: information, each is a board of its own.
struct BaseboardSum {
  std::string baseboard;  // as in the boards
  std::vector<BoardId> boards;
  std::map<Basis, double> tpp;  // what is not known of one of them is not known of all
};

struct Report {
  int schema_version = kReportSchemaVersion;
  std::string agent_version;
  std::string method_version;
  PassMode mode = PassMode::quick;
  std::string started_at;  // ISO 8601, UTC
  double duration_s = 0;
  // Inputs that a reader must not miss, for the first line of every output: "simulated", "forced:
  // ...", "rule file overridden: ...".
  std::vector<std::string> banners;
  Inventory inventory;
  std::vector<Measurement> measurements;
  std::vector<LibraryUse> libraries;
  std::vector<BoardPerformance> performances;
  std::vector<Verdict> verdicts;
  std::vector<Finding> findings;  // of the pass and of the inventory
  std::vector<Rule> rules;        // used
  std::vector<Chip> chips;        // used
  // Those that were not the default, in the table's order; none where all were.
  std::optional<std::vector<ThresholdValue>> thresholds = std::nullopt;
  // Devices of one board at once, where that was asked for; information, part of no sum.
  std::optional<std::vector<TogetherRate>> together = std::nullopt;
  std::optional<std::vector<BaseboardSum>> baseboards = std::nullopt;  // where there are any
};

}  // namespace tpp

#endif
