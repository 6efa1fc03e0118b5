// The whole way in one function: survey -> measure -> aggregate -> classify, into a report.
#ifndef TPP_AGENT_PASS_PASS_H
#define TPP_AGENT_PASS_PASS_H

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/chips/catalog_in_use.h"
#include "agent/model/plan.h"
#include "agent/model/report.h"
#include "agent/model/thresholds.h"
#include "agent/pass/carried.h"
#include "agent/pass/code_in_use.h"
#include "agent/pass/gate_request.h"
#include "agent/pass/selection.h"
#include "agent/pass/survey.h"
#include "agent/regulation/regulation.h"

namespace tpp {

struct PassRequest {
  SurveyRequest survey;
  RegulationPlaces rules;
  CatalogPaths catalog;
  std::optional<std::filesystem::path> board_map;  // the operator's
  std::vector<std::string> banners;                // of inputs that were overridden
  Selection selection;
  double deadline_s = 3600;  // for the measurements of the whole pass
  double silence_s = 20;     // for one benchmark
  bool classify_cpu = false;
  bool together = false;  // devices of a board at once as well
  std::map<std::string, std::string> readings;
  Thresholds thresholds;  // of findings; those of `survey` alike
  GateRequest gate;       // which devices are left alone
  // Of a daemon, the newest first: what they measured is carried over (carried.h), so that a pass
  // of one device, or of none, shows every board as it is known. Once anything was measured, a
  // board of which nothing was is no more below than in any report of measurements. nullopt: a pass
  // by itself.
  std::optional<std::vector<Report>> earlier = std::nullopt;
  FurtherBack further_back = nullptr;   // beside `earlier`, as in carried.h
  std::vector<UnreadPass> unread = {};  // alike
  std::size_t of_this_boot = 0;         // of `earlier`, alike
  // True ends the pass: workers within half a second, and nothing is begun after it. Looked at
  // about every 50 ms, of several threads at once.
  std::function<bool()> stop = nullptr;
};

struct PassProgress {
  int done = 0;
  int total = 0;
  record::Progress now;
};
using PassObserver = std::function<void(const PassProgress&)>;

struct PassResult {
  Report report;
  bool deadline_passed = false;
  bool stopped = false;             // by PassRequest::stop, before all was measured
  std::set<DeviceId> not_idle;      // devices that were left to others, whole or in the middle
  std::set<DeviceId> hung;          // devices whose workers had to be killed for their silence
  std::set<BoardId> not_asked_for;  // boards none of whose devices was selected
  CodeInUse code;                   // told in the report as its libraries
  std::vector<ProbeStatus> probes;  // each that was asked
  std::set<BenchmarkId> carried;    // what earlier passes measured
};

// Throws UsageError for a selection that matches nothing, Error for rules, catalogue or modules
// that cannot be read; these are read before any load is put on a device.
PassResult run_pass(const PassRequest& request, const PassObserver& observer);

// Reads what run_pass reads before it looks at the node: rules and what they leave to choose,
// catalogue, mapping. Throws as it does.
void check_inputs(const PassRequest& request);

// What run_pass would do, without load.
Plan plan_pass(const PassRequest& request);

// What is attached, on its boards: by the mapping of the request and the catalogue. Throws
// UsageError for a mapping that does not fit, and as `survey` does.
Survey survey_boards(const PassRequest& request, const Catalog& catalog);

// What stands in the first line of every output about `inventory`: simulated devices, options that
// narrow, inputs that are not the shipped ones.
std::vector<std::string> banners_of(const PassRequest& request, const Inventory& inventory);

}  // namespace tpp

#endif
