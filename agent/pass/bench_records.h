// What tpp-bench says on its record descriptor (kernels/bench/README.md), one JSON object a line,
// as values. Reading only; who starts the program and what follows from its words is decided
// elsewhere.
#ifndef TPP_AGENT_PASS_BENCH_RECORDS_H
#define TPP_AGENT_PASS_BENCH_RECORDS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/model/inventory.h"
#include "agent/model/measurement.h"
#include "agent/support/mapped_files.h"

namespace tpp::record {

// The variable of the environment that tells a runtime which devices of a vendor to show a process,
// by their UUIDs.
struct Visibility {
  std::string variable;
  std::string vendor;
};
struct Hello {
  std::string backend;
  std::string method_version;
  std::optional<Visibility> visibility = std::nullopt;  // where a runtime may hide devices
};
struct DeviceSeen {
  Device device;  // board and package left empty: identity facts are below
  std::string board_id;
  std::string package_id;
  std::optional<BusPlace> place = std::nullopt;
  std::optional<bool> datacenter = std::nullopt;
  bool portable = false;  // reached through a runtime that is not the device's own
  bool die = false;       // a slice as long as nobody tells which dies are one package
};
struct Planned {
  BenchmarkId benchmark;
  std::optional<Unsupported> unsupported = std::nullopt;
  bool generic = false;
  bool emulated = false;
  Quantity quantity = Quantity::operations;
  double expected_s = 0;
};
struct Begin {
  BenchmarkId benchmark;
};
struct Progress {
  BenchmarkId benchmark;
  std::string phase;
  double fraction = 0;
  std::optional<double> per_second;
};
// From the beginning of the first counted batch to the end of the last one, CLOCK_MONOTONIC.
struct CountedTime {
  std::uint64_t begin_ns = 0;
  std::uint64_t end_ns = 0;
};
struct OutcomeOf {
  BenchmarkId benchmark;
  Outcome outcome;
  double wall_s = 0;
  std::optional<CountedTime> counted = std::nullopt;
  std::string cause = "";  // of a failure, where it is of a kind that has a finding
};
struct Unavailable {
  std::string reason;
};
struct Libraries {
  std::vector<MappedFile> files;
};
// One check of `tpp-bench --selftest`.
struct Check {
  std::string device;
  std::string name;
  bool passed = false;
  std::string detail;  // what was expected and what was found
};
struct End {};

using Record = std::variant<Hello, DeviceSeen, Planned, Begin, Progress, OutcomeOf, Unavailable,
                            Libraries, Check, End>;

// Throws Error if `line` is not a record of protocol 1: not JSON, a member missing, of another
// type, or a number that is not finite. Members that are not known are ignored.
Record parse(std::string_view line);

// A probe's child says its code in a record as tpp-bench has it, among lines of its own: what that
// record tells, nullopt of a line that is none. Throws Error as above.
std::optional<std::vector<MappedFile>> code_in_line(std::string_view line);

}  // namespace tpp::record

#endif
