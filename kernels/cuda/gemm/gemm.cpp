#include "kernels/cuda/gemm/gemm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "kernels/gpu/kernel_contract.h"
#include "kernels/gpu/operand_values.h"
#include "kernels/gpu/timed_batch.h"

namespace tpp::cuda {
namespace {

using boundary::Failure;
using gpu::Element;

struct GemmFormat {
  const char* subject;
  const char* accumulator;
  cudaDataType_t operands;
  cudaDataType_t product;
  cublasComputeType_t compute;
  cudaDataType_t scale;
  Element operand_element, product_element;
  int accumulator_bits;  // significand bits that sums keep, at least; 0 = exact
  bool fast_accumulation;
  int least_major, least_minor;  // architecture
};
constexpr GemmFormat kFormats[] = {
    {"fp64", "", CUDA_R_64F, CUDA_R_64F, CUBLAS_COMPUTE_64F, CUDA_R_64F, Element::f64, Element::f64,
     53, false, 6, 0},
    {"fp32", "", CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_PEDANTIC, CUDA_R_32F, Element::f32,
     Element::f32, 24, false, 5, 0},
    // The library rounds operands of 32 bits itself.
    {"tf32", "", CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32, CUDA_R_32F, Element::tf32,
     Element::f32, 22, false, 8, 0},
    {"fp16", "", CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_32F, CUDA_R_32F, Element::f16, Element::f16,
     22, false, 7, 0},
    {"fp16", "fp16", CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_16F, CUDA_R_16F, Element::f16,
     Element::f16, 11, false, 7, 0},
    {"bf16", "", CUDA_R_16BF, CUDA_R_16BF, CUBLAS_COMPUTE_32F, CUDA_R_32F, Element::bf16,
     Element::bf16, 22, false, 8, 0},
    {"fp8_e4m3", "", CUDA_R_8F_E4M3, CUDA_R_16BF, CUBLAS_COMPUTE_32F, CUDA_R_32F, Element::e4m3,
     Element::bf16, 13, true, 8, 9},
    {"int8", "", CUDA_R_8I, CUDA_R_32I, CUBLAS_COMPUTE_32I, CUDA_R_32I, Element::i8, Element::i32,
     0, false, 7, 5},
};

constexpr size_t kWorkspaceBytes = size_t{128} << 20;
constexpr int kRanks = 4;  // of the library's algorithms, best first by its own estimate
constexpr int kShapes = 3;
constexpr unsigned kSamples = 48;
constexpr uint64_t kPoolItems = 8192;  // of 8 bytes

void check(cublasStatus_t status, const char* what) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw Failure(status == CUBLAS_STATUS_NOT_SUPPORTED ? TPP_UNSUPPORTED : TPP_FAILED,
                fmt::format("gemm: {} failed with status {} of cuBLASLt; look at the versions of "
                            "driver and library",
                            what, static_cast<int>(status)));
}

// One use of the library, ended with its owner.
class Handle {
 public:
  explicit Handle(const CublasLtApi& api) : api_(api) {
    check(api_.create(&handle_), "starting cuBLASLt");
  }
  ~Handle() { api_.destroy(handle_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  cublasLtHandle_t get() const { return handle_; }

 private:
  const CublasLtApi& api_;
  cublasLtHandle_t handle_ = nullptr;
};

// The library's objects of one product, destroyed together.
class Product {
 public:
  Product(const CublasLtApi& api, const GemmFormat& format, const GemmShape& shape) : api_(api) {
    check(api_.create_product(&product_, format.compute, format.scale), "making a product");
    // Both operands run along k: the one layout that every format has.
    set(CUBLASLT_MATMUL_DESC_TRANSA, CUBLAS_OP_T);
    set(CUBLASLT_MATMUL_DESC_TRANSB, CUBLAS_OP_N);
    if (format.fast_accumulation) set(CUBLASLT_MATMUL_DESC_FAST_ACCUM, int8_t{1});
    layout(a, format.operands, shape.k, shape.m);
    layout(b, format.operands, shape.k, shape.n);
    layout(d, format.product, shape.m, shape.n);
  }
  ~Product() {
    for (cublasLtMatrixLayout_t one : {a, b, d}) {
      if (one != nullptr) api_.destroy_layout(one);
    }
    if (product_ != nullptr) api_.destroy_product(product_);
  }
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

  cublasLtMatmulDesc_t description() const { return product_; }
  template <class Value>
  void set(cublasLtMatmulDescAttributes_t attribute, Value value) {
    check(api_.set_product(product_, attribute, &value, sizeof value), "describing a product");
  }

  cublasLtMatrixLayout_t a = nullptr, b = nullptr, d = nullptr;

 private:
  void layout(cublasLtMatrixLayout_t& to, cudaDataType_t type, int rows, int columns) {
    check(api_.create_layout(&to, type, static_cast<uint64_t>(rows), static_cast<uint64_t>(columns),
                             rows),
          "describing a matrix");
  }

  const CublasLtApi& api_;
  cublasLtMatmulDesc_t product_ = nullptr;
};

// The library's algorithm of that rank, or its last one, and which it is. Throws Failure:
// TPP_UNSUPPORTED where it has none.
struct Chosen {
  cublasLtMatmulAlgo_t algorithm{};
  int rank = 0;
};
Chosen algorithm_of(const CublasLtApi& api, cublasLtHandle_t handle, const Product& product,
                    int rank) {
  cublasLtMatmulPreference_t preference = nullptr;
  check(api.create_preference(&preference), "asking for an algorithm");
  const size_t workspace = kWorkspaceBytes;
  api.set_preference(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &workspace,
                     sizeof workspace);
  cublasLtMatmulHeuristicResult_t results[kRanks] = {};
  int count = 0;
  const cublasStatus_t status =
      api.heuristic(handle, product.description(), product.a, product.b, product.d, product.d,
                    preference, kRanks, results, &count);
  api.destroy_preference(preference);
  if (status == CUBLAS_STATUS_NOT_SUPPORTED || (status == CUBLAS_STATUS_SUCCESS && count == 0)) {
    throw Failure(TPP_UNSUPPORTED, "gemm: cuBLASLt has no algorithm for it on this device");
  }
  check(status, "asking for an algorithm");
  const int last = std::min(rank, count - 1);
  return {results[last].algo, last};
}

// One and zero in the scale's type.
struct Scale {
  unsigned char one[8] = {};
  unsigned char zero[8] = {};
};
Scale scale_of(cudaDataType_t type) {
  Scale scale;
  const Element element = type == CUDA_R_64F   ? Element::f64
                          : type == CUDA_R_32I ? Element::i32
                          : type == CUDA_R_16F ? Element::f16
                                               : Element::f32;
  encode(element, 1, scale.one);
  return scale;
}

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
        cache_bytes_(device.cache_bytes),
        scale_(scale_of(asked.format.scale)),
        workspace_(context, kWorkspaceBytes),
        handle_(api_),
        product_(api_, asked.format, asked.shape) {
    if (asked.format.fast_accumulation) add_scales();
    chosen_ = algorithm_of(api_, handle_.get(), product_, asked.rank);
    make_operands(preparation);
  }

  boundary::SessionInfo info() const override {
    const auto [m, n, k] = asked_.shape;
    boundary::SessionInfo info;
    info.units = units_;
    info.path = fmt::format(
        "{} version {}, {}x{}x{}, algorithm {} of its heuristic, {} set{} of operands", api_.found,
        api_.version(), m, n, k, chosen_.rank + 1, sets_.size(), sets_.size() == 1 ? "" : "s");
    info.operations_per_repeat = 2.0 * m * n * k;
    info.working_set_bytes = set_bytes() * sets_.size() + workspace_.bytes();
    info.product = {static_cast<uint64_t>(m), static_cast<uint64_t>(n), static_cast<uint64_t>(k)};
    return info;
  }

  boundary::Batch run_batch(uint64_t repeats) override {
    boundary::Batch batch =
        gpu::timed_batch(context_, repeats, [&] { multiply(sets_[next_++ % sets_.size()]); });
    batch.operations = info_operations() * static_cast<double>(repeats);
    ran_ = true;
    return batch;
  }

  boundary::Verification verify(uint64_t seed, bool corrupt) override {
    if (!ran_) throw Failure(TPP_INVALID, "verify: no batch has run in this session");
    std::mt19937_64 generator(seed);
    boundary::Verification result;
    result.error_bound = bound();
    const Set& set = sets_[(next_ - 1) % sets_.size()];
    for (unsigned i = 0; i < kSamples; ++i) {
      const auto row = generator() % static_cast<uint64_t>(asked_.shape.m);
      const auto column = generator() % static_cast<uint64_t>(asked_.shape.n);
      check_value(set, row, column, corrupt && i == 0, result);
    }
    return result;
  }

 private:
  struct Set {
    std::unique_ptr<gpu::Buffer> a, b, d;
  };

  double info_operations() const { return 2.0 * asked_.shape.m * asked_.shape.n * asked_.shape.k; }
  uint64_t bytes_of_a() const { return elements(asked_.shape.m, asked_.shape.k) * operand_bytes(); }
  uint64_t bytes_of_b() const { return elements(asked_.shape.n, asked_.shape.k) * operand_bytes(); }
  uint64_t bytes_of_d() const {
    return elements(asked_.shape.m, asked_.shape.n) * bytes_of(asked_.format.product_element);
  }
  uint64_t set_bytes() const { return bytes_of_a() + bytes_of_b() + bytes_of_d(); }
  uint64_t operand_bytes() const { return bytes_of(asked_.format.operand_element); }
  static uint64_t elements(int rows, int columns) {
    return static_cast<uint64_t>(rows) * static_cast<uint64_t>(columns);
  }

  // FP8 wants a scale an operand, in device memory.
  void add_scales() {
    const float one = 1;
    ones_ = std::make_unique<gpu::Buffer>(context_, sizeof one);
    context_.upload(ones_->address(), &one, sizeof one);
    product_.set(CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, ones_->address());
    product_.set(CUBLASLT_MATMUL_DESC_B_SCALE_POINTER, ones_->address());
  }

  // As many sets as push one another out of the cache.
  void make_operands(const boundary::Preparation& preparation) {
    gpu::OperandValues values(asked_.format.operand_element, preparation.seed, preparation.zeros);
    const auto in_item = static_cast<unsigned>(8 / operand_bytes());
    const gpu::Matrix random = values.matrix(kPoolItems, in_item);
    std::vector<uint64_t> items(kPoolItems);
    for (uint64_t i = 0; i < kPoolItems; ++i) {
      for (unsigned e = 0; e < in_item; ++e) {
        items[i] |= random.patterns[random.at(static_cast<unsigned>(i), e)]
                    << (e * operand_bytes() * 8);
      }
    }
    const gpu::Buffer pool(context_, items.size() * sizeof items[0]);
    context_.upload(pool.address(), items.data(), pool.bytes());
    const uint64_t sets = std::clamp<uint64_t>(1 + 2 * cache_bytes_ / set_bytes(), 1, 4);
    for (uint64_t i = 0; i < sets; ++i) {
      sets_.push_back({std::make_unique<gpu::Buffer>(context_, bytes_of_a()),
                       std::make_unique<gpu::Buffer>(context_, bytes_of_b()),
                       std::make_unique<gpu::Buffer>(context_, bytes_of_d())});
      fill(*sets_.back().a, pool, 2 * i);
      fill(*sets_.back().b, pool, 2 * i + 1);
    }
  }

  void fill(const gpu::Buffer& to, const gpu::Buffer& pool, uint64_t seed) {
    gpu::Address address = to.address();
    uint64_t items = to.bytes() / 8;
    gpu::Address from = pool.address();
    uint64_t mask = kPoolItems - 1;
    void* arguments[] = {&address, &items, &from, &mask, &seed};
    context_.launch(context_.function("fill_items"), {units_ * 4, 256, 0}, arguments);
  }

  void multiply(const Set& set) {
    const auto pointer = [](const gpu::Buffer& buffer) {
      return reinterpret_cast<void*>(buffer.address());
    };
    check(api_.multiply(handle_.get(), product_.description(), scale_.one, pointer(*set.a),
                        product_.a, pointer(*set.b), product_.b, scale_.zero, pointer(*set.d),
                        product_.d, pointer(*set.d), product_.d, &chosen_.algorithm,
                        pointer(workspace_), workspace_.bytes(), nullptr),
          "multiplying");
  }

  // What rounding may leave, of the sum of |a * b|. Random operands: partial sums grow with the
  // square root of k, as does the number of roundings' random walk, while that sum grows with k; so
  // the roundings of the sum add some eight standard deviations of 6 u each, whatever k is.
  double bound() const {
    if (asked_.format.accumulator_bits == 0) return 0;
    const double sum = 50 * std::ldexp(1.0, -asked_.format.accumulator_bits);
    return sum + std::ldexp(1.0, -significand_bits(asked_.format.product_element));
  }

  std::vector<double> read_vector(const gpu::Buffer& from, uint64_t number) const {
    const auto k = static_cast<uint64_t>(asked_.shape.k);
    std::vector<std::byte> bytes(k * operand_bytes());
    context_.download(bytes.data(), from.address() + number * bytes.size(), bytes.size());
    std::vector<double> values(k);
    for (uint64_t i = 0; i < k; ++i) {
      values[i] = decode(asked_.format.operand_element, &bytes[i * operand_bytes()]);
    }
    return values;
  }

  void check_value(const Set& set, uint64_t row, uint64_t column, bool corrupt,
                   boundary::Verification& result) const {
    const std::vector<double> a = read_vector(*set.a, row);
    const std::vector<double> b = read_vector(*set.b, column);
    gpu::ReferenceValue expected;
    for (std::size_t i = 0; i < a.size(); ++i) {
      expected.value += static_cast<long double>(a[i]) * b[i];
      expected.magnitude += std::fabs(static_cast<long double>(a[i]) * b[i]);
    }
    const uint64_t bytes = bytes_of(asked_.format.product_element);
    std::byte stored[8] = {};
    const uint64_t at = row + column * static_cast<uint64_t>(asked_.shape.m);
    context_.download(stored, set.d->address() + at * bytes, bytes);
    double value = decode(asked_.format.product_element, stored);
    if (corrupt) value += 1 + static_cast<double>(expected.magnitude);
    result.max_error = std::max(result.max_error, gpu::relative_error(value, expected));
    ++result.values;
  }

  const CublasLtApi& api_;
  Context& context_;
  const Asked asked_;
  uint32_t units_;
  uint64_t cache_bytes_;
  Scale scale_;
  gpu::Buffer workspace_;
  std::unique_ptr<gpu::Buffer> ones_;
  Handle handle_;
  Product product_;
  Chosen chosen_;
  std::vector<Set> sets_;
  uint64_t next_ = 0;
  bool ran_ = false;
};

bool has(const Device& device, const GemmFormat& format) {
  const auto& [major, minor] = device.capability;
  return major > format.least_major || (major == format.least_major && minor >= format.least_minor);
}

}  // namespace

CublasLt find_cublaslt(const std::string& folder) {
  CublasLt library;
  library.api = CublasLtApi::load(folder, library.why_not);
  return library;
}

std::vector<GemmShape> gemm_shapes(unsigned units, uint64_t bytes, unsigned bits) {
  // The two factors of the number of units that are nearest to each other.
  auto down = static_cast<unsigned>(std::sqrt(static_cast<double>(units)));
  while (down > 1 && units % down != 0) --down;
  const unsigned across = units / std::max(1u, down);
  const auto fits = [&](GemmShape shape) {
    const double all =
        (static_cast<double>(shape.m) + shape.n) * shape.k * bits / 8.0 + 8.0 * shape.m * shape.n;
    return all <= static_cast<double>(bytes);
  };
  std::vector<GemmShape> shapes;
  for (const int times : {4, 2}) {
    const GemmShape shape{static_cast<int>(across) * 128 * times,
                          static_cast<int>(down) * 256 * times, 8192 + 128};
    if (fits(shape)) shapes.push_back(shape);
  }
  if (fits({8192, 8192, 8192})) shapes.push_back({8192, 8192, 8192});
  if (shapes.empty()) shapes.push_back({256, 256, 256 + 128});
  return shapes;
}

std::vector<boundary::Benchmark> gemm_benchmarks(const CudaApi& driver, Device& device,
                                                 const CublasLt& library) {
  std::vector<boundary::Benchmark> list;
  for (const GemmFormat& format : kFormats) {
    boundary::Benchmark benchmark;
    benchmark.kernel = "gemm";
    benchmark.subject = format.subject;
    benchmark.accumulator = format.accumulator;
    if (!library.api) {
      benchmark.unsupported_by = "library";
      benchmark.reason = library.why_not;
    } else if (!has(device, format)) {
      benchmark.unsupported_by = "hardware";
      benchmark.reason =
          fmt::format("{} multiplies no {}", device.info.architecture, format.subject);
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
