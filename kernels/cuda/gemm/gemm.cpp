#include "kernels/cuda/gemm/gemm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>

#include "kernels/cuda/gemm/formats.h"
#include "kernels/cuda/gemm/operands.h"
#include "kernels/cuda/gemm/product.h"
#include "kernels/cuda/gemm/shapes.h"
#include "kernels/gpu/operand_values.h"
#include "kernels/gpu/timed_batch.h"

namespace tpp::cuda {
namespace {

using boundary::Failure;

constexpr unsigned kSamples = 48;

struct Asked {
  const GemmFormat& format;
  GemmShape shape;
  int rank;
};

class GemmWorkload final : public boundary::Workload {
 public:
  GemmWorkload(const CublasLt& library, Device& device, Context& context, const Asked& asked,
               const boundary::Preparation& preparation)
      : api_(*library.api),
        context_(context),
        asked_(asked),
        units_(device.info.units),
        factors_(factors_of(asked.format.scale)),
        workspace_(context, kWorkspaceBytes),
        handle_(api_),
        product_(api_, asked.format, asked.shape) {
    if (asked.format.fast_accumulation) add_scales();
    // The library only sees whether there are any.
    if (asked.format.scaling != nullptr) {
      product_.set_scales(workspace_.address(), workspace_.address());
    }
    chosen_ = algorithm_of(api_, handle_.get(), product_, asked.rank);
    operands_ = std::make_unique<GemmOperands>(
        context, OperandPlan{asked.format, asked.shape, units_, device.cache_bytes}, preparation);
  }

  boundary::SessionInfo info() const override {
    const auto [m, n, k] = asked_.shape;
    const std::size_t sets = operands_->sets().size();
    boundary::SessionInfo info;
    info.units = units_;
    info.path = fmt::format(
        "{} version {}, {}x{}x{}, algorithm {} of its heuristic, {} set{} of operands", api_.found,
        api_.version(), m, n, k, chosen_.rank + 1, sets, sets == 1 ? "" : "s");
    info.operations_per_repeat = operations(asked_.shape);
    info.working_set_bytes = operands_->bytes() + workspace_.bytes();
    info.product = {static_cast<uint64_t>(m), static_cast<uint64_t>(n), static_cast<uint64_t>(k)};
    return info;
  }

  boundary::Batch run_batch(uint64_t repeats) override {
    boundary::Batch batch = gpu::timed_batch(context_, repeats, [&] { multiply(set(next_++)); });
    batch.operations = operations(asked_.shape) * static_cast<double>(repeats);
    ran_ = true;
    return batch;
  }

  boundary::Verification verify(uint64_t seed, bool corrupt) override {
    if (!ran_) throw Failure(TPP_INVALID, "verify: no batch has run in this session");
    std::mt19937_64 generator(seed);
    boundary::Verification result;
    double largest = 0;  // value of a product, of its sum of |a * b|
    for (unsigned i = 0; i < kSamples; ++i) {
      const auto row = generator() % static_cast<uint64_t>(asked_.shape.m);
      const auto column = generator() % static_cast<uint64_t>(asked_.shape.n);
      const gpu::ReferenceValue expected = check_value(row, column, corrupt && i == 0, result);
      if (expected.magnitude == 0) continue;
      largest =
          std::max(largest, static_cast<double>(std::fabs(expected.value) / expected.magnitude));
    }
    result.error_bound = bound(largest);
    return result;
  }

 private:
  const GemmOperands::Set& set(uint64_t number) const {
    return operands_->sets()[number % operands_->sets().size()];
  }

  // FP8 wants a scale an operand, in device memory.
  void add_scales() {
    const float one = 1;
    ones_ = std::make_unique<gpu::Buffer>(context_, sizeof one);
    context_.upload(ones_->address(), &one, sizeof one);
    product_.set_scales(ones_->address(), ones_->address());
  }

  void multiply(const GemmOperands::Set& set) {
    const auto pointer = [](const gpu::Buffer& buffer) {
      return reinterpret_cast<void*>(buffer.address());
    };
    if (set.a.scales) product_.set_scales(set.a.scales->address(), set.b.scales->address());
    check(
        api_.multiply(handle_.get(), product_.description(), factors_.one, pointer(*set.a.elements),
                      product_.a(), pointer(*set.b.elements), product_.b(), factors_.zero,
                      pointer(*set.d), product_.d(), pointer(*set.d), product_.d(),
                      &chosen_.algorithm, pointer(workspace_), workspace_.bytes(), nullptr),
        "multiplying");
  }

  // What rounding may leave, of the sum of |a * b|. Random operands: partial sums grow with the
  // square root of k, as does the number of roundings' random walk, while that sum grows with k; so
  // the roundings of the sum add some eight standard deviations of 6 u each, whatever k is. The
  // product itself is rounded at its own size, which is far below that sum: `largest` of it. Four
  // times, since an algorithm may split k and round the parts. Where sums are exact, so is it.
  double bound(double largest) const {
    if (asked_.format.accumulator_bits == 0) return 0;
    const double sum = 50 * std::ldexp(1.0, -asked_.format.accumulator_bits);
    return sum + 4 * largest * std::ldexp(1.0, -significand_bits(asked_.format.product_element));
  }

  gpu::ReferenceValue check_value(uint64_t row, uint64_t column, bool corrupt,
                                  boundary::Verification& result) const {
    const GemmOperands::Set& last = set(next_ - 1);
    const std::vector<double> a = operands_->read_vector(last.a, row);
    const std::vector<double> b = operands_->read_vector(last.b, column);
    gpu::ReferenceValue expected;
    for (std::size_t i = 0; i < a.size(); ++i) {
      expected.value += static_cast<long double>(a[i]) * b[i];
      expected.magnitude += std::fabs(static_cast<long double>(a[i]) * b[i]);
    }
    double value = operands_->read_product(last, row, column);
    if (corrupt) value += 1 + static_cast<double>(expected.magnitude);
    result.max_error = std::max(result.max_error, gpu::relative_error(value, expected));
    ++result.values;
    return expected;
  }

  const CublasLtApi& api_;
  Context& context_;
  const Asked asked_;
  uint32_t units_;
  Factors factors_;
  gpu::Buffer workspace_;
  std::unique_ptr<gpu::Buffer> ones_;
  CublasLtHandle handle_;
  Product product_;
  Chosen chosen_;
  std::unique_ptr<GemmOperands> operands_;
  uint64_t next_ = 0;
  bool ran_ = false;
};

bool has(const Device& device, const GemmFormat& format) {
  const auto& [major, minor] = device.capability;
  return major > format.least_major || (major == format.least_major && minor >= format.least_minor);
}

// Why the library cannot do it on any device; "" where it may.
std::string lack_of(const CublasLt& library, const GemmFormat& format) {
  if (!library.api) return library.why_not;
  const std::size_t version = library.api->version();
  if (format.scaling == nullptr || version >= kBlockScalesSince) return "";
  return fmt::format("{} needs cuBLASLt 12.8 or newer: {} is of version {}", format.subject,
                     library.api->found, version);
}

}  // namespace

CublasLt find_cublaslt(const std::string& folder) {
  CublasLt library;
  library.api = CublasLtApi::load(folder, library.why_not);
  return library;
}

std::vector<boundary::Benchmark> gemm_benchmarks(const CudaApi& driver, Device& device,
                                                 const CublasLt& library) {
  std::vector<boundary::Benchmark> list;
  for (const GemmFormat& format : gemm_formats()) {
    boundary::Benchmark benchmark;
    benchmark.kernel = "gemm";
    benchmark.subject = format.subject;
    benchmark.accumulator = format.accumulator;
    if (!has(device, format)) {
      benchmark.unsupported_by = "hardware";
      benchmark.reason =
          fmt::format("{} multiplies no {}", device.info.architecture, format.subject);
    } else if (const std::string lack = lack_of(library, format); !lack.empty()) {
      benchmark.unsupported_by = "library";
      benchmark.reason = lack;
    } else {
      // The first choice of each shape before the second of any.
      for (int rank = 0; rank < kRanks; ++rank) {
        for (const GemmShape& shape : gemm_shapes(device.info.units, device.info.memory_bytes / 8,
                                                  bits_of(format.operand_element))) {
          benchmark.variants.push_back([&driver, &device, &library, &format, shape,
                                        rank](const boundary::Preparation& preparation) {
            return std::make_unique<GemmWorkload>(library, device, device.context(driver),
                                                  Asked{format, shape, rank}, preparation);
          });
        }
      }
    }
    list.push_back(std::move(benchmark));
  }
  return list;
}

}  // namespace tpp::cuda
