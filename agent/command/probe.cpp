#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>
#include <vector>

#include "agent/command/command.h"
#include "agent/exit_code.h"
#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "agent/support/mapped_files.h"
#include "exporters/report_json.h"
#include "probes/probe.h"

namespace tpp {
namespace {

// Clocks are held down and let go again within tens of milliseconds.
constexpr auto kReadingEvery = std::chrono::milliseconds(20);

void write_line(const std::string& record) {
  const std::string line = record + "\n";
  const ssize_t written = ::write(kRecordDescriptor, line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size())) {
    throw Error(
        "probe: runs as a child of tpp-agent and writes to descriptor 3, which is not open");
  }
}

// The record of tpp-bench by that name (kernels/bench/README.md). Paths are any bytes.
std::string code_record() {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const MappedFile& file : mapped_code()) {
    files.push_back({{"path", file.path}, {"deleted", file.deleted}});
  }
  const nlohmann::ordered_json record = {{"record", "libraries"}, {"files", files}};
  return record.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// The clock of the batches that readings are held against.
std::uint64_t monotonic_ns() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

// Until the reader has enough and ends this process, or is gone.
[[noreturn]] void watch(const Probe& probe, const std::string& device) {
  if (probe.watch == nullptr) {
    throw UsageError(fmt::format("probe {}: has nothing to watch", probe.name));
  }
  const auto watched = probe.watch(DeviceId{device});
  for (;;) {
    TelemetrySample sample = watched->read();
    sample.at_ns = monotonic_ns();
    write_line(to_json(sample).dump());
    std::this_thread::sleep_for(kReadingEvery);
  }
}

std::string no_such_probe(const std::string& asked) {
  std::vector<std::string_view> names;
  for (const Probe& probe : probes()) names.push_back(probe.name);
  return fmt::format("probe: there is none named {}; there are: {}", asked, fmt::join(names, ", "));
}

}  // namespace

int probe_command(const Options& options) {
  const Probe* probe = find_probe(options.probe);
  if (probe == nullptr) throw UsageError(no_such_probe(options.probe));
  if (!options.watch.empty()) watch(*probe, options.watch);
  if (!options.entered.empty() && probe->entered == nullptr) {
    throw UsageError(fmt::format("probe {}: reads nothing but this node", probe->name));
  }
  const Inventory inventory =
      options.entered.empty() ? probe->run(NodeFiles()) : probe->entered(options.entered);
  write_line(code_record());
  write_line(to_json(inventory).dump());
  return kAssessed;
}

}  // namespace tpp
