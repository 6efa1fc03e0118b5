// The CUDA backend behind the C interface: devices of NVIDIA's driver, and the list of their
// benchmarks.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/cpp_backend.h"
#include "kernels/cuda/device.h"
#include "kernels/cuda/gemm/gemm.h"
#include "kernels/cuda/links.h"
#include "kernels/cuda/rows.h"
#include "kernels/gpu/dram.h"
#include "kernels/gpu/issue.h"

namespace tpp::cuda {
namespace {

using boundary::Benchmark;

// What an open backend holds; benchmarks refer to it.
struct Node {
  CudaApi api;
  CublasLt cublaslt;
  std::vector<Device> devices;
};

bool same_row(const Benchmark& benchmark, const gpu::IssueRow& row) {
  return benchmark.kernel == row.kernel && benchmark.subject == row.precision &&
         benchmark.accumulator == row.accumulator;
}

// The one of a family; nullptr if there is none.
const Image* image_of(const std::vector<Image>& images, std::string_view family) {
  const auto found = std::find_if(images.begin(), images.end(),
                                  [&](const Image& image) { return family == image.family; });
  return found == images.end() ? nullptr : &*found;
}

Benchmark& benchmark_of(std::vector<Benchmark>& list, const gpu::IssueRow& row) {
  const auto known = std::find_if(list.begin(), list.end(),
                                  [&](const Benchmark& one) { return same_row(one, row); });
  if (known != list.end()) return *known;
  Benchmark made;
  made.kernel = row.kernel;
  made.subject = row.precision;
  made.accumulator = row.accumulator;
  list.push_back(std::move(made));
  return list.back();
}

std::string words_of(const Image& image) {
  if (image.is_ptx()) return fmt::format("PTX of {} compiled by the driver", image.architecture);
  return fmt::format("{} machine code", image.architecture);
}

bool is_outrun(const RowFamily& family, const Device& device) {
  return std::any_of(
      family.outrun_on.begin(), family.outrun_on.end(), [&](const ComputeCapability& one) {
        return one.major == device.capability.major && one.minor == device.capability.minor;
      });
}

// How a family's rows run on a device. What may be slower than the device can do is generic: it
// proves a lower bound, and nothing else.
struct Way {
  std::string words;
  bool generic = false;
};
std::optional<Way> way_of(const RowFamily& family, const Device& device) {
  const Image* image = image_of(device.images, family.family);
  if (image == nullptr) return std::nullopt;
  if (!is_outrun(family, device)) return Way{words_of(*image), image->is_ptx()};
  return Way{words_of(*image) + ", not the architecture's fastest instruction", true};
}

void add_variant(Node& node, Device& device, const gpu::IssueRow& row, const Way& way,
                 Benchmark& benchmark) {
  if (way.generic || may_be_outrun(device.left_out, row)) benchmark.flags |= TPP_BENCHMARK_GENERIC;
  benchmark.variants.push_back(
      [&node, &device, &row, words = way.words](const boundary::Preparation& preparation) {
        return gpu::make_issue_workload(
            row, {device.context(node.api), device.info.units, words, device.shared_bytes},
            preparation);
      });
}

void say_why_not(const Device& device, Benchmark& benchmark) {
  if (any_left_out(device.left_out,
                   [&](const gpu::IssueRow& row) { return same_row(benchmark, row); })) {
    benchmark.unsupported_by = "build";
    benchmark.reason = fmt::format(
        "this module was built with CUDA {}, which cannot compile it for {}: a build with a newer "
        "toolkit can",
        toolkit_version(), device.info.architecture);
    return;
  }
  const bool generic = device.images.empty() || device.images.front().is_ptx();
  benchmark.unsupported_by = generic ? "build" : "hardware";
  benchmark.reason =
      generic ? fmt::format("this module has no machine code for {}: a newer one may",
                            device.info.architecture)
              : fmt::format("{} has no {} instruction of its own for {}", device.info.architecture,
                            benchmark.kernel == "fma" ? "vector" : "matrix", benchmark.subject);
}

// Whatever a device is, its memory is as fast by PTX.
void add_streams(Node& node, Device& device, std::vector<Benchmark>& list) {
  const Image* image = image_of(device.images, "dram");
  for (const auto& [stream, subject] :
       {std::pair(gpu::Stream::read, "read"), std::pair(gpu::Stream::write, "write"),
        std::pair(gpu::Stream::copy, "copy")}) {
    Benchmark benchmark;
    benchmark.kernel = "dram";
    benchmark.subject = subject;
    benchmark.flags = TPP_BENCHMARK_BYTES;
    if (image == nullptr) {
      say_why_not(device, benchmark);
    } else {
      benchmark.variants.push_back([&node, &device, stream = stream, words = words_of(*image)](
                                       const boundary::Preparation& preparation) {
        return gpu::make_stream_workload(stream,
                                         {device.context(node.api), device.info.units,
                                          device.info.memory_bytes, device.cache_bytes, words},
                                         preparation);
      });
    }
    list.push_back(std::move(benchmark));
  }
}

std::vector<Benchmark> benchmarks_of(Node& node, Device& device) {
  std::vector<Benchmark> list;
  for (const RowFamily& family : row_families()) {
    const std::optional<Way> way = way_of(family, device);
    for (const gpu::IssueRow& row : family.rows) {
      Benchmark& benchmark = benchmark_of(list, row);
      if (way) add_variant(node, device, row, *way, benchmark);
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

boundary::Opened open_devices(const boundary::Options& options) {
  auto node = std::make_shared<Node>();
  node->api = load_driver();
  node->devices = find_devices(node->api);
  const auto folder = options.find("library-path");
  node->cublaslt = find_cublaslt(folder == options.end() ? "" : folder->second);
  boundary::Opened opened;
  for (Device& device : node->devices) {
    opened.devices.push_back({device.info, benchmarks_of(*node, device)});
  }
  opened.keep = std::move(node);
  return opened;
}

struct Cuda {
  static boundary::BackendDefinition get() { return {"cuda", "1", {"library-path"}, open_devices}; }
};

}  // namespace
}  // namespace tpp::cuda

// A host of another major version learns ours from the first four members and stops there.
const tpp_backend_api* tpp_backend_query(uint32_t, uint32_t) {
  return tpp::boundary::BackendTable<tpp::cuda::Cuda>::api();
}
