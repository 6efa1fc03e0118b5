#include "kernels/hip/gemm/rocblas_routine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace tpp::hip {
namespace {

using boundary::Failure;

// What a status is to the host, and what to do about it.
struct Meaning {
  RocblasStatus status;
  tpp_status code;
  const char* advice;
};
constexpr const char* kMemory = "free memory of the device";
constexpr const char* kNever = "this rocBLAS does not have it for this device";
constexpr Meaning kMeanings[] = {
    {RocblasStatus::not_implemented, TPP_UNSUPPORTED, kNever},
    {RocblasStatus::excluded_from_build, TPP_UNSUPPORTED, kNever},
    {RocblasStatus::arch_mismatch, TPP_UNSUPPORTED, kNever},
    {RocblasStatus::memory_error, TPP_OUT_OF_MEMORY, kMemory},
    {RocblasStatus::perf_degraded, TPP_OUT_OF_MEMORY, kMemory},
};

void check(const RocblasApi& api, RocblasStatus status, const char* what) {
  if (status == RocblasStatus::success) return;
  const auto* const found = std::find_if(std::begin(kMeanings), std::end(kMeanings),
                                         [&](const Meaning& row) { return row.status == status; });
  const bool known = found != std::end(kMeanings);
  const char* text = api.status_text != nullptr ? api.status_text(status) : nullptr;
  throw Failure(
      known ? found->code : TPP_FAILED,
      fmt::format("gemm: {} failed with status {} of rocBLAS{}; {}", what, static_cast<int>(status),
                  text != nullptr ? fmt::format(" ({})", text) : "",
                  known ? found->advice : "look at the versions of ROCm's driver and libraries"));
}

std::string version_of(const RocblasApi& api) {
  char text[256] = {};
  check(api, api.version(text, sizeof text), "asking for the version");
  return std::string(text, strnlen(text, sizeof text));
}

class RocblasRoutine final : public gpu::GemmRoutine {
 public:
  RocblasRoutine(const RocblasApi& api, const BlasFormat& format, const gpu::GemmShape& shape)
      : api_(api),
        format_(format.format),
        shape_(shape),
        factors_(format_.factor),
        version_(version_of(api)) {
    check(api_, api_.create(&handle_), "starting rocBLAS");
  }
  ~RocblasRoutine() override { api_.destroy(handle_); }
  RocblasRoutine(const RocblasRoutine&) = delete;
  RocblasRoutine& operator=(const RocblasRoutine&) = delete;

  std::string library() const override {
    return fmt::format("{} version {}", api_.found, version_);
  }
  std::string algorithm() const override { return "the library's own choice of algorithm"; }
  uint64_t workspace_bytes() const override { return 0; }  // the library's own

  void multiply(const gpu::GemmOperands::Set& set) override {
    const auto pointer = [](const gpu::Buffer& buffer) {
      return reinterpret_cast<void*>(buffer.address());
    };
    const auto [m, n, k] = shape_;
    const RocblasType operand = rocblas_type_of(format_.operand);
    const RocblasType product = rocblas_type_of(format_.product);
    check(api_,
          api_.multiply(handle_, RocblasOperation::transposed, RocblasOperation::none, m, n, k,
                        factors_.one, pointer(*set.a.elements), operand, k,
                        pointer(*set.b.elements), operand, k, factors_.zero, pointer(*set.d),
                        product, m, pointer(*set.d), product, m, rocblas_type_of(format_.factor),
                        RocblasAlgorithm::standard, 0, 0),
          "multiplying");
  }

 private:
  const RocblasApi& api_;
  const gpu::GemmFormat& format_;
  const gpu::GemmShape shape_;
  gpu::GemmFactors factors_;
  const std::string version_;
  RocblasHandle* handle_ = nullptr;
};

}  // namespace

std::unique_ptr<gpu::GemmRoutine> make_rocblas_routine(const RocblasApi& api,
                                                       const BlasFormat& format,
                                                       const gpu::GemmShape& shape) {
  return std::make_unique<RocblasRoutine>(api, format, shape);
}

}  // namespace tpp::hip
