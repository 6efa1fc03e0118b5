// What a scenario file says: devices, what they can do, and what goes wrong. Plain values, read
// from YAML; README.md documents the form. Absent hardware facts are "" and 0, as in the ABI.
#ifndef TPP_KERNELS_SIM_SCENARIO_H
#define TPP_KERNELS_SIM_SCENARIO_H

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace tpp::sim {

// The file cannot be used. The message begins with file:line:column.
class ScenarioError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class FaultKind {
  none,
  hang,           // the call never returns
  crash,          // SIGSEGV
  illegal,        // SIGILL
  wrong_product,  // the check finds a difference
  memory,         // allocates without end
  garbage,        // bytes that are no record on every pipe of the process, then as if nothing were
  slow,           // 1/value of the rate, and in real time
  throttled,      // the clock falls to value of itself within half a second
  timer_lies,     // the device timer runs value times as fast as the host's clock
  fails,          // the call fails with `text`
  unavailable,    // open only: nothing to run on, with `text`
};

struct Fault {
  FaultKind kind = FaultKind::none;
  double value = 0;
  std::string text;
};

struct Benchmark {
  std::string kernel;
  std::string subject;
  std::string accumulator;
  std::string unsupported_by;  // "" = it can
  std::string reason;
  std::string path;
  double ops_per_clock_per_unit = 0;
  double bytes_per_second = 0;  // > 0: counts bytes
  double clock_hz = 0;
  double efficiency = 1;  // share of the rate that is reached
  double noise = 0;       // relative standard deviation of a batch
  bool clock_counter = true;
  bool generic = false;
  bool emulated = false;
  std::uint32_t variants = 1;  // each one 7 % slower than the one before
  Fault fault;
};

struct Device {
  std::string id, name, vendor, kind, architecture, unit_kind, pci_id, uuid, serial, board_id,
      package_id, driver_version, slice, bus_way, host_socket, link_group;
  std::uint32_t module_id = 0;
  std::uint32_t units = 0;
  std::uint32_t memory_bus_bits = 0;
  std::uint64_t memory_bytes = 0;
  double max_clock_hz = 0;
  double memory_transfers_per_s = 0;
  bool datacenter = false;
  bool forced = false;
  std::vector<std::string> heeds;  // environment variables, each of which halves its rates
  std::vector<Benchmark> benchmarks;
};

struct Scenario {
  std::string description;
  Fault open_fault;  // strikes while devices are enumerated
  std::vector<Device> devices;
};

// Throws ScenarioError: unreadable, not YAML, an unknown or repeated or missing key, a value of
// another type or out of range, or names that contradict each other.
Scenario read_scenario(const std::filesystem::path& path);
// The same from text; `name` stands in messages.
Scenario parse_scenario(const std::string& text, const std::string& name);

}  // namespace tpp::sim

#endif
