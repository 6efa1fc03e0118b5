#include "kernels/hip/gemm/hipblaslt_routine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace tpp::hip {
namespace {

using boundary::Failure;

void check(LtStatus status, const char* what) {
  if (status == LtStatus::success) return;
  const bool never = status == LtStatus::not_supported || status == LtStatus::arch_mismatch;
  const bool memory = status == LtStatus::allocation_failed;
  throw Failure(
      never    ? TPP_UNSUPPORTED
      : memory ? TPP_OUT_OF_MEMORY
               : TPP_FAILED,
      fmt::format("gemm: {} failed with status {} of hipBLASLt; {}", what, static_cast<int>(status),
                  memory ? "free memory of the device"
                         : "look at the versions of ROCm's driver and libraries"));
}

// One use of the library, on the device that is current.
class Handle {
 public:
  explicit Handle(const HipblasLtApi& api) : api_(api) {
    check(api_.create(&handle_), "starting hipBLASLt");
  }
  ~Handle() { api_.destroy(handle_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  LtHandle* get() const { return handle_; }
  int version() const {
    int version = 0;
    check(api_.version(handle_, &version), "asking for the version");
    return version;
  }

 private:
  const HipblasLtApi& api_;
  LtHandle* handle_ = nullptr;
};

class Product {
 public:
  Product(const HipblasLtApi& api, const BlasFormat& asked, const gpu::GemmShape& shape)
      : api_(api) {
    const gpu::GemmFormat& format = asked.format;
    try {
      check(api_.create_product(&product_, asked.compute, lt_type_of(format.factor)),
            "making a product");
      set(LtAttribute::operation_a, LtOperation::transposed);
      set(LtAttribute::operation_b, LtOperation::none);
      if (format.scaling != nullptr) {
        set(LtAttribute::scale_mode_a, format.scaling->mode);
        set(LtAttribute::scale_mode_b, format.scaling->mode);
      }
      layout(a, format.operand, shape.k, shape.m);
      layout(b, format.operand, shape.k, shape.n);
      layout(d, format.product, shape.m, shape.n);
    } catch (...) {
      release();
      throw;
    }
  }
  ~Product() { release(); }
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

  void set_scales(gpu::Address of_a, gpu::Address of_b) {
    set(LtAttribute::scale_a, of_a);
    set(LtAttribute::scale_b, of_b);
  }
  LtProduct* description() const { return product_; }

  LtLayout *a = nullptr, *b = nullptr, *d = nullptr;

 private:
  template <class Value>
  void set(LtAttribute attribute, Value value) {
    check(api_.set_product(product_, attribute, &value, sizeof value), "describing a product");
  }

  void layout(LtLayout*& to, boundary::Element element, int rows, int columns) {
    check(api_.create_layout(&to, lt_type_of(element), static_cast<uint64_t>(rows),
                             static_cast<uint64_t>(columns), rows),
          "describing a matrix");
  }

  void release() noexcept {
    for (LtLayout* one : {a, b, d}) {
      if (one != nullptr) api_.destroy_layout(one);
    }
    if (product_ != nullptr) api_.destroy_product(product_);
  }

  const HipblasLtApi& api_;
  LtProduct* product_ = nullptr;
};

// What the library refuses to look for is what it does not have: it answers invalid_value for types
// that it does not know.
bool none_there(LtStatus status) {
  return status == LtStatus::not_supported || status == LtStatus::arch_mismatch ||
         status == LtStatus::invalid_value;
}

// All that run in the workspace.
std::vector<LtAlgorithm> algorithms_of(const HipblasLtApi& api, const Handle& handle,
                                       const Product& product) {
  LtPreference* preference = nullptr;
  check(api.create_preference(&preference), "asking for algorithms");
  const uint64_t workspace = gpu::kGemmWorkspaceBytes;
  api.set_preference(preference, LtPreferenceAttribute::max_workspace_bytes, &workspace,
                     sizeof workspace);
  LtResult results[gpu::kGemmRanks] = {};
  int count = 0;
  const LtStatus status =
      api.heuristic(handle.get(), product.description(), product.a, product.b, product.d, product.d,
                    preference, gpu::kGemmRanks, results, &count);
  api.destroy_preference(preference);
  std::vector<LtAlgorithm> algorithms;
  if (none_there(status)) return algorithms;
  check(status, "asking for algorithms");
  for (int i = 0; i < count && i < gpu::kGemmRanks; ++i) {
    const bool runs = results[i].state == LtStatus::success &&
                      results[i].workspace_bytes <= gpu::kGemmWorkspaceBytes;
    if (runs) algorithms.push_back(results[i].algorithm);
  }
  return algorithms;
}

// Of the library, which is new enough.
int version_for(const HipblasLtApi& api, const Handle& handle, const LtQuestion& question) {
  const int version = handle.version();
  if (version >= question.since) return version;
  throw Failure(
      TPP_UNSUPPORTED,
      fmt::format("gemm: {} needs hipBLASLt {} or newer on this device: {} is of version {}",
                  question.format->format.subject, lt_version_text(question.since), api.found,
                  lt_version_text(version)));
}

class HipblasLtRoutine final : public gpu::GemmRoutine {
 public:
  HipblasLtRoutine(const HipblasLtApi& api, gpu::Driver& driver, const LtQuestion& question)
      : api_(api),
        format_(*question.format),
        factors_(format_.format.factor),
        workspace_(driver, gpu::kGemmWorkspaceBytes),
        handle_(api_),
        version_(version_for(api_, handle_, question)),
        product_(api_, format_, question.shape) {
    // The library only sees whether there are any.
    if (format_.format.scaling != nullptr) {
      product_.set_scales(workspace_.address(), workspace_.address());
    }
  }

  std::vector<LtAlgorithm> algorithms() const { return algorithms_of(api_, handle_, product_); }
  void use(const LtAlgorithm& algorithm, int rank) {
    algorithm_ = algorithm;
    rank_ = rank;
  }

  std::string library() const override {
    return fmt::format("{} version {}", api_.found, lt_version_text(version_));
  }
  std::string algorithm() const override {
    int32_t solution = 0;
    std::memcpy(&solution, algorithm_.data, sizeof solution);
    return fmt::format("algorithm {} of its heuristic (solution {}){}", rank_ + 1, solution,
                       format_.note);
  }
  uint64_t workspace_bytes() const override { return workspace_.bytes(); }

  void multiply(const gpu::GemmOperands::Set& set) override {
    const auto pointer = [](const gpu::Buffer& buffer) {
      return reinterpret_cast<void*>(buffer.address());
    };
    if (set.a.scales) product_.set_scales(set.a.scales->address(), set.b.scales->address());
    check(api_.multiply(handle_.get(), product_.description(), factors_.one,
                        pointer(*set.a.elements), product_.a, pointer(*set.b.elements), product_.b,
                        factors_.zero, pointer(*set.d), product_.d, pointer(*set.d), product_.d,
                        &algorithm_, pointer(workspace_), workspace_.bytes(), nullptr),
          "multiplying");
  }

 private:
  const HipblasLtApi& api_;
  const BlasFormat& format_;
  gpu::GemmFactors factors_;
  gpu::Buffer workspace_;
  Handle handle_;
  const int version_;
  Product product_;
  LtAlgorithm algorithm_{};
  int rank_ = 0;
};

void refuse_none(const std::vector<LtAlgorithm>& algorithms) {
  if (!algorithms.empty()) return;
  throw Failure(TPP_UNSUPPORTED, "gemm: hipBLASLt has no algorithm for it on this device");
}

}  // namespace

std::unique_ptr<gpu::GemmRoutine> HipblasLt::routine(gpu::Driver& driver,
                                                     const LtQuestion& question, int rank) {
  auto known = answers_.find(question);
  if (known != answers_.end()) refuse_none(known->second);
  auto routine = std::make_unique<HipblasLtRoutine>(api_, driver, question);
  if (known == answers_.end()) known = answers_.emplace(question, routine->algorithms()).first;
  const std::vector<LtAlgorithm>& algorithms = known->second;
  refuse_none(algorithms);
  const int last = std::min(rank, static_cast<int>(algorithms.size()) - 1);
  routine->use(algorithms[static_cast<std::size_t>(last)], last);
  return routine;
}

}  // namespace tpp::hip
