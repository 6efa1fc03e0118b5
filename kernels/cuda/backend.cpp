// The CUDA backend behind the C interface: devices of NVIDIA's driver, and the list of their
// benchmarks.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/cpp_backend.h"
#include "kernels/cuda/device.h"
#include "kernels/cuda/gemm/gemm.h"
#include "kernels/cuda/links.h"
#include "kernels/cuda/rows.h"
#include "kernels/gpu/benchmark_list.h"
#include "kernels/gpu/dram.h"
#include "kernels/gpu/issue.h"
#include "kernels/gpu/open_devices.h"

namespace tpp::cuda {
namespace {

using boundary::Benchmark;

// What an open backend holds; benchmarks refer to it.
struct Node {
  CudaApi api;
  CublasLt cublaslt;
  std::vector<Device> devices;
  bool with_studies = false;
};

std::string words_of(const Taken& taken) {
  const Image& image = taken.image;
  if (!image.is_ptx()) return fmt::format("{} machine code", image.architecture);
  const std::string words = fmt::format("PTX of {} compiled by the driver", image.architecture);
  return *taken.refused == '\0'
             ? words
             : fmt::format("{}: it refused {} machine code", words, taken.refused);
}

bool is_outrun(const RowFamily& family, const Device& device) {
  return std::any_of(
      family.outrun_on.begin(), family.outrun_on.end(), [&](const ComputeCapability& one) {
        return one.major == device.capability.major && one.minor == device.capability.minor;
      });
}

// Four bits by an instruction that takes any of 8, 6 and 4 bits: at the rate of 8. Only scaled
// formats have instructions of 64 elements along k and more.
bool is_slow_form(const gpu::IssueRow& row) {
  return row.shape.operand == boundary::Element::e2m1 && row.shape.k == 32;
}

// Whether a row may be slower than the device can do, as far as that shows before its code is
// loaded: then it proves a lower bound, and nothing else.
bool is_generic(const RowFamily& family, const gpu::IssueRow& row, const Device& device) {
  return image_of(device.code.images, family.family)->is_ptx() || is_outrun(family, device) ||
         may_be_outrun(device.left_out, row) || is_slow_form(row);
}

// What the driver took decides. One that refuses some code is older than this module: then whatever
// runs may be slower than what it refused.
gpu::IssueTarget target_of(Context& context, const Device& device, const std::string& kernel,
                           bool generic) {
  const Taken taken = context.taken(kernel);
  const bool slower = !taken.image.is_ptx() && (generic || context.refused());
  return {context, device.info.units,
          words_of(taken) + (slower ? ", perhaps not the fastest instruction" : ""),
          device.shared_bytes, slower || taken.image.is_ptx()};
}

void add_variant(Node& node, Device& device, const gpu::IssueRow& row, bool generic,
                 Benchmark& benchmark) {
  gpu::add_way(benchmark, generic,
               [&node, &device, &row, generic](const boundary::Preparation& preparation) {
                 Context& context = device.context(node.api);
                 return gpu::make_issue_workload(
                     row, target_of(context, device, row.entry, generic), preparation);
               });
}

void say_why_not(const Device& device, Benchmark& benchmark) {
  if (any_left_out(device.left_out,
                   [&](const gpu::IssueRow& row) { return gpu::same_row(benchmark, row); })) {
    benchmark.unsupported_by = "build";
    benchmark.reason = fmt::format(
        "this module was built with CUDA {}, which cannot compile it for {}: a build with a newer "
        "toolkit can",
        toolkit_version(), device.info.architecture);
    return;
  }
  const std::vector<Image>& images = device.code.images;
  const bool generic = images.empty() || images.front().is_ptx();
  benchmark.unsupported_by = generic ? "build" : "hardware";
  benchmark.reason =
      generic ? fmt::format("this module has no machine code for {}: a newer one may",
                            device.info.architecture)
              : fmt::format("{} has no {} instruction of its own for {}", device.info.architecture,
                            benchmark.kernel == "fma" ? "vector" : "matrix", benchmark.subject);
}

// Whatever a device is, its memory is as fast by PTX.
void add_streams(Node& node, Device& device, std::vector<Benchmark>& list) {
  for (const gpu::StreamRow& row : gpu::kStreamRows) {
    Benchmark benchmark = gpu::stream_benchmark(row);
    if (image_of(device.code.images, "dram") == nullptr) {
      say_why_not(device, benchmark);
    } else {
      benchmark.variants.push_back([&node, &device,
                                    &row](const boundary::Preparation& preparation) {
        Context& context = device.context(node.api);
        return gpu::make_stream_workload(row.stream,
                                         {context, device.info.units, device.info.memory_bytes,
                                          device.cache_bytes, words_of(context.taken("dram_read"))},
                                         preparation);
      });
    }
    list.push_back(std::move(benchmark));
  }
}

std::vector<Benchmark> benchmarks_of(Node& node, Device& device) {
  std::vector<Benchmark> list;
  for (const RowFamily& family : row_families()) {
    const bool runs = image_of(device.code.images, family.family) != nullptr &&
                      device.info.units % family.units_together == 0;
    if (family.is_study && !(runs && node.with_studies)) continue;
    for (const gpu::IssueRow& row : family.rows) {
      Benchmark& benchmark = gpu::benchmark_of(list, row);
      if (runs) add_variant(node, device, row, is_generic(family, row, device), benchmark);
    }
  }
  for (Benchmark& benchmark : list) {
    if (benchmark.variants.empty()) say_why_not(device, benchmark);
  }
  for (Benchmark& benchmark : gemm_benchmarks(node.api, device, node.cublaslt)) {
    list.push_back(std::move(benchmark));
  }
  add_streams(node, device, list);
  for (Benchmark& benchmark : link_rows_of(node.api, device, node.devices)) {
    list.push_back(std::move(benchmark));
  }
  return list;
}

// "study": the rows of studies too.
bool wants_studies(const boundary::Options& options) {
  const auto word = options.find("study");
  if (word == options.end() || word->second == "no") return false;
  if (word->second == "yes") return true;
  throw boundary::Failure(TPP_INVALID, fmt::format("study={}: yes or no expected", word->second));
}

boundary::Opened open_devices(const boundary::Options& options) {
  auto node = std::make_shared<Node>();
  node->with_studies = wants_studies(options);
  node->api = load_driver();
  node->devices = find_devices(node->api);
  node->cublaslt = find_cublaslt(gpu::library_path(options));
  return gpu::opened(std::move(node), benchmarks_of);
}

struct Cuda {
  static boundary::BackendDefinition get() {
    // Of the instances of partitioned GPUs the driver shows a process one, and beside it no GPU
    // that is whole (Multi-Instance GPU User Guide, "CUDA Device Enumeration").
    return {"cuda", "1", {"library-path", "study"}, open_devices, "CUDA_VISIBLE_DEVICES", kVendor};
  }
};

}  // namespace
}  // namespace tpp::cuda

// A host of another major version learns ours from the first four members and stops there.
const tpp_backend_api* tpp_backend_query(uint32_t, uint32_t) {
  return tpp::boundary::BackendTable<tpp::cuda::Cuda>::api();
}
