#include "kernels/gpu/gemm/gemm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "kernels/gpu/operand_values.h"
#include "kernels/gpu/timed_batch.h"

namespace tpp::gpu {
namespace {

constexpr unsigned kSamples = 48;

class GemmWorkload final : public boundary::Workload {
 public:
  GemmWorkload(const GemmTarget& target, const GemmProblem& problem,
               std::unique_ptr<GemmRoutine> routine, const boundary::Preparation& preparation)
      : driver_(target.driver),
        problem_(problem),
        units_(target.units),
        routine_(std::move(routine)),
        operands_(driver_, {problem.format, problem.shape, target.units, target.cache_bytes},
                  preparation) {
    if (problem.format.operand == boundary::Element::tf32) refuse_fp32();
  }

  boundary::SessionInfo info() const override {
    const auto [m, n, k] = problem_.shape;
    const std::size_t sets = operands_.sets().size();
    boundary::SessionInfo info;
    info.units = units_;
    info.path = fmt::format("{}, {}x{}x{}, {}, {} set{} of operands", routine_->library(), m, n, k,
                            routine_->algorithm(), sets, sets == 1 ? "" : "s");
    info.operations_per_repeat = operations(problem_.shape);
    info.working_set_bytes = operands_.bytes() + routine_->workspace_bytes();
    info.product = {static_cast<uint64_t>(m), static_cast<uint64_t>(n), static_cast<uint64_t>(k)};
    return info;
  }

  boundary::Batch run_batch(uint64_t repeats) override {
    boundary::Batch batch =
        timed_batch(driver_, repeats, [&] { routine_->multiply(set(next_++)); });
    batch.operations = operations(problem_.shape) * static_cast<double>(repeats);
    ran_ = true;
    return batch;
  }

  boundary::Verification verify(uint64_t seed, bool corrupt) override {
    if (!ran_) throw Failure(TPP_INVALID, "verify: no batch has run in this session");
    std::mt19937_64 generator(seed);
    boundary::Verification result;
    double largest = 0;  // value of a product, of its sum of |a * b|
    for (unsigned i = 0; i < kSamples; ++i) {
      const auto row = generator() % static_cast<uint64_t>(problem_.shape.m);
      const auto column = generator() % static_cast<uint64_t>(problem_.shape.n);
      const ReferenceValue expected = check_value(row, column, corrupt && i == 0, result);
      if (expected.magnitude == 0) continue;
      largest =
          std::max(largest, static_cast<double>(std::fabs(expected.value) / expected.magnitude));
    }
    result.error_bound = bound(largest);
    return result;
  }

 private:
  const GemmOperands::Set& set(uint64_t number) const {
    return operands_.sets()[number % operands_.sets().size()];
  }

  // Libraries may put fp32 in the place of tf32 without a word: hipBLASLt does where it has no
  // kernel for it. Of operands that tf32 has exactly both leave the same product; 1 + 2^-13 becomes
  // 1 in tf32, however it rounds. One product of the sum alone is not zero, or an accumulator of 24
  // bits would drop what tells the two apart.
  void refuse_fp32() {
    const GemmOperands::Set& first = set(0);
    const double longer = 1 + std::ldexp(1.0, -13);
    const std::vector<uint8_t> a = operands_.read_bytes(first.a, 0);
    const std::vector<uint8_t> b = operands_.read_bytes(first.b, 0);
    operands_.write_bytes(first.a, 0, vector_beginning_with(longer));
    operands_.write_bytes(first.b, 0, vector_beginning_with(1));
    timed_batch(driver_, 1, [&] { routine_->multiply(first); });
    const double product = operands_.read_product(first, 0, 0);
    operands_.write_bytes(first.a, 0, a);
    operands_.write_bytes(first.b, 0, b);
    const bool fp32 = product >= (1 + longer) / 2;
    if (!fp32) return;
    throw Failure(TPP_UNSUPPORTED, fmt::format("gemm: {} multiplies tf32 as fp32 on this device",
                                               routine_->library()));
  }

  // In fp32; all other elements are zero.
  std::vector<uint8_t> vector_beginning_with(double value) const {
    std::vector<uint8_t> bytes(static_cast<std::size_t>(problem_.shape.k) * sizeof(float));
    encode(boundary::Element::f32, value, bytes.data());
    return bytes;
  }

  // What rounding may leave, of the sum of |a * b|. Random operands: partial sums grow with the
  // square root of k, as does the number of roundings' random walk, while that sum grows with k; so
  // the roundings of the sum add some eight standard deviations of 6 u each, whatever k is. The
  // product itself is rounded at its own size, which is far below that sum: `largest` of it. Four
  // times, since an algorithm may split k and round the parts. Where sums are exact, so is it.
  double bound(double largest) const {
    const GemmFormat& format = problem_.format;
    if (format.accumulator_bits == 0) return 0;
    const double sum = 50 * std::ldexp(1.0, -format.accumulator_bits);
    return sum + 4 * largest * std::ldexp(1.0, -significand_bits(format.product));
  }

  ReferenceValue check_value(uint64_t row, uint64_t column, bool corrupt,
                             boundary::Verification& result) const {
    const GemmOperands::Set& last = set(next_ - 1);
    const std::vector<double> a = operands_.read_vector(last.a, row);
    const std::vector<double> b = operands_.read_vector(last.b, column);
    ReferenceValue expected;
    for (std::size_t i = 0; i < a.size(); ++i) {
      expected.value += static_cast<long double>(a[i]) * b[i];
      expected.magnitude += std::fabs(static_cast<long double>(a[i]) * b[i]);
    }
    double value = operands_.read_product(last, row, column);
    if (corrupt) value += 1 + static_cast<double>(expected.magnitude);
    result.max_error = std::max(result.max_error, relative_error(value, expected));
    ++result.values;
    return expected;
  }

  Driver& driver_;
  const GemmProblem problem_;
  const uint32_t units_;
  std::unique_ptr<GemmRoutine> routine_;
  GemmOperands operands_;
  uint64_t next_ = 0;
  bool ran_ = false;
};

}  // namespace

std::unique_ptr<boundary::Workload> make_gemm_workload(const GemmTarget& target,
                                                       const GemmProblem& problem,
                                                       std::unique_ptr<GemmRoutine> routine,
                                                       const boundary::Preparation& preparation) {
  return std::make_unique<GemmWorkload>(target, problem, std::move(routine), preparation);
}

boundary::Benchmark gemm_benchmark(const GemmFormat& format) {
  boundary::Benchmark benchmark;
  benchmark.kernel = "gemm";
  benchmark.subject = format.subject;
  benchmark.accumulator = format.accumulator;
  return benchmark;
}

void mark_unsupported(boundary::Benchmark& benchmark, const char* by, std::string reason) {
  benchmark.unsupported_by = by;
  benchmark.reason = std::move(reason);
}

}  // namespace tpp::gpu
