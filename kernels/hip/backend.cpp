// The HIP backend behind the C interface: devices of AMD's runtime, and the list of their
// benchmarks.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/cpp_backend.h"
#include "kernels/gpu/benchmark_list.h"
#include "kernels/gpu/dram.h"
#include "kernels/gpu/issue.h"
#include "kernels/gpu/open_devices.h"
#include "kernels/hip/device.h"
#include "kernels/hip/gemm/gemm.h"
#include "kernels/hip/links.h"
#include "kernels/hip/rows.h"
#include "kernels/hip/runtime_compiler.h"

namespace tpp::hip {
namespace {

using boundary::Benchmark;

// What an open backend holds; benchmarks refer to it.
struct Node {
  HipApi api;
  std::optional<Compiler> compiler;
  BlasLibraries libraries;
  std::vector<Device> devices;
};

bool is_compiled_here(const Device& device) { return device.code.compiler != nullptr; }

std::string words_of(const Device& device) {
  return fmt::format("{} machine code{}", device.code.image->target,
                     is_compiled_here(device) ? " compiled by the ROCm runtime" : "");
}

void add_row(Node& node, Device& device, const gpu::IssueRow& row, bool outrun,
             Benchmark& benchmark) {
  gpu::add_way(benchmark, outrun,
               [&node, &device, &row, outrun](const boundary::Preparation& preparation) {
                 gpu::IssueTarget target{
                     device.context(node.api), device.info.units,
                     words_of(device) + (outrun ? ", not at the device's full rate" : ""),
                     device.shared_bytes, outrun};
                 target.timer_hz = device.timer_hz;
                 return gpu::make_issue_workload(row, target, preparation);
               });
}

void say_no_code(const Device& device, Benchmark& benchmark) {
  const std::string architecture = device.info.architecture;
  benchmark.unsupported_by = "build";
  if (architecture.empty()) {
    benchmark.reason = "the ROCm runtime does not say which architecture this device has";
    return;
  }
  benchmark.reason = fmt::format("this module has no machine code for {}", architecture);
  // All but instructions of its own, products of libraries too: their operands are filled by it.
  const bool compiles = benchmark.kernel != "mma";
  benchmark.reason += compiles && image_to_compile(architecture) != nullptr
                          ? ", and the ROCm runtime here has no hipRTC (libhiprtc) to compile it: "
                            "install that, or take a newer module"
                          : ": a newer one may";
}

void say_why_not(const Device& device, Benchmark& benchmark) {
  if (device.code.image == nullptr || is_compiled_here(device)) {
    say_no_code(device, benchmark);
    return;
  }
  const std::string architecture = device.info.architecture;
  benchmark.unsupported_by = "hardware";
  benchmark.reason =
      fmt::format("{} has no {} instruction of its own for {}", architecture,
                  benchmark.kernel == "fma" ? "vector" : "matrix", benchmark.subject);
}

void add_streams(Node& node, Device& device, std::vector<Benchmark>& list) {
  for (const gpu::StreamRow& row : gpu::kStreamRows) {
    Benchmark benchmark = gpu::stream_benchmark(row);
    if (device.code.image == nullptr) {
      say_why_not(device, benchmark);
    } else {
      benchmark.variants.push_back(
          [&node, &device, &row](const boundary::Preparation& preparation) {
            return gpu::make_stream_workload(
                row.stream,
                {device.context(node.api), device.info.units, device.info.memory_bytes,
                 device.last_level_bytes(), words_of(device)},
                preparation);
          });
    }
    list.push_back(std::move(benchmark));
  }
}

std::vector<Benchmark> benchmarks_of(Node& node, Device& device) {
  std::vector<Benchmark> list;
  for (const RowFamily& family : row_families()) {
    const bool runs = device.code.image != nullptr && family.runs_on(*device.code.image);
    for (const gpu::IssueRow& row : family.rows) {
      Benchmark& benchmark = gpu::benchmark_of(list, row);
      const bool outrun =
          is_compiled_here(device) || std::string_view(family.outrun) == row.precision;
      if (runs) add_row(node, device, row, outrun, benchmark);
    }
  }
  for (Benchmark& benchmark : list) {
    if (benchmark.variants.empty()) say_why_not(device, benchmark);
  }
  for (Benchmark& benchmark : gemm_benchmarks(node.api, device, node.libraries)) {
    if (device.code.image == nullptr) say_why_not(device, benchmark);
    list.push_back(std::move(benchmark));
  }
  add_streams(node, device, list);
  for (Benchmark& benchmark : link_rows_of(node.api, device, node.devices)) {
    list.push_back(std::move(benchmark));
  }
  return list;
}

// Devices of targets that this module has no code for run what the ROCm runtime's compiler makes of
// the loops that are the same for all.
void let_compile(Node& node, const std::string& folder) {
  for (Device& device : node.devices) {
    const Image* image = image_to_compile(device.info.architecture);
    if (device.code.image != nullptr || image == nullptr) continue;
    int version = 0;
    if (!node.compiler && node.api.runtime_version(&version) == Error::none) {
      node.compiler = find_compiler(library_folders(folder), version / 10'000'000);
    }
    if (node.compiler) device.code = {image, &*node.compiler};
  }
}

boundary::Opened open_devices(const boundary::Options& options) {
  auto node = std::make_shared<Node>();
  const std::string folder = gpu::library_path(options);
  node->api = load_runtime(folder);
  node->devices = find_devices(node->api, "/sys/bus/pci/devices");
  let_compile(*node, folder);
  node->libraries = find_blas_libraries(node->api, folder);
  return gpu::opened(std::move(node), benchmarks_of);
}

struct Hip {
  static boundary::BackendDefinition get() { return {"hip", "1", {"library-path"}, open_devices}; }
};

}  // namespace
}  // namespace tpp::hip

// A host of another major version learns ours from the first four members and stops there.
const tpp_backend_api* tpp_backend_query(uint32_t, uint32_t) {
  return tpp::boundary::BackendTable<tpp::hip::Hip>::api();
}
