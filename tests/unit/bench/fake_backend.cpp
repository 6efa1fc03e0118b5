#include "tests/unit/bench/fake_backend.h"

#include <cstdio>

struct tpp_session {
  tpp::bench::FakeBenchmark benchmark;
  std::uint32_t variant;
  int batches = 0;
};

namespace tpp::bench {
namespace {

FakeState state;

bool counts_bytes(const FakeBenchmark& benchmark) {
  return (benchmark.flags & TPP_BENCHMARK_BYTES) != 0;
}

tpp_status said(tpp_status status, tpp_error* error) {
  if (status != TPP_OK && error != nullptr) {
    std::snprintf(error->message, sizeof error->message, "the fake says so");
  }
  return status;
}

tpp_status device_info(std::uint32_t, tpp_device_info* out, tpp_error*) {
  out->flags = state.device_flags;
  std::snprintf(out->id, sizeof out->id, "fake:0");
  std::snprintf(out->kind, sizeof out->kind, "gpu");
  out->units = state.units;
  return TPP_OK;
}

tpp_status benchmark_info(std::uint32_t, std::uint32_t index, tpp_benchmark_info* out, tpp_error*) {
  const FakeBenchmark& benchmark = state.benchmarks.at(index);
  std::snprintf(out->kernel, sizeof out->kernel, "%s", benchmark.kernel.c_str());
  std::snprintf(out->subject, sizeof out->subject, "%s", benchmark.subject.c_str());
  std::snprintf(out->accumulator, sizeof out->accumulator, "%s", benchmark.accumulator.c_str());
  out->flags = benchmark.flags;
  out->status = benchmark.status;
  out->variants = benchmark.variants;
  if (benchmark.status != TPP_OK) {
    std::snprintf(out->unsupported_by, sizeof out->unsupported_by, "hardware");
    std::snprintf(out->reason, sizeof out->reason, "no such instruction");
  }
  return TPP_OK;
}

tpp_status prepare(const tpp_prepare_request* request, tpp_session** out, tpp_error* error) {
  state.last_fill = request->fill;
  const tpp_status status = state.prepare(request->variant);
  if (status != TPP_OK) return said(status, error);
  ++state.prepared;
  *out = new tpp_session{.benchmark = state.benchmarks.at(request->benchmark),
                         .variant = request->variant};
  return TPP_OK;
}

tpp_status session_info(tpp_session* session, tpp_session_info* out, tpp_error*) {
  out->units = state.units;
  std::snprintf(out->path, sizeof out->path, "fake variant %u", session->variant);
  (counts_bytes(session->benchmark) ? out->bytes_per_repeat : out->operations_per_repeat) =
      state.operations_per_repeat;
  out->working_set_bytes = state.working_set_bytes;
  out->operations_per_clock = state.operations_per_clock;
  out->product_m = state.product[0];
  out->product_n = state.product[1];
  out->product_k = state.product[2];
  out->flags = state.session_flags(session->variant);
  return TPP_OK;
}

tpp_status run_batch(tpp_session* session, std::uint64_t repeats, tpp_batch_result* out,
                     tpp_error* error) {
  const FakeCall call = {.variant = session->variant,
                         .repeats = repeats,
                         .batch = session->batches++,
                         .claimed_s = state.claimed_s};
  ++state.batches;
  if (const tpp_status status = state.run(call)) return said(status, error);
  const double seconds = state.repeat_s * static_cast<double>(repeats);
  const double amount = state.operations_per_repeat * static_cast<double>(repeats);
  (counts_bytes(session->benchmark) ? out->bytes : out->operations) = amount;
  out->elapsed_ns = seconds * 1e9;
  out->begin_ns = 1'000'000'000;
  out->clock_hz = state.clock_hz;
  out->unit_cycles = seconds * state.clock_hz;
  state.change(call, *out);
  if (out->end_ns == 0) {
    out->end_ns = out->begin_ns;
    if (out->elapsed_ns > 0) out->end_ns += static_cast<std::uint64_t>(out->elapsed_ns);
  }
  state.claimed_s += static_cast<double>(out->end_ns - out->begin_ns) * 1e-9;
  return TPP_OK;
}

tpp_status verify(tpp_session*, const tpp_verify_request* request, tpp_verify_result* out,
                  tpp_error*) {
  ++state.checks;
  out->values = state.values;
  out->max_error = (request->flags & TPP_VERIFY_CORRUPT) != 0 ? 1.0 : state.error;
  out->error_bound = state.error_bound;
  return TPP_OK;
}

void release(tpp_session* session) {
  ++state.released;
  delete session;
}

}  // namespace

FakeState& reset_fake() {
  state = FakeState();
  return state;
}

const tpp_backend_api& fake_table() {
  static const tpp_backend_api table = {
      .struct_size = sizeof(tpp_backend_api),
      .abi_major = TPP_BACKEND_ABI_MAJOR,
      .abi_minor = TPP_BACKEND_ABI_MINOR,
      .reserved = 0,
      .name = "fake",
      .version = "fake-1",
      .open = [](const tpp_open_options*, tpp_error*) -> tpp_status { return TPP_OK; },
      .close = [] {},
      .device_count = []() -> std::uint32_t { return 1; },
      .device_info = device_info,
      .benchmark_count = [](std::uint32_t) -> std::uint32_t {
        return static_cast<std::uint32_t>(state.benchmarks.size());
      },
      .benchmark_info = benchmark_info,
      .prepare = prepare,
      .session_info = session_info,
      .run_batch = run_batch,
      .verify = verify,
      .release = release,
      .visibility_variable = "FAKE_VISIBLE_DEVICES",
      .visibility_vendor = "Fake",
  };
  return table;
}

}  // namespace tpp::bench
