#include "kernels/cuda/gemm/gemm.h"

#include <fmt/format.h>

#include <memory>

#include "kernels/cuda/gemm/formats.h"
#include "kernels/cuda/gemm/product.h"
#include "kernels/gpu/gemm/gemm.h"

namespace tpp::cuda {
namespace {

struct Asked {
  const CublasLtFormat& format;
  gpu::GemmShape shape;
  int rank;
};

class CublasLtRoutine final : public gpu::GemmRoutine {
 public:
  CublasLtRoutine(const CublasLtApi& api, Context& context, const Asked& asked)
      : api_(api),
        context_(context),
        factors_(asked.format.format.factor),
        workspace_(context, gpu::kGemmWorkspaceBytes),
        handle_(api_),
        product_(api_, asked.format, asked.shape) {
    if (asked.format.fast_accumulation) add_scales();
    // The library only sees whether there are any.
    if (asked.format.format.scaling != nullptr) {
      product_.set_scales(workspace_.address(), workspace_.address());
    }
    chosen_ = algorithm_of(api_, handle_.get(), product_, asked.rank);
  }

  std::string library() const override {
    return fmt::format("{} version {}", api_.found, api_.version());
  }
  std::string algorithm() const override {
    return fmt::format("algorithm {} of its heuristic", chosen_.rank + 1);
  }
  uint64_t workspace_bytes() const override { return workspace_.bytes(); }

  void multiply(const gpu::GemmOperands::Set& set) override {
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

 private:
  // FP8 wants a scale an operand, in device memory.
  void add_scales() {
    const float one = 1;
    ones_ = std::make_unique<gpu::Buffer>(context_, sizeof one);
    context_.upload(ones_->address(), &one, sizeof one);
    product_.set_scales(ones_->address(), ones_->address());
  }

  const CublasLtApi& api_;
  Context& context_;
  gpu::GemmFactors factors_;
  gpu::Buffer workspace_;
  std::unique_ptr<gpu::Buffer> ones_;
  CublasLtHandle handle_;
  Product product_;
  Chosen chosen_;
};

bool has(const Device& device, const CublasLtFormat& format) {
  const auto& [major, minor] = device.capability;
  return major > format.least_major || (major == format.least_major && minor >= format.least_minor);
}

// Why the library cannot do it on any device; "" where it may.
std::string lack_of(const CublasLt& library, const gpu::GemmFormat& format) {
  if (!library.api) return library.why_not;
  const std::size_t version = library.api->version();
  if (format.scaling == nullptr || version >= kBlockScalesSince) return "";
  return fmt::format("{} needs cuBLASLt 12.8 or newer: {} is of version {}", format.subject,
                     library.api->found, version);
}

// What the library and the device are, for all ways of one format.
struct Place {
  const CudaApi& driver;
  Device& device;
  const CublasLt& library;
};

boundary::MakeWorkload way(const Place& place, const Asked& asked) {
  return [place, asked](const boundary::Preparation& preparation) {
    Device& device = place.device;
    Context& context = device.context(place.driver);
    return gpu::make_gemm_workload(
        {context, device.info.units, device.cache_bytes}, {asked.format.format, asked.shape},
        std::make_unique<CublasLtRoutine>(*place.library.api, context, asked), preparation);
  };
}

// The first choice of each shape before the second of any.
void add_ways(const Place& place, const CublasLtFormat& format, boundary::Benchmark& benchmark) {
  const tpp_device_info& info = place.device.info;
  for (int rank = 0; rank < gpu::kGemmRanks; ++rank) {
    for (const gpu::GemmShape& shape :
         gpu::gemm_shapes(info.units, info.memory_bytes / 8, bits_of(format.format.operand))) {
      benchmark.variants.push_back(way(place, {format, shape, rank}));
    }
  }
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
  for (const CublasLtFormat& asked : cublaslt_formats()) {
    const gpu::GemmFormat& format = asked.format;
    boundary::Benchmark benchmark = gpu::gemm_benchmark(format);
    if (!has(device, asked)) {
      gpu::mark_unsupported(
          benchmark, "hardware",
          fmt::format("{} multiplies no {}", device.info.architecture, format.subject));
    } else if (const std::string lack = lack_of(library, format); !lack.empty()) {
      gpu::mark_unsupported(benchmark, "library", lack);
    } else {
      add_ways({driver, device, library}, asked, benchmark);
    }
    list.push_back(std::move(benchmark));
  }
  return list;
}

}  // namespace tpp::cuda
