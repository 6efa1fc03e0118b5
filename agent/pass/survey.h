// What is attached, from everybody who can say so: probes (what the node shows) and backends (what
// the runtimes enumerate), reconciled into one inventory. Puts no load on any device. Everything
// that could hang runs in children with deadlines.
#ifndef TPP_AGENT_PASS_SURVEY_H
#define TPP_AGENT_PASS_SURVEY_H

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/boards/grouping.h"
#include "agent/model/agent_status.h"
#include "agent/model/inventory.h"
#include "agent/model/report.h"
#include "agent/model/thresholds.h"
#include "agent/pass/code_in_use.h"
#include "agent/pass/node_question.h"
#include "agent/pass/reconcile.h"
#include "agent/pass/worker.h"

namespace tpp {

struct SurveyRequest {
  std::filesystem::path agent;  // this program: probes run as its children
  std::filesystem::path bench;
  std::filesystem::path backend_directory;
  // "backend.name" -> value, as given on the command line.
  std::vector<std::pair<std::string, std::string>> backend_options;
  std::optional<std::string> only_backend;  // simulation: no probe's device, no other module
  PassMode mode = PassMode::quick;
  bool measures = true;  // asking what is there may wake what measuring would wake anyway
  double child_deadline_s = 20;
  BoardEvidence boards;   // beside what probes and backends say
  Thresholds thresholds;  // of what a device's own state tells
  bool topology = false;  // where devices hang, which a simulation does not have
  // Children of ours, unless the node is recorded.
  Answerer answerer = [](const NodeQuestion&, const ChildCommand& command,
                         const LineReader& reader) { return run_child(command, reader); };
  std::optional<std::vector<std::string>> modules;  // by name, of a recorded node
};

struct Survey {
  Inventory inventory;
  // Each module in turn; behind it the same one with other environments, each with the devices that
  // its runtime shows there alone.
  std::vector<SurveyedBackend> backends;
  CodeInUse code;  // of this program and of all its children
  std::vector<ProbeStatus> probes;
};

// The modules of a directory, by name, each with its options; `only` that one where it is given.
// Throws Error if the directory is missing, empty or lacks `only`, UsageError if an option names a
// module that is not there.
std::vector<BackendModule> find_backends(
    const std::filesystem::path& directory,
    const std::vector<std::pair<std::string, std::string>>& options,
    const std::optional<std::string>& only = std::nullopt);

// A probe or a backend that fails is a finding and hides no other.
Survey survey(const SurveyRequest& request);

// The topology that the user entered in place of this node's, as its probe takes it, and what it
// says of its node. Throws Error if it cannot be read.
Survey survey_entered_topology(const SurveyRequest& request, const std::string& what);

}  // namespace tpp

#endif
