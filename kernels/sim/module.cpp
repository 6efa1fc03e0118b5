// The module `sim`: devices out of a scenario file (option "scenario") behind the backend
// interface. Every device carries TPP_DEVICE_SIMULATED.
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

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

tpp_status report(tpp_error* error, tpp_status status, const std::string& message) {
  if (error != nullptr && error->struct_size >= sizeof(tpp_error)) {
    std::snprintf(error->message, sizeof error->message, "%s", message.c_str());
  }
  return status;
}

// Nothing is thrown across the boundary.
template <class Work>
tpp_status guarded(tpp_error* error, const Work& work) noexcept {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return report(error, TPP_OUT_OF_MEMORY, "no memory left for the simulation");
  } catch (const std::exception& problem) {
    return report(error, TPP_FAILED, problem.what());
  }
}

template <std::size_t Size>
void copy(char (&member)[Size], const std::string& text) {
  std::snprintf(member, Size, "%s", text.c_str());
}

// Hands over what the caller has room for; what it does not know of is left alone.
template <class Struct>
tpp_status deliver(Struct filled, Struct* out) {
  filled.struct_size = out->struct_size;
  std::memcpy(out, &filled, std::min<std::size_t>(out->struct_size, sizeof(Struct)));
  return TPP_OK;
}

const sim::Device* find_device(std::uint32_t device) {
  if (!opened || device >= opened->scenario.devices.size()) return nullptr;
  return &opened->scenario.devices[device];
}

const sim::Benchmark* find_benchmark(std::uint32_t device, std::uint32_t benchmark) {
  const sim::Device* found = find_device(device);
  if (found == nullptr || benchmark >= found->benchmarks.size()) return nullptr;
  return &found->benchmarks[benchmark];
}

tpp_status no_device(tpp_error* error, std::uint32_t device) {
  return report(error, TPP_INVALID, "sim: there is no device number " + std::to_string(device));
}

tpp_status no_benchmark(tpp_error* error, std::uint32_t benchmark) {
  return report(error, TPP_INVALID,
                "sim: the device has no benchmark number " + std::to_string(benchmark));
}

tpp_status read_options(const tpp_open_options* options, std::string& path, tpp_error* error) {
  static constexpr std::string_view known[] = {"scenario"};
  const std::uint32_t count = options != nullptr ? options->option_count : 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string_view name = options->option_names[i];
    if (name != known[0]) {
      return report(error, TPP_INVALID,
                    "unknown option '" + std::string(name) + "'" + sim::did_you_mean(name, known) +
                        "; known is scenario");
    }
    path = options->option_values[i];
  }
  if (path.empty()) {
    // Nothing to simulate is the usual case: every real node has this module and no scenario.
    return report(error, TPP_UNAVAILABLE, "no scenario was given");
  }
  return TPP_OK;
}

tpp_status open(const tpp_open_options* options, tpp_error* error) {
  return guarded(error, [&]() -> tpp_status {
    std::string path;
    if (const tpp_status status = read_options(options, path, error)) return status;
    try {
      opened.emplace(Opened{.scenario = sim::read_scenario(path), .clock = {}});
    } catch (const sim::ScenarioError& problem) {
      return report(error, TPP_INVALID, problem.what());
    }
    const sim::Fault fault = opened->scenario.open_fault;
    sim::strike(fault);
    if (fault.kind == sim::FaultKind::fails || fault.kind == sim::FaultKind::unavailable) {
      opened.reset();
      const bool fails = fault.kind == sim::FaultKind::fails;
      return report(error, fails ? TPP_FAILED : TPP_UNAVAILABLE, fault.text);
    }
    return TPP_OK;
  });
}

void close() { opened.reset(); }

std::uint32_t device_count() {
  return opened ? static_cast<std::uint32_t>(opened->scenario.devices.size()) : 0;
}

std::uint32_t flags_of(const sim::Device& device) {
  std::uint32_t flags = TPP_DEVICE_SIMULATED;
  if (!device.slice.empty()) flags |= TPP_DEVICE_SLICE;
  if (device.forced) flags |= TPP_DEVICE_FORCED;
  if (device.datacenter) flags |= TPP_DEVICE_DATACENTER;
  return flags;
}

tpp_status device_info(std::uint32_t index, tpp_device_info* out, tpp_error* error) {
  const sim::Device* device = find_device(index);
  if (device == nullptr || out == nullptr) return no_device(error, index);
  tpp_device_info info = {};
  info.flags = flags_of(*device);
  copy(info.id, device->id);
  copy(info.name, device->name);
  copy(info.vendor, device->vendor);
  copy(info.kind, device->kind);
  copy(info.architecture, device->architecture);
  copy(info.unit_kind, device->unit_kind);
  copy(info.pci_id, device->pci_id);
  copy(info.uuid, device->uuid);
  copy(info.serial, device->serial);
  copy(info.board_id, device->board_id);
  copy(info.package_id, device->package_id);
  copy(info.driver_version, device->driver_version);
  copy(info.slice_reason, device->slice);
  info.units = device->units;
  info.memory_bus_bits = device->memory_bus_bits;
  info.memory_bytes = device->memory_bytes;
  info.max_clock_hz = device->max_clock_hz;
  info.memory_transfers_per_s = device->memory_transfers_per_s;
  return deliver(info, out);
}

std::uint32_t benchmark_count(std::uint32_t device) {
  const sim::Device* found = find_device(device);
  return found != nullptr ? static_cast<std::uint32_t>(found->benchmarks.size()) : 0;
}

tpp_status benchmark_info(std::uint32_t device, std::uint32_t index, tpp_benchmark_info* out,
                          tpp_error* error) {
  const sim::Benchmark* benchmark = find_benchmark(device, index);
  if (benchmark == nullptr || out == nullptr) return no_benchmark(error, index);
  tpp_benchmark_info info = {};
  if (benchmark->generic) info.flags |= TPP_BENCHMARK_GENERIC;
  if (benchmark->emulated) info.flags |= TPP_BENCHMARK_EMULATED;
  if (benchmark->bytes_per_second > 0) info.flags |= TPP_BENCHMARK_BYTES;
  copy(info.kernel, benchmark->kernel);
  copy(info.subject, benchmark->subject);
  copy(info.accumulator, benchmark->accumulator);
  copy(info.unsupported_by, benchmark->unsupported_by);
  copy(info.reason, benchmark->reason);
  info.status = benchmark->unsupported_by.empty() ? TPP_OK : TPP_UNSUPPORTED;
  info.variants = info.status == TPP_OK ? benchmark->variants : 0;
  return deliver(info, out);
}

tpp_status prepare(const tpp_prepare_request* request, tpp_session** out, tpp_error* error) {
  return guarded(error, [&]() -> tpp_status {
    const sim::Benchmark* benchmark = find_benchmark(request->device, request->benchmark);
    if (benchmark == nullptr) return no_benchmark(error, request->benchmark);
    if (!benchmark->unsupported_by.empty()) {
      return report(error, TPP_UNSUPPORTED, benchmark->reason);
    }
    if (request->variant >= benchmark->variants) {
      return report(error, TPP_INVALID,
                    "sim: there is no variant number " + std::to_string(request->variant));
    }
    const sim::Device& device = *find_device(request->device);
    *out = new tpp_session{
        .device = device,
        .benchmark = *benchmark,
        .simulation = sim::Simulation(device, *benchmark, request->variant, request->seed)};
    return TPP_OK;
  });
}

tpp_status session_info(tpp_session* session, tpp_session_info* out, tpp_error* error) {
  return guarded(error, [&] {
    const sim::Benchmark& benchmark = session->benchmark;
    tpp_session_info info = {};
    info.units = session->device.units;
    copy(info.path, benchmark.path.empty() ? session->device.architecture + " " + benchmark.kernel +
                                                 " " + benchmark.subject
                                           : benchmark.path);
    const double amount = session->simulation.amount_per_repeat();
    (benchmark.bytes_per_second > 0 ? info.bytes_per_repeat : info.operations_per_repeat) = amount;
    return deliver(info, out);
  });
}

tpp_status run_batch(tpp_session* session, std::uint64_t repeats, tpp_batch_result* out,
                     tpp_error* error) {
  return guarded(error, [&]() -> tpp_status {
    if (repeats == 0) return report(error, TPP_INVALID, "sim: a batch of no repeats");
    const sim::Fault& fault = session->benchmark.fault;
    if (!session->ran) sim::strike(fault);
    if (fault.kind == sim::FaultKind::fails) return report(error, TPP_FAILED, fault.text);
    const sim::SimulatedBatch batch = session->simulation.run(repeats, opened->clock);
    session->ran = true;
    tpp_batch_result result = {};
    result.elapsed_ns = batch.device_ns;
    result.begin_ns = batch.begin_ns;
    result.end_ns = batch.end_ns;
    result.operations = batch.operations;
    result.bytes = batch.bytes;
    result.clock_hz = batch.clock_hz;
    result.unit_cycles = batch.unit_cycles;
    return deliver(result, out);
  });
}

tpp_status verify(tpp_session* session, const tpp_verify_request* request, tpp_verify_result* out,
                  tpp_error* error) {
  if (!session->ran) return report(error, TPP_INVALID, "sim: no batch has run yet");
  const auto check =
      sim::check_product(session->benchmark, (request->flags & TPP_VERIFY_CORRUPT) != 0);
  tpp_verify_result result = {};
  result.values = 256;
  result.max_error = check.max_error;
  result.error_bound = check.error_bound;
  return deliver(result, out);
}

void release(tpp_session* session) { delete session; }

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
