// The module `sim`: devices out of a scenario file (option "scenario") behind the backend
// interface. Every device carries TPP_DEVICE_SIMULATED.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "kernels/cpp_boundary.h"
#include "kernels/sim/did_you_mean.h"
#include "kernels/sim/faults.h"
#include "kernels/sim/scenario.h"
#include "kernels/sim/simulation.h"
#include "kernels/tpp_backend.h"

namespace sim = tpp::sim;

struct tpp_session {
  const sim::Device& device;
  const sim::Benchmark& benchmark;
  sim::Simulation simulation;
  bool ran = false;
};

namespace {

// Between open and close. One thread at a time, as the interface says.
struct Opened {
  sim::Scenario scenario;
  sim::SimulatedClock clock;
};
std::optional<Opened> opened;

constexpr const char* kVersion = "sim-1";

using tpp::boundary::Failure;
using tpp::boundary::give;
using tpp::boundary::set_text;
using tpp::boundary::take;
constexpr tpp::boundary::Guard guarded{"sim"};

Opened& state() {
  if (!opened) throw Failure(TPP_INVALID, "sim: called before open or after close");
  return *opened;
}

const sim::Device& device_at(std::uint32_t device) {
  if (device >= state().scenario.devices.size()) {
    throw Failure(TPP_INVALID, "sim: there is no device number " + std::to_string(device));
  }
  return state().scenario.devices[device];
}

const sim::Benchmark& benchmark_at(std::uint32_t device, std::uint32_t benchmark) {
  const sim::Device& on = device_at(device);
  if (benchmark >= on.benchmarks.size()) {
    throw Failure(TPP_INVALID,
                  "sim: the device has no benchmark number " + std::to_string(benchmark));
  }
  return on.benchmarks[benchmark];
}

tpp_session& session_of(tpp_session* session) {
  if (session == nullptr) throw Failure(TPP_INVALID, "sim: no session (null pointer)");
  return *session;
}

// The scenario's path.
std::string read_options(const tpp_open_options& options) {
  static constexpr std::string_view known[] = {"scenario"};
  std::string path;
  for (std::uint32_t i = 0; i < options.option_count; ++i) {
    const std::string_view name = options.option_names[i];
    if (name != known[0]) {
      throw Failure(TPP_INVALID, "unknown option '" + std::string(name) + "'" +
                                     sim::did_you_mean(name, known) + "; known is scenario");
    }
    path = options.option_values[i];
  }
  // Nothing to simulate is the usual case: every real node has this module and no scenario.
  if (path.empty()) throw Failure(TPP_UNAVAILABLE, "no scenario was given");
  return path;
}

sim::Scenario scenario_of(const std::string& path) {
  try {
    return sim::read_scenario(path);
  } catch (const sim::ScenarioError& problem) {
    throw Failure(TPP_INVALID, problem.what());
  }
}

tpp_status open(const tpp_open_options* options, tpp_error* error) noexcept {
  return guarded(error, [&] {
    const std::string path = read_options(options == nullptr ? tpp_open_options{} : take(options));
    sim::Scenario scenario = scenario_of(path);
    const sim::Fault fault = scenario.open_fault;
    sim::strike(fault);
    if (fault.kind == sim::FaultKind::fails) throw Failure(TPP_FAILED, fault.text);
    if (fault.kind == sim::FaultKind::unavailable) throw Failure(TPP_UNAVAILABLE, fault.text);
    opened.emplace(Opened{.scenario = std::move(scenario), .clock = {}});
  });
}

void close() noexcept { opened.reset(); }

std::uint32_t device_count() noexcept {
  return opened ? static_cast<std::uint32_t>(opened->scenario.devices.size()) : 0;
}

std::uint32_t flags_of(const sim::Device& device) {
  std::uint32_t flags = TPP_DEVICE_SIMULATED;
  if (!device.slice.empty()) flags |= TPP_DEVICE_SLICE;
  if (device.forced) flags |= TPP_DEVICE_FORCED;
  if (device.datacenter) flags |= TPP_DEVICE_DATACENTER;
  return flags;
}

tpp_status device_info(std::uint32_t index, tpp_device_info* out, tpp_error* error) noexcept {
  return guarded(error, [&] {
    const sim::Device& device = device_at(index);
    tpp_device_info info = {};
    info.flags = flags_of(device);
    set_text(info.id, device.id);
    set_text(info.name, device.name);
    set_text(info.vendor, device.vendor);
    set_text(info.kind, device.kind);
    set_text(info.architecture, device.architecture);
    set_text(info.unit_kind, device.unit_kind);
    set_text(info.pci_id, device.pci_id);
    set_text(info.uuid, device.uuid);
    set_text(info.serial, device.serial);
    set_text(info.board_id, device.board_id);
    set_text(info.package_id, device.package_id);
    set_text(info.driver_version, device.driver_version);
    set_text(info.slice_reason, device.slice);
    info.units = device.units;
    info.memory_bus_bits = device.memory_bus_bits;
    info.memory_bytes = device.memory_bytes;
    info.max_clock_hz = device.max_clock_hz;
    info.memory_transfers_per_s = device.memory_transfers_per_s;
    give(info, out);
  });
}

std::uint32_t benchmark_count(std::uint32_t device) noexcept {
  if (!opened || device >= opened->scenario.devices.size()) return 0;
  return static_cast<std::uint32_t>(opened->scenario.devices[device].benchmarks.size());
}

tpp_status benchmark_info(std::uint32_t device, std::uint32_t index, tpp_benchmark_info* out,
                          tpp_error* error) noexcept {
  return guarded(error, [&] {
    const sim::Benchmark& benchmark = benchmark_at(device, index);
    tpp_benchmark_info info = {};
    if (benchmark.generic) info.flags |= TPP_BENCHMARK_GENERIC;
    if (benchmark.emulated) info.flags |= TPP_BENCHMARK_EMULATED;
    if (benchmark.bytes_per_second > 0) info.flags |= TPP_BENCHMARK_BYTES;
    set_text(info.kernel, benchmark.kernel);
    set_text(info.subject, benchmark.subject);
    set_text(info.accumulator, benchmark.accumulator);
    set_text(info.unsupported_by, benchmark.unsupported_by);
    set_text(info.reason, benchmark.reason);
    info.status = benchmark.unsupported_by.empty() ? TPP_OK : TPP_UNSUPPORTED;
    info.variants = info.status == TPP_OK ? benchmark.variants : 0;
    give(info, out);
  });
}

tpp_status prepare(const tpp_prepare_request* request, tpp_session** out,
                   tpp_error* error) noexcept {
  return guarded(error, [&] {
    const tpp_prepare_request asked = take(request);
    if (out == nullptr) throw Failure(TPP_INVALID, "sim: no room for a session (null pointer)");
    const sim::Benchmark& benchmark = benchmark_at(asked.device, asked.benchmark);
    if (!benchmark.unsupported_by.empty()) throw Failure(TPP_UNSUPPORTED, benchmark.reason);
    if (asked.variant >= benchmark.variants) {
      throw Failure(TPP_INVALID,
                    "sim: there is no variant number " + std::to_string(asked.variant));
    }
    if (asked.fill != TPP_FILL_NORMAL && asked.fill != TPP_FILL_ZEROS) {
      throw Failure(TPP_INVALID, "sim: no fill number " + std::to_string(asked.fill));
    }
    const sim::Device& device = device_at(asked.device);
    *out = new tpp_session{
        .device = device,
        .benchmark = benchmark,
        .simulation = sim::Simulation(device, benchmark, asked.variant, asked.seed)};
  });
}

tpp_status session_info(tpp_session* session, tpp_session_info* out, tpp_error* error) noexcept {
  return guarded(error, [&] {
    const tpp_session& of = session_of(session);
    const sim::Benchmark& benchmark = of.benchmark;
    tpp_session_info info = {};
    info.units = of.device.units;
    set_text(info.path, benchmark.path.empty() ? of.device.architecture + " " + benchmark.kernel +
                                                     " " + benchmark.subject
                                               : benchmark.path);
    const double amount = of.simulation.amount_per_repeat();
    (benchmark.bytes_per_second > 0 ? info.bytes_per_repeat : info.operations_per_repeat) = amount;
    const auto [m, n, k] = of.simulation.product();
    info.product_m = m;
    info.product_n = n;
    info.product_k = k;
    give(info, out);
  });
}

tpp_status run_batch(tpp_session* session, std::uint64_t repeats, tpp_batch_result* out,
                     tpp_error* error) noexcept {
  return guarded(error, [&] {
    if (repeats == 0) throw Failure(TPP_INVALID, "sim: a batch of no repeats");
    tpp_session& of = session_of(session);
    const sim::Fault& fault = of.benchmark.fault;
    if (!of.ran) sim::strike(fault);
    if (fault.kind == sim::FaultKind::fails) throw Failure(TPP_FAILED, fault.text);
    const sim::SimulatedBatch batch = of.simulation.run(repeats, state().clock);
    of.ran = true;
    tpp_batch_result result = {};
    result.elapsed_ns = batch.device_ns;
    result.begin_ns = batch.begin_ns;
    result.end_ns = batch.end_ns;
    result.operations = batch.operations;
    result.bytes = batch.bytes;
    result.clock_hz = batch.clock_hz;
    result.unit_cycles = batch.unit_cycles;
    give(result, out);
  });
}

tpp_status verify(tpp_session* session, const tpp_verify_request* request, tpp_verify_result* out,
                  tpp_error* error) noexcept {
  return guarded(error, [&] {
    const tpp_session& of = session_of(session);
    const tpp_verify_request asked = take(request);
    if (!of.ran) throw Failure(TPP_INVALID, "sim: no batch has run yet");
    const auto check = sim::check_product(of.benchmark, (asked.flags & TPP_VERIFY_CORRUPT) != 0);
    tpp_verify_result result = {};
    result.values = 256;
    result.max_error = check.max_error;
    result.error_bound = check.error_bound;
    give(result, out);
  });
}

void release(tpp_session* session) noexcept { delete session; }

constexpr tpp_backend_api kApi = {
    .struct_size = sizeof(tpp_backend_api),
    .abi_major = TPP_BACKEND_ABI_MAJOR,
    .abi_minor = TPP_BACKEND_ABI_MINOR,
    .reserved = 0,
    .name = "sim",
    .version = kVersion,
    .open = open,
    .close = close,
    .device_count = device_count,
    .device_info = device_info,
    .benchmark_count = benchmark_count,
    .benchmark_info = benchmark_info,
    .prepare = prepare,
    .session_info = session_info,
    .run_batch = run_batch,
    .verify = verify,
    .release = release,
};

}  // namespace

// Newer hosts of the same major can use this table; of another major they read its head only.
const tpp_backend_api* tpp_backend_query(std::uint32_t, std::uint32_t) { return &kApi; }
