// What a plain call of cuBLASLt reaches on this node's first GPU: the yardstick for `gemm` rows, so
// it shares no code with them. The library's descriptors as its manual shows them, one set of
// random operands along k, its first heuristic and the best of the first few, timed by events.
//
//   direct-cublaslt [--library FILE] [--seconds S] PRECISION=MxNxK[,MxNxK...]...
//
// Driver and library are loaded at run time: no CUDA runtime, nothing linked. One line of JSON a
// precision on standard output:
//
//   {"precision": "bf16", "library": "libcublasLt.so.13, version 130100",
//    "first": {"what": "8192x8192x8192, algorithm 1", "ops_per_second": R, "batches": [R, ...]},
//    "best": {...}}        or {"precision": "int4", "error": "why there is no figure"}
//
// "first" is the fastest shape by the library's first choice, "best" the fastest shape and
// algorithm; which those are was tried before, shortly, and is not the figure. Operations/s,
// medians.
#include <cublasLt.h>
#include <cuda.h>
#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr int kAlgorithms = 8;
constexpr std::size_t kWorkspace = std::size_t{64} << 20;
constexpr double kBatchSeconds = 0.006;
constexpr double kTrialSeconds = 0.02;
constexpr double kRampSeconds = 0.1;  // until clocks have risen
constexpr std::size_t kPoolValues = std::size_t{1} << 20;

void* open_any(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (void* const found = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) return found;
  }
  throw std::runtime_error(names.front() + " is not here: " + dlerror());
}

template <class Function>
Function* symbol(void* library, const char* name) {
  void* const found = dlsym(library, name);
  if (found == nullptr) throw std::runtime_error(std::string("no ") + name);
  return reinterpret_cast<Function*>(found);
}

void check(CUresult result, const char* call) {
  if (result != CUDA_SUCCESS) {
    throw std::runtime_error(std::string(call) + ": CUDA error " + std::to_string(result));
  }
}
void check(cublasStatus_t status, const char* call) {
  if (status != CUBLAS_STATUS_SUCCESS) {
    throw std::runtime_error(std::string(call) + ": cuBLASLt status " + std::to_string(status));
  }
}

void* driver = nullptr;
void* library = nullptr;

// Calls by their exported names, which for the driver say a version.
template <class Function, class... Arguments>
void cu(const char* name, Arguments... arguments) {
  check(symbol<Function>(driver, name)(arguments...), name);
}
template <class Function, class... Arguments>
void lt(const char* name, Arguments... arguments) {
  check(symbol<Function>(library, name)(arguments...), name);
}

// An object of the library, with the name of the call that ends it.
struct Destroy {
  const char* by = "";
  template <class Object>
  void operator()(Object* object) const {
    symbol<cublasStatus_t(Object*)>(library, by)(object);
  }
};
template <class Object>
using Owned = std::unique_ptr<Object, Destroy>;

class Memory {
 public:
  explicit Memory(std::size_t bytes) : bytes_(bytes) {
    cu<decltype(cuMemAlloc)>("cuMemAlloc_v2", &address_, bytes);
  }
  ~Memory() { symbol<decltype(cuMemFree)>(driver, "cuMemFree_v2")(address_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  void* pointer() const { return reinterpret_cast<void*>(address_); }
  // The pool over and over, from another place each time.
  void fill(const std::vector<unsigned char>& pool) const {
    std::mt19937 places(1);
    for (std::size_t at = 0; at < bytes_;) {
      const std::size_t from = places() % (pool.size() / 16) * 8;
      const std::size_t piece = std::min(pool.size() - from, bytes_ - at);
      cu<decltype(cuMemcpyHtoD)>("cuMemcpyHtoD_v2", address_ + at, pool.data() + from, piece);
      at += piece;
    }
  }

 private:
  CUdeviceptr address_ = 0;
  std::size_t bytes_;
};

struct Precision {
  const char* name;
  cudaDataType_t operands;
  std::size_t operand_bytes;
  cudaDataType_t product;
  std::size_t product_bytes;
  cublasComputeType_t compute;
  cudaDataType_t scale;
  int exponent_bits, fraction_bits;  // of operands; 0 = integers
};
constexpr Precision kPrecisions[] = {
    {"fp64", CUDA_R_64F, 8, CUDA_R_64F, 8, CUBLAS_COMPUTE_64F, CUDA_R_64F, 11, 52},
    {"fp32", CUDA_R_32F, 4, CUDA_R_32F, 4, CUBLAS_COMPUTE_32F_PEDANTIC, CUDA_R_32F, 8, 23},
    {"tf32", CUDA_R_32F, 4, CUDA_R_32F, 4, CUBLAS_COMPUTE_32F_FAST_TF32, CUDA_R_32F, 8, 23},
    {"fp16", CUDA_R_16F, 2, CUDA_R_16F, 2, CUBLAS_COMPUTE_32F, CUDA_R_32F, 5, 10},
    {"bf16", CUDA_R_16BF, 2, CUDA_R_16BF, 2, CUBLAS_COMPUTE_32F, CUDA_R_32F, 8, 7},
    {"fp8_e4m3", CUDA_R_8F_E4M3, 1, CUDA_R_16BF, 2, CUBLAS_COMPUTE_32F, CUDA_R_32F, 4, 3},
    {"int8", CUDA_R_8I, 1, CUDA_R_32I, 4, CUBLAS_COMPUTE_32I, CUDA_R_32I, 0, 0},
};

// Sign, exponent, fraction; what is too small becomes 0. N(0,1) needs no largest value.
uint64_t pattern(const Precision& p, double value) {
  if (p.exponent_bits == 0) {
    return static_cast<uint8_t>(
        static_cast<int8_t>(std::clamp(std::round(value * 40), -127., 127.)));
  }
  const uint64_t sign = std::signbit(value) ? 1 : 0;
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(value), &exponent);  // in [0.5, 1)
  const int biased = exponent - 1 + (1 << (p.exponent_bits - 1)) - 1;
  uint64_t magnitude = 0;
  if (biased > 0) {
    const double steps = std::nearbyint(std::ldexp(2 * fraction - 1, p.fraction_bits));
    magnitude = (static_cast<uint64_t>(biased) << p.fraction_bits) + static_cast<uint64_t>(steps);
  }
  return sign << (p.exponent_bits + p.fraction_bits) | magnitude;
}

std::vector<unsigned char> random_pool(const Precision& p) {
  std::mt19937 engine(1);
  std::normal_distribution<double> normal;
  std::vector<unsigned char> pool(kPoolValues * p.operand_bytes);
  for (std::size_t i = 0; i < kPoolValues; ++i) {
    const uint64_t bits = pattern(p, normal(engine));
    std::memcpy(&pool[i * p.operand_bytes], &bits, p.operand_bytes);  // little-endian
  }
  return pool;
}

struct Shape {
  uint64_t m, n, k;
};

std::string words(const Shape& s) {
  return std::to_string(s.m) + "x" + std::to_string(s.n) + "x" + std::to_string(s.k);
}

std::size_t bytes_of(const Precision& p, const Shape& s) {
  return (s.m + s.n) * s.k * p.operand_bytes + s.m * s.n * p.product_bytes;
}

// One product made ready: D (m x n) = A^T (m x k) B (k x n), all by columns.
class Product {
 public:
  Product(cublasLtHandle_t handle, const Precision& p, const Shape& s,
          const std::vector<unsigned char>& pool)
      : handle_(handle),
        shape_(s),
        a_(s.m * s.k * p.operand_bytes),
        b_(s.n * s.k * p.operand_bytes),
        d_(s.m * s.n * p.product_bytes),
        workspace_(kWorkspace),
        one_(sizeof(float)) {
    a_.fill(pool);
    b_.fill(pool);
    describe(p);
    cublasLtMatmulPreference_t preference = nullptr;
    lt<decltype(cublasLtMatmulPreferenceCreate)>("cublasLtMatmulPreferenceCreate", &preference);
    const Owned<cublasLtMatmulPreferenceOpaque_t> owned(preference,
                                                        {"cublasLtMatmulPreferenceDestroy"});
    lt<decltype(cublasLtMatmulPreferenceSetAttribute)>(
        "cublasLtMatmulPreferenceSetAttribute", preference,
        CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &kWorkspace, sizeof kWorkspace);
    int count = 0;
    results_.resize(kAlgorithms);
    lt<decltype(cublasLtMatmulAlgoGetHeuristic)>(
        "cublasLtMatmulAlgoGetHeuristic", handle_, product_.get(), layout_a_.get(), layout_b_.get(),
        layout_d_.get(), layout_d_.get(), preference, kAlgorithms, results_.data(), &count);
    results_.resize(static_cast<std::size_t>(count));
  }

  std::size_t algorithms() const { return results_.size(); }
  double operations() const {
    return 2.0 * static_cast<double>(shape_.m) * static_cast<double>(shape_.n) *
           static_cast<double>(shape_.k);
  }

  void multiply(std::size_t algorithm) const {
    lt<decltype(cublasLtMatmul)>(
        "cublasLtMatmul", handle_, product_.get(), alpha_, a_.pointer(), layout_a_.get(),
        b_.pointer(), layout_b_.get(), beta_, d_.pointer(), layout_d_.get(), d_.pointer(),
        layout_d_.get(), &results_[algorithm].algo, workspace_.pointer(), kWorkspace, nullptr);
  }

 private:
  template <class Value>
  void set(cublasLtMatmulDescAttributes_t attribute, const Value& value) {
    lt<decltype(cublasLtMatmulDescSetAttribute)>("cublasLtMatmulDescSetAttribute", product_.get(),
                                                 attribute, &value, sizeof value);
  }

  static Owned<cublasLtMatrixLayoutOpaque_t> layout(cudaDataType_t type, uint64_t rows,
                                                    uint64_t columns) {
    cublasLtMatrixLayout_t made = nullptr;
    lt<decltype(cublasLtMatrixLayoutCreate)>("cublasLtMatrixLayoutCreate", &made, type, rows,
                                             columns, static_cast<int64_t>(rows));
    return {made, {"cublasLtMatrixLayoutDestroy"}};
  }

  void describe(const Precision& p) {
    cublasLtMatmulDesc_t made = nullptr;
    lt<decltype(cublasLtMatmulDescCreate)>("cublasLtMatmulDescCreate", &made, p.compute, p.scale);
    product_ = {made, {"cublasLtMatmulDescDestroy"}};
    set(CUBLASLT_MATMUL_DESC_TRANSA, CUBLAS_OP_T);
    if (p.operands == CUDA_R_8F_E4M3) add_scales();
    layout_a_ = layout(p.operands, shape_.k, shape_.m);
    layout_b_ = layout(p.operands, shape_.k, shape_.n);
    layout_d_ = layout(p.product, shape_.m, shape_.n);
    const double one = 1;
    const float one_as_float = 1;
    const int32_t one_as_integer = 1;
    if (p.scale == CUDA_R_64F) std::memcpy(alpha_, &one, sizeof one);
    if (p.scale == CUDA_R_32F) std::memcpy(alpha_, &one_as_float, sizeof one_as_float);
    if (p.scale == CUDA_R_32I) std::memcpy(alpha_, &one_as_integer, sizeof one_as_integer);
  }

  void add_scales() {
    const float one = 1;
    cu<decltype(cuMemcpyHtoD)>("cuMemcpyHtoD_v2", reinterpret_cast<CUdeviceptr>(one_.pointer()),
                               &one, sizeof one);
    set(CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, one_.pointer());
    set(CUBLASLT_MATMUL_DESC_B_SCALE_POINTER, one_.pointer());
    set(CUBLASLT_MATMUL_DESC_FAST_ACCUM, int8_t{1});
  }

  cublasLtHandle_t handle_;
  Shape shape_;
  Memory a_, b_, d_, workspace_, one_;
  Owned<cublasLtMatmulDescOpaque_t> product_;
  Owned<cublasLtMatrixLayoutOpaque_t> layout_a_, layout_b_, layout_d_;
  std::vector<cublasLtMatmulHeuristicResult_t> results_;
  unsigned char alpha_[8] = {}, beta_[8] = {};
};

// Seconds of so many calls, by the device's own timer.
double timed(uint64_t calls, const std::function<void()>& call) {
  static CUevent begin = nullptr;
  static CUevent end = nullptr;
  if (begin == nullptr) {
    cu<decltype(cuEventCreate)>("cuEventCreate", &begin, CU_EVENT_DEFAULT);
    cu<decltype(cuEventCreate)>("cuEventCreate", &end, CU_EVENT_DEFAULT);
  }
  cu<decltype(cuEventRecord)>("cuEventRecord", begin, nullptr);
  for (uint64_t i = 0; i < calls; ++i) call();
  cu<decltype(cuEventRecord)>("cuEventRecord", end, nullptr);
  cu<decltype(cuEventSynchronize)>("cuEventSynchronize", end);
  float ms = 0;
  cu<decltype(cuEventElapsedTime)>("cuEventElapsedTime", &ms, begin, end);
  return std::max(1e-9, static_cast<double>(ms) / 1e3);
}

// Rates of batches of at least kBatchSeconds, for about `seconds`.
std::vector<double> batches(const Product& product, std::size_t algorithm, double seconds) {
  const auto call = [&] { product.multiply(algorithm); };
  timed(1, call);
  const auto calls = static_cast<uint64_t>(std::ceil(kBatchSeconds / timed(1, call)));
  std::vector<double> rates;
  double spent = 0;
  do {
    const double batch = timed(calls, call);
    rates.push_back(product.operations() * static_cast<double>(calls) / batch);
    spent += batch;
  } while (spent < seconds);
  return rates;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

struct Candidate {
  std::string what;
  std::size_t shape, algorithm;
  double rate;
};

std::string json(const std::string& what, const std::vector<double>& rates) {
  char text[64];
  std::string line = "{\"what\": \"" + what + "\", \"ops_per_second\": ";
  std::snprintf(text, sizeof text, "%.6g, \"batches\": [", median(rates));
  line += text;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    std::snprintf(text, sizeof text, "%s%.6g", i == 0 ? "" : ", ", rates[i]);
    line += text;
  }
  return line + "]}";
}

// What the program was asked for.
struct Asked {
  std::string library;  // "" = where the loader or CUDA's toolkit has it
  double seconds = 0.3;
  std::vector<std::pair<std::string, std::vector<Shape>>> precisions;
};

// Bytes that one product may take.
std::size_t room() {
  std::size_t free = 0;
  std::size_t total = 0;
  cu<decltype(cuMemGetInfo)>("cuMemGetInfo_v2", &free, &total);
  cu<decltype(cuDeviceTotalMem)>("cuDeviceTotalMem_v2", &total, 0);
  return std::min(free, total) / 2;
}

std::vector<Candidate> try_all(cublasLtHandle_t handle, const Precision& p,
                               const std::vector<Shape>& shapes,
                               const std::vector<unsigned char>& pool) {
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (bytes_of(p, shapes[i]) > room()) continue;
    const Product product(handle, p, shapes[i], pool);
    if (all.empty() && product.algorithms() > 0) batches(product, 0, kRampSeconds);
    for (std::size_t rank = 0; rank < product.algorithms(); ++rank) {
      all.push_back({words(shapes[i]) + ", algorithm " + std::to_string(rank + 1), i, rank,
                     median(batches(product, rank, kTrialSeconds))});
    }
  }
  return all;
}

const Precision& precision_named(const std::string& name) {
  for (const Precision& one : kPrecisions) {
    if (name == one.name) return one;
  }
  throw std::runtime_error("not a precision of this program");
}

// The two objects of a line.
std::string measured(cublasLtHandle_t handle, const Asked& asked, std::size_t number) {
  const std::vector<Shape>& shapes = asked.precisions[number].second;
  const Precision& p = precision_named(asked.precisions[number].first);
  const std::vector<unsigned char> pool = random_pool(p);
  const std::vector<Candidate> all = try_all(handle, p, shapes, pool);
  if (all.empty()) throw std::runtime_error("no algorithm for any shape that fits into memory");
  const auto rate = [&](const Candidate& one) {
    const Product product(handle, p, shapes[one.shape], pool);
    return json(one.what, batches(product, one.algorithm, asked.seconds));
  };
  const auto slower = [](const Candidate& a, const Candidate& b) { return a.rate < b.rate; };
  const Candidate& best = *std::max_element(all.begin(), all.end(), slower);
  std::vector<Candidate> first;
  std::copy_if(all.begin(), all.end(), std::back_inserter(first),
               [](const Candidate& one) { return one.algorithm == 0; });
  const std::string of_first = rate(*std::max_element(first.begin(), first.end(), slower));
  return "\"first\": " + of_first + ", \"best\": " + (best.algorithm == 0 ? of_first : rate(best));
}

int run(const Asked& asked) {
  driver = open_any({"libcuda.so.1"});
  const std::string toolkit = "/usr/local/cuda/lib64/";
  std::vector<std::string> names = {"libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11"};
  for (std::size_t i = 0; i < 3; ++i) names.push_back(toolkit + names[i]);
  library = open_any(asked.library.empty() ? names : std::vector{asked.library});
  CUcontext context = nullptr;
  cu<decltype(cuInit)>("cuInit", 0u);
  cu<decltype(cuDevicePrimaryCtxRetain)>("cuDevicePrimaryCtxRetain", &context, 0);
  cu<decltype(cuCtxSetCurrent)>("cuCtxSetCurrent", context);
  cublasLtHandle_t handle = nullptr;
  lt<decltype(cublasLtCreate)>("cublasLtCreate", &handle);
  const Owned<cublasLtContext> owned(handle, {"cublasLtDestroy"});
  const auto version = symbol<decltype(cublasLtGetVersion)>(library, "cublasLtGetVersion")();
  for (std::size_t i = 0; i < asked.precisions.size(); ++i) {
    std::string rest;
    try {
      rest = "\"library\": \"cuBLASLt, version " + std::to_string(version) + "\", " +
             measured(handle, asked, i);
    } catch (const std::exception& error) {
      rest = std::string("\"error\": \"") + error.what() + "\"";
    }
    std::printf("{\"precision\": \"%s\", %s}\n", asked.precisions[i].first.c_str(), rest.c_str());
    std::fflush(stdout);
  }
  return 0;
}

// "bf16=6144x11264x8320,8192x8192x8192". Throws std::exception.
std::pair<std::string, std::vector<Shape>> parsed(const std::string& word) {
  const auto equals = word.find('=');
  std::vector<Shape> shapes;
  for (std::size_t at = equals; at != std::string::npos; at = word.find(',', at + 1)) {
    Shape s{};
    int used = 0;
    const char* text = word.c_str() + at + 1;
    if (std::sscanf(text, "%lux%lux%lu%n", &s.m, &s.n, &s.k, &used) != 3 ||
        (text[used] != ',' && text[used] != '\0') || s.m * s.n * s.k == 0) {
      throw std::runtime_error(word + ": PRECISION=MxNxK,... expected");
    }
    shapes.push_back(s);
  }
  if (shapes.empty()) throw std::runtime_error(word + ": PRECISION=MxNxK,... expected");
  return {word.substr(0, equals), shapes};
}

Asked options(const std::vector<std::string>& arguments) {
  Asked asked;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool has_value = i + 1 < arguments.size();
    if (arguments[i] == "--library" && has_value) {
      asked.library = arguments[++i];
    } else if (arguments[i] == "--seconds" && has_value) {
      asked.seconds = std::stod(arguments[++i]);
    } else {
      asked.precisions.push_back(parsed(arguments[i]));
    }
  }
  if (asked.precisions.empty()) throw std::runtime_error("no PRECISION=MxNxK,...");
  return asked;
}

}  // namespace

int main(int argc, char** argv) {
  Asked asked;
  try {
    asked = options({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr,
                 "%s: %s\nusage: direct-cublaslt [--library FILE] [--seconds S] "
                 "PRECISION=MxNxK[,MxNxK...]...\n",
                 argv[0], error.what());
    return 64;
  }
  try {
    return run(asked);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "direct-cublaslt: %s\n", error.what());
    return 2;
  }
}
