// Runs tpp-bench for one device in a child process and turns what it says into measurements. A
// child that hangs, crashes or writes garbage costs the benchmark in flight and is started again
// with what remains.
#ifndef TPP_AGENT_PASS_WORKER_H
#define TPP_AGENT_PASS_WORKER_H

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/model/finding.h"
#include "agent/model/measurement.h"
#include "agent/model/report.h"
#include "agent/pass/bench_records.h"
#include "agent/pass/node_question.h"
#include "agent/support/child_process.h"

namespace tpp {

// One loadable module, and the options and the environment that it is opened with.
struct BackendModule {
  std::string name;
  std::filesystem::path path;
  std::vector<std::pair<std::string, std::string>> options;
  // "NAME=value", beside what every child gets: what makes its runtime show certain devices.
  std::vector<std::string> environment = {};
};

struct WorkerRequest {
  std::filesystem::path bench;
  BackendModule module;
  DeviceId device;
  std::vector<BenchmarkId> benchmarks;  // in the order in which they are to run
  PassMode mode = PassMode::quick;
  double deadline_s = 600;        // for all of them
  std::optional<double> limit_s;  // for each of them; what the mode takes where not given
  double silence_s = 20;          // longest time that one benchmark may show no sign of life
  // CLOCK_MONOTONIC: no batch counts before it, and all count for as long as one may.
  std::optional<std::uint64_t> start_at_ns = std::nullopt;
  // Looked at about every 50 ms. A reason ends the child within 150 ms more, however deep it is in
  // its runtime, and leaves the rest unmeasured: the device is somebody else's.
  std::function<std::optional<std::string>()> stop = nullptr;
};

struct WorkerResult {
  std::vector<Measurement> measurements;  // one for every benchmark asked for, in that order
  std::map<BenchmarkId, record::CountedTime> counted;  // of those that have a rate and are real
  std::vector<MappedFile> code;                        // of all its children
  std::vector<Finding> findings;
  double cpu_s = 0;
  double startup_s = 0;  // until its first benchmark began; 0 if none did
  bool deadline_passed = false;
  int hangs = 0;  // lives that had to be killed for want of a sign of life
  std::optional<std::string> interrupted = std::nullopt;  // what `stop` gave, if it cost an outcome
};

using ProgressReader = std::function<void(const record::Progress&)>;

// Throws Error only if the program itself cannot be started at all.
WorkerResult run_worker(const WorkerRequest& request, const ProgressReader& progress,
                        const ChildRunner& run_child = tpp::run_child);

// What a module says without load: its devices and benchmarks.
struct BackendListing {
  std::string method_version;
  std::optional<record::Visibility> visibility;
  std::vector<record::DeviceSeen> devices;
  std::vector<record::Planned> benchmarks;
  std::vector<MappedFile> code;            // that was in the child
  std::optional<std::string> unavailable;  // nothing to run on here: quiet
  std::optional<std::string> failure;      // the module could not be asked
  bool died = false;                       // ... because it hung or crashed
};
struct ListingRequest {
  std::filesystem::path bench;
  BackendModule module;
  PassMode mode = PassMode::quick;
  double deadline_s = 20;
  ChildRunner run_child = tpp::run_child;
};
BackendListing list_backend(const ListingRequest& request);

// The command that takes one figure again by hand, quoted for a shell, with what it needs in its
// environment.
std::string command_line(const WorkerRequest& request, const BenchmarkId& benchmark);
// The same for a device that has another id now.
std::string moved_command(std::string command, const DeviceId& from, const DeviceId& to);

}  // namespace tpp

#endif
