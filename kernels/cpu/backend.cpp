// The C boundary of the CPU backend (kernels/tpp_backend.h): devices and benchmarks in, status and
// text out. Nothing is measured or decided here, and nothing is thrown across.
#include <memory>
#include <string>
#include <vector>

#include "kernels/cpp_boundary.h"
#include "kernels/cpu/device.h"
#include "kernels/cpu/workload.h"
#include "kernels/tpp_backend.h"

struct tpp_session {
  std::unique_ptr<tpp::cpu::Workload> workload;
};

namespace tpp::cpu {
namespace {

// Devices and their benchmarks. Benchmarks refer to devices, which therefore stay where they are.
struct Opened {
  std::vector<Device> devices;
  std::vector<std::vector<Benchmark>> benchmarks;  // one list a device
};
// Not destroyed when the process exits without close: a thread that hangs must not hold up the
// exit.
Opened* opened = nullptr;

using boundary::give;
using boundary::set_text;
using boundary::take;
constexpr boundary::Guard guarded{"cpu"};

Opened& state() {
  if (opened == nullptr) throw Failure(TPP_INVALID, "cpu: called before open or after close");
  return *opened;
}

Device& device_at(uint32_t device) {
  if (device >= state().devices.size()) {
    throw Failure(TPP_INVALID, "cpu: no device number " + std::to_string(device));
  }
  return state().devices[device];
}

Benchmark& benchmark_at(uint32_t device, uint32_t benchmark) {
  device_at(device);
  std::vector<Benchmark>& list = state().benchmarks[device];
  if (benchmark >= list.size()) {
    throw Failure(TPP_INVALID, "cpu: no benchmark number " + std::to_string(benchmark));
  }
  return list[benchmark];
}

Workload& workload_of(tpp_session* session) {
  if (session == nullptr) throw Failure(TPP_INVALID, "cpu: no session (null pointer)");
  return *session->workload;
}

tpp_status open_backend(const tpp_open_options* options, tpp_error* error) noexcept {
  return guarded(error, [&] {
    const tpp_open_options given = options == nullptr ? tpp_open_options{} : take(options);
    std::string isa;
    for (uint32_t i = 0; i < given.option_count; ++i) {
      const std::string name = given.option_names[i];
      if (name != "isa") throw Failure(TPP_INVALID, "cpu: unknown option " + name + "; known: isa");
      isa = given.option_values[i];
      if (isa.empty()) throw Failure(TPP_INVALID, "cpu: option isa has no value");
    }
    auto fresh = std::make_unique<Opened>();
    fresh->devices = find_devices(isa);
    for (Device& device : fresh->devices) {
      std::vector<Benchmark>& list = fresh->benchmarks.emplace_back();
      for (BenchmarkFamily family : benchmark_families()) {
        for (Benchmark& benchmark : family(device)) list.push_back(std::move(benchmark));
      }
    }
    delete opened;
    opened = fresh.release();
  });
}

void close_backend() noexcept {
  delete opened;
  opened = nullptr;
}

uint32_t device_count() noexcept {
  return opened != nullptr ? static_cast<uint32_t>(opened->devices.size()) : 0;
}

tpp_status device_info(uint32_t index, tpp_device_info* out, tpp_error* error) noexcept {
  return guarded(error, [&] {
    const Device& device = device_at(index);
    tpp_device_info info{};
    info.flags = TPP_DEVICE_TIMER_IS_HOST;
    if (!device.slice_reason.empty()) info.flags |= TPP_DEVICE_SLICE;
    if (!device.isa_option.empty()) info.flags |= TPP_DEVICE_FORCED;
    set_text(info.id, device.id);
    set_text(info.name, device.name);
    set_text(info.vendor, device.vendor);
    set_text(info.kind, "cpu");
    set_text(info.architecture, device.architecture);
    set_text(info.unit_kind, "core");
    set_text(info.package_id, "cpu:" + std::to_string(device.socket.package));
    set_text(info.slice_reason, device.slice_reason);
    info.units = static_cast<uint32_t>(device.socket.cpus.size());
    info.memory_bytes = device.memory_bytes;
    info.max_clock_hz = device.socket.max_clock_hz;
    give(info, out);
  });
}

uint32_t benchmark_count(uint32_t device) noexcept {
  if (opened == nullptr || device >= opened->benchmarks.size()) return 0;
  return static_cast<uint32_t>(opened->benchmarks[device].size());
}

tpp_status benchmark_info(uint32_t device, uint32_t index, tpp_benchmark_info* out,
                          tpp_error* error) noexcept {
  return guarded(error, [&] {
    const Benchmark& benchmark = benchmark_at(device, index);
    tpp_benchmark_info info{};
    info.flags = benchmark.flags;
    set_text(info.kernel, benchmark.kernel);
    set_text(info.subject, benchmark.subject);
    set_text(info.accumulator, benchmark.accumulator);
    info.status = benchmark.variants.empty() ? TPP_UNSUPPORTED : TPP_OK;
    set_text(info.unsupported_by, benchmark.unsupported_by);
    set_text(info.reason, benchmark.reason);
    info.variants = static_cast<uint32_t>(benchmark.variants.size());
    give(info, out);
  });
}

tpp_status prepare(const tpp_prepare_request* request, tpp_session** out,
                   tpp_error* error) noexcept {
  return guarded(error, [&] {
    const tpp_prepare_request asked = take(request);
    if (out == nullptr) throw Failure(TPP_INVALID, "cpu: no room for a session (null pointer)");
    Benchmark& benchmark = benchmark_at(asked.device, asked.benchmark);
    if (benchmark.variants.empty()) throw Failure(TPP_UNSUPPORTED, "cpu: " + benchmark.reason);
    if (asked.variant >= benchmark.variants.size()) {
      throw Failure(TPP_INVALID, "cpu: " + benchmark.kernel + "/" + benchmark.subject +
                                     " has no variant number " + std::to_string(asked.variant));
    }
    if (asked.fill != TPP_FILL_NORMAL && asked.fill != TPP_FILL_ZEROS) {
      throw Failure(TPP_INVALID, "cpu: no fill number " + std::to_string(asked.fill));
    }
    Preparation preparation;
    preparation.zeros = asked.fill == TPP_FILL_ZEROS;
    preparation.seed = asked.seed;
    preparation.memory_limit_bytes = asked.memory_limit_bytes;
    auto session = std::make_unique<tpp_session>();
    session->workload = benchmark.variants[asked.variant](preparation);
    *out = session.release();
  });
}

tpp_status session_info(tpp_session* session, tpp_session_info* out, tpp_error* error) noexcept {
  return guarded(error, [&] {
    const SessionInfo info = workload_of(session).info();
    tpp_session_info result{};
    result.units = info.units;
    set_text(result.path, info.path);
    result.operations_per_repeat = info.operations_per_repeat;
    result.bytes_per_repeat = info.bytes_per_repeat;
    result.working_set_bytes = info.working_set_bytes;
    result.operations_per_clock = info.operations_per_clock;
    result.product_m = info.product[0];
    result.product_n = info.product[1];
    result.product_k = info.product[2];
    give(result, out);
  });
}

tpp_status run_batch(tpp_session* session, uint64_t repeats, tpp_batch_result* out,
                     tpp_error* error) noexcept {
  return guarded(error, [&] {
    if (repeats == 0) throw Failure(TPP_INVALID, "cpu: a batch of 0 repeats");
    const Batch batch = workload_of(session).run_batch(repeats);
    tpp_batch_result result{};
    result.elapsed_ns = batch.elapsed_ns;
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
    const tpp_verify_request asked = take(request);
    const bool corrupt = (asked.flags & TPP_VERIFY_CORRUPT) != 0;
    const Verification verification = workload_of(session).verify(asked.seed, corrupt);
    tpp_verify_result result{};
    result.values = verification.values;
    result.max_error = verification.max_error;
    result.error_bound = verification.error_bound;
    give(result, out);
  });
}

void release(tpp_session* session) noexcept { delete session; }

constexpr tpp_backend_api kApi = {
    sizeof(tpp_backend_api),
    TPP_BACKEND_ABI_MAJOR,
    TPP_BACKEND_ABI_MINOR,
    0,
    "cpu",
    "1",
    open_backend,
    close_backend,
    device_count,
    device_info,
    benchmark_count,
    benchmark_info,
    prepare,
    session_info,
    run_batch,
    verify,
    release,
};

}  // namespace
}  // namespace tpp::cpu

// A host of another major version learns ours from the first four members and stops there.
const tpp_backend_api* tpp_backend_query(uint32_t, uint32_t) { return &tpp::cpu::kApi; }
