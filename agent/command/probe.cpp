#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "agent/command/command.h"
#include "agent/exit_code.h"
#include "agent/pass/node_read_records.h"
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
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t written = ::write(kRecordDescriptor, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      throw Error(
          "probe: runs as a child of tpp-agent and writes to descriptor 3, which is not open");
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
}

// What drivers and the kernel call things is any bytes: those that are no UTF-8 become U+FFFD.
template <class Json>
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The record of tpp-bench by that name (kernels/bench/README.md).
std::string code_record() {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const MappedFile& file : mapped_code()) {
    files.push_back({{"path", file.path}, {"deleted", file.deleted}});
  }
  const nlohmann::ordered_json record = {{"record", "libraries"}, {"files", files}};
  return line_of(record);
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
  for (bool first = true;; first = false) {
    TelemetrySample sample = watched->read();
    sample.at_ns = monotonic_ns();
    write_line(line_of(to_json(sample)));
    // After a reading, which may load what it needs.
    if (first) write_line(code_record());
    std::this_thread::sleep_for(kReadingEvery);
  }
}

// Of this node, or of a recorded one; what is read is told where the agent keeps it.
NodeFiles node_files(const Options& options) {
  NodeReadObserver tell = nullptr;
  if (options.tell_reads) {
    tell = [](const NodeRead& read) {
      for (const std::string& line : records_of(read)) write_line(line);
    };
  }
  return NodeFiles(options.node ? *options.node : "/", std::move(tell));
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
  const NodeFiles files = node_files(options);
  const Inventory inventory =
      options.entered.empty() ? probe->run(files) : probe->entered(options.entered);
  write_line(code_record());
  write_line(line_of(to_json(inventory)));
  return kAssessed;
}

}  // namespace tpp
