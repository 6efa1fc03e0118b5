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

// The precisions that either library could have, and what may come out. Operands of bf16 and fp16
// are summed in fp32, and 8-bit integers in 32 bits, as the instructions do it.
constexpr GemmFormat kFp64 = {"fp64", Element::f64, Element::f64, Element::f64};
constexpr GemmFormat kFp32 = {"fp32", Element::f32, Element::f32, Element::f32};
constexpr GemmFormat kFp16 = {"fp16", Element::f16, Element::f16, Element::f32};
constexpr GemmFormat kBf16 = {"bf16", Element::bf16, Element::bf16, Element::f32};
constexpr GemmFormat kBf16Rounded = {"bf16", Element::bf16, Element::bf16, Element::bf16};
constexpr GemmFormat kInt8 = {"int8", Element::u8, Element::i8, Element::i32};
constexpr const char* kSubjects[] = {"fp64", "fp32", "fp16", "bf16", "int8"};

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

// What to try, the one expected to be best first within a precision. A core's three blocks fit its
// second-level cache in the smaller shapes, which wins wherever the library packs little; the
// larger ones are for libraries and units (AMX) whose start of a call weighs more. OpenBLAS packs
// both operands in every call, which long rows and columns spread thinner. A bf16 product rounded
// to bf16 writes half as much: 0.6 % on a Zen 4.
struct Candidate {
  const GemmFormat* format;
  const Way* way;
  GemmShape shape;
};
constexpr Candidate kCandidates[] = {
    {&kFp64, &kOpenBlas, {768, 3072, 384}},     {&kFp64, &kOpenBlas, {1024, 2048, 1024}},
    {&kFp64, &kOpenBlas, {2048, 2048, 384}},    {&kFp64, &kOpenBlas, {768, 768, 768}},
    {&kFp32, &kMatmul, {256, 512, 512}},        {&kFp32, &kMatmul, {384, 384, 384}},
    {&kFp32, &kOneDnnSgemm, {384, 384, 384}},   {&kFp32, &kMatmul, {256, 256, 256}},
    {&kFp32, &kOpenBlas, {384, 384, 384}},      {&kFp32, &kOneDnnSgemm, {768, 768, 768}},
    {&kFp32, &kOpenBlas, {768, 768, 768}},      {&kFp16, &kMatmul, {512, 512, 512}},
    {&kFp16, &kMatmul, {1024, 1024, 1024}},     {&kBf16Rounded, &kMatmul, {512, 512, 512}},
    {&kBf16Rounded, &kMatmul, {384, 384, 384}}, {&kBf16, &kMatmul, {256, 512, 512}},
    {&kBf16, &kMatmul, {512, 512, 1024}},       {&kBf16, &kMatmul, {1024, 1024, 1024}},
    {&kInt8, &kMatmul, {512, 512, 1024}},       {&kInt8, &kMatmul, {512, 512, 2048}},
    {&kInt8, &kMatmul, {384, 384, 384}},        {&kInt8, &kMatmul, {256, 512, 512}},
    {&kInt8, &kMatmul, {1024, 1024, 1024}},
};

class GemmWorkload final : public Workload {
 public:
  GemmWorkload(const Candidate& candidate, const GemmLibraries& libraries, Team& team,
               const Preparation& preparation)
      : team_(team),
        operands_(*candidate.format, candidate.shape, team, preparation),
        routine_(candidate.way->make(libraries, operands_, team)) {}

  SessionInfo info() const override {
    const GemmShape& s = operands_.shape();
    const int rows = s.rows_per_core * operands_.cores();
    return {
        .units = static_cast<uint32_t>(operands_.cores()),
        .path = fmt::format("{} {}x{}x{}, {} rows a core{}", routine_->name(), rows, s.columns,
                            s.depth, s.rows_per_core, rounds_result() ? ", rounded to bf16" : ""),
        .operations_per_repeat = operands_.operations(),
        .bytes_per_repeat = 0,
        .working_set_bytes = operands_.bytes() + routine_->bytes(),
        .operations_per_clock = 0,
        .product = {static_cast<uint64_t>(rows), static_cast<uint64_t>(s.columns),
                    static_cast<uint64_t>(s.depth)}};
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
  bool rounds_result() const { return operands_.format().c == Element::bf16; }

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
bool widened(std::string_view subject, FeatureSet features) {
  if (subject != "bf16" && subject != "fp16") return false;
  return std::ranges::none_of(issue_kernels(), [&](const IssueKernel& kernel) {
    return kernel.precision == subject && features.has(kernel.needs);
  });
}

// Which candidates of a precision the libraries do; each way and format is asked for once.
class Availability {
 public:
  explicit Availability(const GemmLibraries& libraries) : libraries_(libraries) {}

  bool of(const Candidate& candidate) {
    const auto known = std::ranges::find_if(asked_, [&](const Asked& a) {
      return a.way == candidate.way && a.format == candidate.format;
    });
    if (known != asked_.end()) return known->available;
    std::string why;
    const bool available = candidate.way->available(libraries_, *candidate.format, why);
    if (!available) reasons_.push_back(why);
    asked_.push_back({candidate.way, candidate.format, available});
    return available;
  }

  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  struct Asked {
    const Way* way;
    const GemmFormat* format;
    bool available;
  };
  const GemmLibraries& libraries_;
  std::vector<Asked> asked_;
  std::vector<std::string> reasons_;
};

Benchmark benchmark_of(std::string_view subject, const GemmLibraries& libraries, Device& device) {
  Benchmark benchmark;
  benchmark.kernel = "gemm";
  benchmark.subject = subject;
  Availability available(libraries);
  for (const Candidate& candidate : kCandidates) {
    if (candidate.format->subject != subject || !available.of(candidate)) continue;
    benchmark.variants.push_back([&candidate, &libraries, &device](const Preparation& p) {
      return std::make_unique<GemmWorkload>(candidate, libraries, device.team(), p);
    });
  }
  if (benchmark.variants.empty()) mark_unsupported(benchmark, available.reasons());
  if (widened(subject, device.features)) benchmark.flags |= TPP_BENCHMARK_EMULATED;
  return benchmark;
}

GemmLibraries load_libraries(const Device& device) {
  GemmLibraries libraries;
  const bool forced = !device.isa_option.empty();
  libraries.onednn = OneDnn::load(device.features, forced, libraries.onednn_absent);
  libraries.openblas = OpenBlas::load(device.features, forced, libraries.openblas_absent);
  return libraries;
}

}  // namespace

std::vector<Benchmark> gemm_benchmarks_with(const GemmLibraries& libraries, Device& device) {
  std::vector<Benchmark> benchmarks;
  for (const char* subject : kSubjects) {
    benchmarks.push_back(benchmark_of(subject, libraries, device));
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
