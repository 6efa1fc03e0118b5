// Prints what a loaded CPU module reaches: rate per clock and unit, clock, error, for every row and
// variant. For people at work on the loops; the program that decides what a measurement is, is
// tpp-bench.
//
//   cpu_rates MODULE.so [--isa=LEVEL] [--zeros] [FILTER]
#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "kernels/tpp_backend.h"

namespace {

constexpr int kBatches = 31;
constexpr double kBatchNs = 5e6;

struct Options {
  std::string module;
  std::string isa;
  std::string filter;
  uint32_t fill = TPP_FILL_NORMAL;
};

tpp_error error{sizeof(tpp_error), {}};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void measure(const tpp_backend_api& api, tpp_session* session) {
  tpp_session_info info{};
  info.struct_size = sizeof info;
  api.session_info(session, &info, &error);
  std::vector<double> per_clock;
  std::vector<double> per_second;
  std::vector<double> clock;
  uint64_t repeats = 1;
  for (int i = 0; i < kBatches + 8; ++i) {
    tpp_batch_result batch{};
    batch.struct_size = sizeof batch;
    if (api.run_batch(session, repeats, &batch, &error) != TPP_OK) {
      fmt::print("  failed: {}\n", error.message);
      return;
    }
    const double scale = kBatchNs / batch.elapsed_ns;
    if (i < 8) {  // warm up and find the length
      repeats = std::max<uint64_t>(1, static_cast<uint64_t>(static_cast<double>(repeats) * scale));
      continue;
    }
    const double amount = batch.operations + batch.bytes;
    per_clock.push_back(amount / info.units / batch.unit_cycles);
    per_second.push_back(amount / batch.elapsed_ns);
    clock.push_back(batch.clock_hz * 1e-9);
  }
  tpp_verify_request request{sizeof(tpp_verify_request), 0, 1};
  tpp_verify_result good{sizeof(tpp_verify_result), 0, 0, 0};
  tpp_verify_result bad = good;
  api.verify(session, &request, &good, &error);
  request.flags = TPP_VERIFY_CORRUPT;
  api.verify(session, &request, &bad, &error);
  const auto [low, high] = std::minmax_element(per_clock.begin(), per_clock.end());
  fmt::print(
      "  {:9.3f} /clk/unit [{:.3f} {:.3f}] {:9.2f} G/s {:.3f} GHz  error {:.2g} <= {:.2g} ({} "
      "values){}  {}\n",
      median(per_clock), *low, *high, median(per_second), median(clock), good.max_error,
      good.error_bound, good.values, bad.max_error > bad.error_bound ? "" : " CORRUPTION NOT SEEN",
      info.path);
}

void measure_all(const tpp_backend_api& api, const Options& options) {
  for (uint32_t device = 0; device < api.device_count(); ++device) {
    tpp_device_info info{};
    info.struct_size = sizeof info;
    api.device_info(device, &info, &error);
    fmt::print("{} {} {} units {} slice '{}' max clock {:.3g} memory {}\n", info.id, info.vendor,
               info.name, info.units, info.slice_reason, info.max_clock_hz, info.memory_bytes);
    for (uint32_t b = 0; b < api.benchmark_count(device); ++b) {
      tpp_benchmark_info benchmark{};
      benchmark.struct_size = sizeof benchmark;
      api.benchmark_info(device, b, &benchmark, &error);
      const std::string name = fmt::format("{}/{}", benchmark.kernel, benchmark.subject);
      if (name.find(options.filter) == std::string::npos) continue;
      fmt::print(
          "{}{}{}\n", name, benchmark.flags & TPP_BENCHMARK_GENERIC ? " (generic)" : "",
          benchmark.status == TPP_OK
              ? ""
              : fmt::format(" unsupported by {}: {}", benchmark.unsupported_by, benchmark.reason));
      for (uint32_t v = 0; benchmark.status == TPP_OK && v < benchmark.variants; ++v) {
        const tpp_prepare_request request{
            sizeof(tpp_prepare_request), device, b, v, options.fill, 42, 0};
        tpp_session* session = nullptr;
        if (api.prepare(&request, &session, &error) != TPP_OK) {
          fmt::print("  {}\n", error.message);
          continue;
        }
        measure(api, session);
        api.release(session);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--isa=", 0) == 0) {
      options.isa = word.substr(6);
    } else if (word == "--zeros") {
      options.fill = TPP_FILL_ZEROS;
    } else if (options.module.empty()) {
      options.module = word;
    } else {
      options.filter = word;
    }
  }
  void* const library = dlopen(options.module.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    fmt::print(stderr, "cannot load {}: {}\n", options.module, dlerror());
    return 1;
  }
  const auto query =
      reinterpret_cast<tpp_backend_query_function>(dlsym(library, "tpp_backend_query"));
  const tpp_backend_api& api = *query(TPP_BACKEND_ABI_MAJOR, TPP_BACKEND_ABI_MINOR);
  const char* const names[] = {"isa"};
  const char* const values[] = {options.isa.c_str()};
  const tpp_open_options open{sizeof(tpp_open_options), options.isa.empty() ? 0u : 1u, names,
                              values};
  if (api.open(&open, &error) != TPP_OK) {
    fmt::print(stderr, "{}\n", error.message);
    return 1;
  }
  measure_all(api, options);
  api.close();
}
