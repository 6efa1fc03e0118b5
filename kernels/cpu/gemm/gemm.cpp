#include "kernels/cpu/gemm/gemm.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>

#include "kernels/cpu/device.h"
#include "kernels/cpu/gemm/product_check.h"
#include "kernels/cpu/issue_kernel.h"

namespace tpp::cpu {
namespace {

// The precisions that either library could have. Operands of bf16 and fp16 are summed in fp32, and
// 8-bit integers in 32 bits, as the instructions do it.
constexpr GemmFormat kFormats[] = {
    {"fp64", Element::f64, Element::f64, Element::f64},
    {"fp32", Element::f32, Element::f32, Element::f32},
    {"fp16", Element::f16, Element::f16, Element::f32},
    {"bf16", Element::bf16, Element::bf16, Element::f32},
    {"int8", Element::u8, Element::i8, Element::i32},
};

// A way to have a product computed, and whether a library will do it.
struct Way {
  const char* name;  // "matmul"
  bool (*available)(const GemmLibraries&, const GemmFormat&, std::string& why);
  std::unique_ptr<Routine> (*make)(const GemmLibraries&, const Operands&, Team&);
};

template <OneDnn::Method kMethod>
bool onednn_available(const GemmLibraries& libraries, const GemmFormat& format, std::string& why) {
  if (libraries.onednn) return libraries.onednn->supports(kMethod, format, why);
  why = libraries.onednn_absent;
  return false;
}

template <OneDnn::Method kMethod>
std::unique_ptr<Routine> make_onednn(const GemmLibraries& libraries, const Operands& operands,
                                     Team& team) {
  return libraries.onednn->make(kMethod, operands, team);
}

bool openblas_available(const GemmLibraries& libraries, const GemmFormat& format,
                        std::string& why) {
  if (!libraries.openblas) {
    why = libraries.openblas_absent;
    return false;
  }
  if (libraries.openblas->supports(format)) return true;
  why = fmt::format("{} has no {} product", libraries.openblas->name, format.subject);
  return false;
}

std::unique_ptr<Routine> make_openblas(const GemmLibraries& libraries, const Operands& operands,
                                       Team&) {
  return OpenBlas::make(*libraries.openblas, operands);
}

constexpr Way kMatmul = {"oneDNN matmul", onednn_available<OneDnn::Method::matmul>,
                         make_onednn<OneDnn::Method::matmul>};
constexpr Way kOneDnnSgemm = {"oneDNN sgemm", onednn_available<OneDnn::Method::sgemm>,
                              make_onednn<OneDnn::Method::sgemm>};
constexpr Way kOpenBlas = {"OpenBLAS", openblas_available, make_openblas};

// Ways and shapes to try, the one expected to be best first within a precision. A core's three
// blocks fit its second-level cache in the smaller shapes, which wins wherever the library packs
// little; the larger ones are for libraries and units (AMX) whose start of a call weighs more.
// OpenBLAS packs both operands in every call, which long rows and columns spread thinner.
struct Candidate {
  const char* subject;
  const Way* way;
  GemmShape shape;
};
constexpr Candidate kCandidates[] = {
    {"fp64", &kOpenBlas, {768, 3072, 384}},   {"fp64", &kOpenBlas, {2048, 2048, 384}},
    {"fp64", &kOpenBlas, {1024, 2048, 1024}}, {"fp64", &kOpenBlas, {768, 768, 768}},
    {"fp32", &kMatmul, {384, 384, 384}},      {"fp32", &kOneDnnSgemm, {384, 384, 384}},
    {"fp32", &kOpenBlas, {384, 384, 384}},    {"fp32", &kMatmul, {256, 256, 256}},
    {"fp32", &kOneDnnSgemm, {768, 768, 768}}, {"fp32", &kOpenBlas, {768, 768, 768}},
    {"fp16", &kMatmul, {512, 512, 512}},      {"fp16", &kMatmul, {1024, 1024, 1024}},
    {"bf16", &kMatmul, {512, 512, 512}},      {"bf16", &kMatmul, {256, 256, 256}},
    {"bf16", &kMatmul, {384, 384, 384}},      {"bf16", &kMatmul, {1024, 1024, 1024}},
    {"int8", &kMatmul, {512, 512, 512}},      {"int8", &kMatmul, {384, 384, 384}},
    {"int8", &kMatmul, {256, 256, 256}},      {"int8", &kMatmul, {512, 512, 2048}},
    {"int8", &kMatmul, {1024, 1024, 1024}},
};

class GemmWorkload final : public Workload {
 public:
  GemmWorkload(const Candidate& candidate, const GemmFormat& format, const GemmLibraries& libraries,
               std::pair<Team&, const Preparation&> on)
      : team_(on.first),
        operands_(format, candidate.shape, on.first, on.second),
        routine_(candidate.way->make(libraries, operands_, on.first)) {}

  SessionInfo info() const override {
    const GemmShape& s = operands_.shape();
    return {.units = static_cast<uint32_t>(operands_.cores()),
            .path = fmt::format("{} {}x{}x{}, {} rows a core", routine_->name(),
                                s.rows_per_core * operands_.cores(), s.columns, s.depth,
                                s.rows_per_core),
            .operations_per_repeat = operands_.operations(),
            .bytes_per_repeat = 0,
            .working_set_bytes = operands_.bytes() + routine_->bytes()};
  }

  Batch run_batch(uint64_t repeats) override {
    operands_.spoil(team_, ++batches_);
    std::atomic<bool> failed{false};
    // One slice: reading the clock between calls would cost more of them than it tells.
    const TeamTiming timing = team_.run_timed(1, [&](int core, int) {
      for (uint64_t i = 0; i < repeats; ++i) {
        if (!routine_->multiply(core)) failed = true;
      }
    });
    if (failed) {
      throw Failure(TPP_FAILED,
                    fmt::format("{} reported an error while it multiplied", info().path));
    }
    return {.elapsed_ns = timing.elapsed_ns,
            .begin_ns = timing.begin_ns,
            .end_ns = timing.end_ns,
            .operations = operands_.operations() * static_cast<double>(repeats),
            .bytes = 0,
            .clock_hz = timing.clock_hz,
            .unit_cycles = timing.unit_cycles};
  }

  Verification verify(uint64_t seed, bool corrupt) override {
    if (batches_ == 0) throw Failure(TPP_INVALID, "verify: no batch has run in this session");
    return check_product(operands_, team_, seed, corrupt);
  }

 private:
  Team& team_;
  Operands operands_;
  std::unique_ptr<Routine> routine_;
  uint64_t batches_ = 0;
};

// What none of a precision's ways can do, in one line.
void mark_unsupported(Benchmark& benchmark, const std::vector<std::string>& reasons) {
  benchmark.unsupported_by = "library";
  for (const std::string& reason : reasons) {
    if (benchmark.reason.find(reason) != std::string::npos) continue;
    benchmark.reason += benchmark.reason.empty() ? reason : "; " + reason;
  }
}

// oneDNN takes bf16 products on CPUs without bf16 instructions and widens them to fp32: what runs
// there is not a product of 16 bits.
bool widened(const GemmFormat& format, FeatureSet features) {
  if (format.a != Element::bf16 && format.a != Element::f16) return false;
  return std::ranges::none_of(issue_kernels(), [&](const IssueKernel& kernel) {
    return std::string_view(kernel.precision) == format.subject && features.has(kernel.needs);
  });
}

Benchmark benchmark_of(const GemmFormat& format, const GemmLibraries& libraries, Device& device) {
  Benchmark benchmark;
  benchmark.kernel = "gemm";
  benchmark.subject = format.subject;
  std::vector<std::string> reasons;
  std::vector<std::pair<const Way*, bool>> asked;  // each way once
  for (const Candidate& candidate : kCandidates) {
    if (format.subject != std::string_view(candidate.subject)) continue;
    auto known = std::find_if(asked.begin(), asked.end(),
                              [&](const auto& a) { return a.first == candidate.way; });
    if (known == asked.end()) {
      std::string why;
      const bool available = candidate.way->available(libraries, format, why);
      if (!available) reasons.push_back(why);
      known = asked.insert(asked.end(), {candidate.way, available});
    }
    if (!known->second) continue;
    benchmark.variants.push_back([&candidate, &format, &libraries, &device](const Preparation& p) {
      return std::make_unique<GemmWorkload>(candidate, format, libraries,
                                            std::pair<Team&, const Preparation&>(device.team(), p));
    });
  }
  if (benchmark.variants.empty()) mark_unsupported(benchmark, reasons);
  if (widened(format, device.features)) benchmark.flags |= TPP_BENCHMARK_EMULATED;
  return benchmark;
}

GemmLibraries load_libraries(const Device& device) {
  GemmLibraries libraries;
  libraries.onednn =
      OneDnn::load(device.features, !device.isa_option.empty(), libraries.onednn_absent);
  libraries.openblas = OpenBlas::load(device.features, libraries.openblas_absent);
  return libraries;
}

}  // namespace

std::vector<Benchmark> gemm_benchmarks_with(const GemmLibraries& libraries, Device& device) {
  std::vector<Benchmark> benchmarks;
  for (const GemmFormat& format : kFormats) {
    benchmarks.push_back(benchmark_of(format, libraries, device));
  }
  return benchmarks;
}

std::vector<Benchmark> gemm_benchmarks(Device& device) {
  // Libraries read their settings once, when they are loaded; sockets of one node have the same
  // features.
  static const GemmLibraries libraries = load_libraries(device);
  return gemm_benchmarks_with(libraries, device);
}

}  // namespace tpp::cpu
