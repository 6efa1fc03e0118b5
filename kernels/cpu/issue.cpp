#include "kernels/cpu/issue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <random>

#include "kernels/cpu/device.h"
#include "kernels/cpu/reference.h"
#include "kernels/cpu/team.h"

namespace tpp::cpu {
namespace {

// Iterations of one repeat: 10 us for vector loops at 3 GHz, 90 us for tiles.
constexpr uint64_t kIterationsPerRepeat = 1024;

// Equal slices leave a remainder of iterations out, and each ends with a sweep more than its
// iterations make. What a batch counts is what was done; these two keep that within 0.01 % and one
// repeat of what was asked for, which the host holds it to.
constexpr uint64_t kLargestRemainder = 10'000;  // iterations over those left out
constexpr uint64_t kMostSlices = 2 * kIterationsPerRepeat;

// Values checked are those of at most this many threads.
constexpr int kSampledThreads = 8;

struct FreeDeleter {
  void operator()(void* p) const { std::free(p); }
};
using Memory = std::unique_ptr<char, FreeDeleter>;

// Zeroed, on pages of its own so that no two cores share a line.
Memory allocate(std::size_t bytes) {
  constexpr std::size_t kPage = 4096;
  const std::size_t rounded = (bytes + kPage - 1) / kPage * kPage;
  Memory memory(static_cast<char*>(std::aligned_alloc(kPage, rounded)));
  if (!memory) throw std::bad_alloc();
  std::memset(memory.get(), 0, rounded);
  return memory;
}

// Random normal values of a format. Real ones stay away from zero (|x| >= 2^-6, 1.2 % are drawn
// again), so that products are normal numbers in every format; 8-bit ones are spread over the
// range, without -128, whose negative does not exist.
class Fill {
 public:
  Fill(uint64_t seed, bool zeros) : generator_(seed), zeros_(zeros) {}

  void fill(Element element, char* to, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; i += bytes_of(element))
      encode(element, next(element), to + i);
  }

 private:
  double next(Element element) {
    if (zeros_) return 0;
    constexpr double kSpread = 42;  // three standard deviations fill 8 bits
    if (element == Element::i8) return std::max(-127.0, kSpread * normal_(generator_));
    if (element == Element::u8) return 128 + kSpread * normal_(generator_);
    constexpr double kLeast = 1.0 / 64;
    double value = 0;
    while (std::fabs(value) < kLeast) value = normal_(generator_);
    return value;
  }

  std::mt19937_64 generator_;
  std::normal_distribution<double> normal_;
  bool zeros_;
};

void negate(Element element, const char* from, char* to, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; i += bytes_of(element)) {
    encode(element, -decode(element, from + i), to + i);
  }
}

// |difference| / magnitude; a NaN and any difference from a product of zeros count as infinity.
double relative_error(double value, const ReferenceValue& reference) {
  const long double difference = std::fabs(static_cast<long double>(value) - reference.value);
  if (difference == 0) return 0;
  const long double error = difference / reference.magnitude;
  return error < INFINITY ? static_cast<double>(error) : INFINITY;
}

// What one thread works on.
struct ThreadData {
  Memory operands;      // a0, a1, b0, b1
  Memory accumulators;  // of the last slice
  Memory first;         // of the first slice of the batch
  bool slices_agree = true;
};

class IssueWorkload final : public Workload {
 public:
  IssueWorkload(const IssueKernel& kernel, Team& team, const Preparation& preparation)
      : kernel_(kernel),
        team_(team),
        register_bytes_(register_bytes_of(kernel)),
        accumulator_bytes_(accumulator_bytes_of(kernel, register_bytes_)) {
    for (int thread = 0; thread < team.size(); ++thread) {
      // Threads get different data; odd multiplier of 2^64 / golden ratio spreads the seeds.
      Fill random(preparation.seed + 0x9e3779b97f4a7c15u * static_cast<uint64_t>(thread + 1),
                  preparation.zeros);
      Memory operands = allocate(4 * register_bytes_);
      random.fill(kernel.a, a(operands.get()), register_bytes_);
      negate(kernel.a, a(operands.get()), operands.get() + register_bytes_, register_bytes_);
      random.fill(kernel.b, b(operands.get(), 0), register_bytes_);
      random.fill(kernel.b, b(operands.get(), 1), register_bytes_);
      const std::size_t stored = chains() * accumulator_bytes_;
      threads_.push_back({std::move(operands), allocate(stored), allocate(stored)});
    }
  }

  SessionInfo info() const override {
    SessionInfo info;
    info.units = static_cast<uint32_t>(team_.size());
    info.path = kernel_.needs == Feature::portable
                    ? std::string("portable C++ loop, operands in cache")
                    : fmt::format("assembly loop, {}{}, {} accumulators, operands in registers",
                                  kernel_.isa, width(), kernel_.accumulators);
    if (kernel_.instructions_per_clock > 0) {
      info.path += fmt::format("; cores issue at most {} a clock", kernel_.instructions_per_clock);
      info.operations_per_clock =
          kernel_.instructions_per_clock * operations_per_instruction(kernel_, register_bytes_);
    }
    info.operations_per_repeat = 2 * static_cast<double>(kIterationsPerRepeat) * per_sweep();
    info.working_set_bytes =
        static_cast<uint64_t>(team_.size()) * (4 * register_bytes_ + chains() * accumulator_bytes_);
    return info;
  }

  Batch run_batch(uint64_t repeats) override {
    const uint64_t slices = slices_for(repeats);
    const uint64_t iterations = repeats * kIterationsPerRepeat / slices;
    const TeamTiming timing = team_.run_timed(static_cast<int>(slices), [&](int thread, int slice) {
      run_slice(threads_[static_cast<std::size_t>(thread)], iterations, slice == 0);
    });
    ns_per_repeat_ = timing.elapsed_ns / static_cast<double>(repeats);
    Batch batch;
    batch.elapsed_ns = timing.elapsed_ns;
    batch.begin_ns = timing.begin_ns;
    batch.end_ns = timing.end_ns;
    batch.operations =
        static_cast<double>(slices) * (2 * static_cast<double>(iterations) + 1) * per_sweep();
    batch.clock_hz = timing.clock_hz;
    batch.unit_cycles = timing.unit_cycles;
    return batch;
  }

  Verification verify(uint64_t seed, bool corrupt) override {
    if (ns_per_repeat_ == 0) throw Failure(TPP_INVALID, "verify: no batch has run in this session");
    std::vector<int> threads(static_cast<std::size_t>(team_.size()));
    for (std::size_t i = 0; i < threads.size(); ++i) threads[i] = static_cast<int>(i);
    std::vector<int> sampled;
    std::mt19937_64 generator(seed);
    std::sample(threads.begin(), threads.end(), std::back_inserter(sampled), kSampledThreads,
                generator);
    Verification result;
    result.error_bound = error_bound(kernel_, register_bytes_);
    for (const ThreadData& data : threads_) {
      if (!data.slices_agree) result.max_error = INFINITY;
    }
    for (int thread : sampled) {
      verify_thread(static_cast<std::size_t>(thread), corrupt && thread == sampled.front(), result);
    }
    return result;
  }

 private:
  static char* a(char* operands) { return operands; }
  char* b(char* operands, int which) const {
    return operands + static_cast<std::size_t>(2 + which) * register_bytes_;
  }
  std::size_t chains() const { return static_cast<std::size_t>(kernel_.accumulators); }

  // Equal slices (team.h) of about 60 us, as far as is known how long a repeat takes: long enough
  // that entering and leaving the loop is 0.1 %.
  uint64_t slices_for(uint64_t repeats) const {
    constexpr double kSliceNs = 6e4;
    const double wanted = static_cast<double>(repeats) * ns_per_repeat_ / kSliceNs;
    const auto limit = static_cast<double>(std::min(repeats, kMostSlices));
    auto slices = static_cast<uint64_t>(std::clamp(wanted, 1.0, limit));
    const uint64_t iterations = repeats * kIterationsPerRepeat;
    while (iterations % slices > iterations / kLargestRemainder) --slices;
    return slices;
  }

  // The product is the same however long the loop runs (reference.cpp), so all slices of a batch
  // must leave the same bits: with that, checking the last one checks all.
  void run_slice(ThreadData& data, uint64_t iterations, bool is_first) const {
    kernel_.run(data.operands.get(), data.accumulators.get(), iterations);
    const std::size_t bytes = chains() * accumulator_bytes_;
    if (is_first) {
      std::memcpy(data.first.get(), data.accumulators.get(), bytes);
      data.slices_agree = true;
    } else if (std::memcmp(data.first.get(), data.accumulators.get(), bytes) != 0) {
      data.slices_agree = false;
    }
  }

  // " 512-bit" where the length is the processor's choice and the table cannot name it.
  std::string width() const {
    return kernel_.register_bytes != 0 ? "" : fmt::format(" {}-bit", 8 * register_bytes_);
  }

  // Operations of all threads in one sweep over the accumulators.
  double per_sweep() const {
    return operations_per_instruction(kernel_, register_bytes_) * kernel_.accumulators *
           team_.size();
  }

  // Compares every accumulator value of one thread; `corrupt` damages the first one, in a copy, so
  // that a later check of the same batch sees what the hardware left.
  void verify_thread(std::size_t thread, bool corrupt, Verification& result) const {
    const ThreadData& data = threads_[thread];
    char* const operands = data.operands.get();
    const std::size_t element = bytes_of(kernel_.accumulator);
    const std::vector<ReferenceValue> references[2] = {
        reference_product(kernel_, register_bytes_, a(operands), b(operands, 0)),
        reference_product(kernel_, register_bytes_, a(operands), b(operands, 1))};
    for (std::size_t chain = 0; chain < chains(); ++chain) {
      const char* const stored = data.accumulators.get() + chain * accumulator_bytes_;
      const std::vector<ReferenceValue>& expected = references[chain & 1];
      for (std::size_t i = 0; i < expected.size(); ++i) {
        double value = decode(kernel_.accumulator, stored + i * element);
        if (corrupt) value += 1 + static_cast<double>(expected[i].magnitude);
        corrupt = false;
        result.max_error = std::max(result.max_error, relative_error(value, expected[i]));
        ++result.values;
      }
    }
  }

  const IssueKernel& kernel_;
  Team& team_;
  const uint32_t register_bytes_;
  const uint32_t accumulator_bytes_;
  std::vector<ThreadData> threads_;
  double ns_per_repeat_ = 0;  // in the last batch; 0 = none yet
};

bool same_row(const Benchmark& benchmark, const IssueKernel& kernel) {
  return benchmark.kernel == kernel.kernel && benchmark.subject == kernel.precision &&
         benchmark.accumulator == kernel.accumulates;
}

void add_variant(Benchmark& benchmark, const IssueKernel& kernel, Device& device) {
  benchmark.variants.push_back([&kernel, &device](const Preparation& preparation) {
    return make_issue_workload(kernel, device.team(), preparation);
  });
}

// The benchmark's variants, from this architecture's loops or else the portable one.
void add_variants(Benchmark& benchmark, Device& device) {
  std::string missing;
  for (const IssueKernel& kernel : issue_kernels()) {
    if (!same_row(benchmark, kernel)) continue;
    if (device.features.has(kernel.needs)) {
      add_variant(benchmark, kernel, device);
    } else if (missing.find(name_of(kernel.needs)) == std::string::npos) {
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name_of(kernel.needs));
    }
  }
  for (const IssueKernel& kernel : portable_kernels()) {
    if (!benchmark.variants.empty() || !same_row(benchmark, kernel)) continue;
    add_variant(benchmark, kernel, device);
    benchmark.flags |= TPP_BENCHMARK_GENERIC;
  }
  if (!benchmark.variants.empty()) return;
  const bool forced = !device.isa_option.empty();
  benchmark.unsupported_by = forced ? "build" : "hardware";
  benchmark.reason =
      forced ? fmt::format("option isa={} leaves none of: {}", device.isa_option, missing)
             : fmt::format("this CPU or its operating system offers none of: {}", missing);
}

}  // namespace

std::unique_ptr<Workload> make_issue_workload(const IssueKernel& kernel, Team& team,
                                              const Preparation& preparation) {
  return std::make_unique<IssueWorkload>(kernel, team, preparation);
}

std::vector<Benchmark> issue_benchmarks(Device& device) {
  std::vector<Benchmark> benchmarks;
  const auto add_rows = [&](std::span<const IssueKernel> kernels) {
    for (const IssueKernel& kernel : kernels) {
      const bool listed = std::any_of(benchmarks.begin(), benchmarks.end(),
                                      [&](const Benchmark& b) { return same_row(b, kernel); });
      if (listed) continue;
      Benchmark benchmark;
      benchmark.kernel = kernel.kernel;
      benchmark.subject = kernel.precision;
      benchmark.accumulator = kernel.accumulates;
      benchmarks.push_back(std::move(benchmark));
    }
  };
  add_rows(issue_kernels());
  add_rows(portable_kernels());
  for (Benchmark& benchmark : benchmarks) add_variants(benchmark, device);
  return benchmarks;
}

}  // namespace tpp::cpu
