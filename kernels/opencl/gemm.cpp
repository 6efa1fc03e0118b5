#include "kernels/opencl/gemm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernels/gpu/operand_values.h"
#include "kernels/gpu/timed_batch.h"
#include "kernels/opencl/rows.h"

namespace tpp::opencl {
namespace {

using boundary::Element;

struct Format {
  const char* precision;
  const char* accumulator;
  const char* extension;  // that the device needs; "" = none
  Element operand;
  Element sum;
};
constexpr Format kFormats[] = {
    {"fp64", "", "cl_khr_fp64", Element::f64, Element::f64},
    {"fp32", "", "", Element::f32, Element::f32},
    {"fp16", "fp16", "cl_khr_fp16", Element::f16, Element::f16},
    {"int8", "", "cl_khr_integer_dot_product", Element::i8, Element::i32},
};

constexpr unsigned kSamples = 48;
constexpr uint32_t kPackedIntegers = 4;
// Rows, columns and depth, and how many units are busy with them for some milliseconds.
struct Size {
  uint32_t size;
  uint32_t units;
};
constexpr Size kSizes[] = {{4096, 64}, {2048, 16}, {512, 0}, {256, 0}};

// Random values of one matrix. They repeat after a prime number of places, which no row length
// divides, so that rows and columns differ, and drawing them takes no time.
class Values {
 public:
  Values(Element element, uint64_t seed, bool zeros) {
    gpu::OperandValues source(element, seed, zeros);
    pool_ = source.matrix(1, kPool);
  }
  double value(uint64_t place) const { return pool_.values[place % kPool]; }
  uint64_t pattern(uint64_t place) const { return pool_.patterns[place % kPool]; }

 private:
  static constexpr unsigned kPool = 65521;
  gpu::Matrix pool_;
};

class GemmWorkload final : public boundary::Workload {
 public:
  GemmWorkload(const Format& format, uint32_t size, Context& context, const Device& device,
               const boundary::Preparation& preparation)
      : format_(format),
        size_(size),
        units_(device.info.units),
        driver_version_(device.info.driver_version),
        context_(context),
        function_(context.function(std::string("gemm_") + format.precision)),
        a_values_(format.operand, preparation.seed, preparation.zeros),
        b_values_(format.operand, preparation.seed + 1, preparation.zeros),
        a_(context, operand_bytes()),
        b_(context, operand_bytes()),
        c_(context, places() * boundary::bytes_of(format.sum)) {
    fill(a_, a_values_, false);
    fill(b_, b_values_, true);
  }

  boundary::SessionInfo info() const override {
    boundary::SessionInfo info;
    info.units = units_;
    info.path = fmt::format(
        "tiles of {0}x{0} on vector units, {1}x{1}x{1}, OpenCL C compiled by "
        "driver {2}",
        kGemmTile, size_, driver_version_);
    info.operations_per_repeat = operations();
    info.working_set_bytes = a_.bytes() + b_.bytes() + c_.bytes();
    info.product = {size_, size_, size_};
    info.flags = TPP_BENCHMARK_GENERIC;
    return info;
  }

  boundary::Batch run_batch(uint64_t repeats) override {
    spoil();
    boundary::Batch batch = gpu::timed_batch(context_, repeats, [&] { multiply(); });
    batch.operations = operations() * static_cast<double>(repeats);
    ran_ = true;
    return batch;
  }

  boundary::Verification verify(uint64_t seed, bool corrupt) override {
    if (!ran_) throw Failure(TPP_INVALID, "verify: no batch has run in this session");
    std::mt19937_64 generator(seed);
    boundary::Verification result;
    double largest = 0;  // value of a product, of its sum of |a * b|
    for (unsigned i = 0; i < kSamples; ++i) {
      const uint64_t row = generator() % size_;
      const uint64_t column = generator() % size_;
      const gpu::ReferenceValue expected = reference(row, column);
      double value = product_at(row, column);
      if (corrupt && i == 0) value += 1 + static_cast<double>(expected.magnitude);
      result.max_error = std::max(result.max_error, gpu::relative_error(value, expected));
      ++result.values;
      if (expected.magnitude == 0) continue;
      largest =
          std::max(largest, static_cast<double>(std::fabs(expected.value) / expected.magnitude));
    }
    result.error_bound = bound(largest);
    return result;
  }

 private:
  uint64_t places() const { return uint64_t{size_} * size_; }
  uint64_t operand_bytes() const { return places() * boundary::bytes_of(format_.operand); }
  double operations() const { return 2.0 * size_ * size_ * size_; }
  bool packed() const { return format_.operand == Element::i8; }

  // Row by row; of packed integers B has four rows in each, since they are packed along k.
  void fill(const gpu::Buffer& buffer, const Values& values, bool packed_rows) {
    const std::size_t bytes = boundary::bytes_of(format_.operand);
    std::vector<std::byte> all(buffer.bytes());
    for (uint64_t place = 0; place < places(); ++place) {
      const uint64_t pattern = values.pattern(place);
      std::uint64_t to = place;
      if (packed() && packed_rows) {
        const uint64_t k = place / size_;
        const uint64_t column = place % size_;
        to = (k / kPackedIntegers * size_ + column) * kPackedIntegers + k % kPackedIntegers;
      }
      std::memcpy(&all[to * bytes], &pattern, bytes);
    }
    context_.upload(buffer.address(), all.data(), all.size());
  }

  // The product of an earlier batch does not pass for this one's.
  void spoil() {
    const std::vector<std::byte> noise(c_.bytes(), std::byte{0x3a});
    context_.upload(c_.address(), noise.data(), noise.size());
  }

  void multiply() {
    gpu::Address a = a_.address();
    gpu::Address b = b_.address();
    gpu::Address c = c_.address();
    uint32_t n = size_;
    uint32_t depth = packed() ? size_ / kPackedIntegers : size_;
    void* arguments[] = {&a, &b, &c, &n, &depth};
    const uint32_t tiles = size_ / kGemmTile;
    context_.launch(function_, {tiles * tiles, kGemmThreads, 0}, arguments);
  }

  gpu::ReferenceValue reference(uint64_t row, uint64_t column) const {
    gpu::ReferenceValue expected;
    for (uint64_t k = 0; k < size_; ++k) {
      const long double term = static_cast<long double>(a_values_.value(row * size_ + k)) *
                               b_values_.value(k * size_ + column);
      expected.value += term;
      expected.magnitude += std::fabs(term);
    }
    return expected;
  }

  double product_at(uint64_t row, uint64_t column) {
    std::byte stored[8] = {};
    const std::size_t bytes = boundary::bytes_of(format_.sum);
    context_.download(stored, c_.address() + (row * size_ + column) * bytes, bytes);
    return boundary::decode(format_.sum, stored);
  }

  // What rounding may leave, of the sum of |a * b|. One sum after the other of random products:
  // partial sums grow with the square root of k, as does the random walk of the k roundings, while
  // the sum of |a * b| grows with k: some eight standard deviations of 6 u each. The product itself
  // is rounded at its own size; twice, where multiply and add are not fused.
  double bound(double largest) const {
    if (is_integer(format_.sum)) return 0;
    const double u = std::ldexp(1.0, -significand_bits(format_.sum));
    return 50 * u + 2 * largest * u;
  }

  const Format& format_;
  const uint32_t size_;
  const uint32_t units_;
  const std::string driver_version_;
  Context& context_;
  void* function_;
  Values a_values_;
  Values b_values_;
  gpu::Buffer a_;
  gpu::Buffer b_;
  gpu::Buffer c_;
  bool ran_ = false;
};

// Two sizes for so many units that fit into an eighth of the memory, the larger first.
std::vector<uint32_t> sizes_of(const Device& device, const Format& format) {
  std::vector<uint32_t> sizes;
  for (const auto& [size, units] : kSizes) {
    const uint64_t bytes = uint64_t{size} * size * boundary::bytes_of(format.sum);
    const bool fits = 3 * bytes <= device.info.memory_bytes / 8 && bytes <= device.most_bytes;
    if (device.info.units >= units && fits && sizes.size() < 2) sizes.push_back(size);
  }
  return sizes;
}

std::string lack_of(const Device& device, const Format& format) {
  if (*format.extension != '\0' && !device.has(format.extension)) {
    return fmt::format("the driver offers no {}", format.extension);
  }
  if (device.most_items >= kGemmThreads) return "";
  return fmt::format("the driver runs groups of {} work-items at most, and {} are needed",
                     device.most_items, kGemmThreads);
}

}  // namespace

std::vector<boundary::Benchmark> gemm_benchmarks(const OpenClApi& api, Device& device) {
  std::vector<boundary::Benchmark> list;
  for (const Format& format : kFormats) {
    boundary::Benchmark benchmark;
    benchmark.kernel = "gemm";
    benchmark.subject = format.precision;
    benchmark.accumulator = format.accumulator;
    benchmark.flags = TPP_BENCHMARK_GENERIC;
    benchmark.reason = lack_of(device, format);
    const std::vector<uint32_t> sizes = sizes_of(device, format);
    if (benchmark.reason.empty() && sizes.empty()) {
      benchmark.reason = "the device has too little memory for a product";
    }
    if (!benchmark.reason.empty()) {
      benchmark.unsupported_by = "library";
      list.push_back(std::move(benchmark));
      continue;
    }
    if (format.operand == Element::i8 && !device.has_dot_instruction) {
      benchmark.flags |= TPP_BENCHMARK_EMULATED;
    }
    for (const uint32_t size : sizes) {
      benchmark.variants.push_back(
          [&api, &device, &format, size](const boundary::Preparation& preparation) {
            return std::make_unique<GemmWorkload>(
                format, size, device.context(api, kernels_of(device)), device, preparation);
          });
    }
    list.push_back(std::move(benchmark));
  }
  return list;
}

}  // namespace tpp::opencl
