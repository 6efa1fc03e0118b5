#include "kernels/opencl/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "kernels/gpu/dram.h"
#include "kernels/gpu/issue.h"
#include "kernels/gpu/kernel_contract.h"
#include "kernels/opencl/chained_integers.h"
#include "kernels/opencl/gemm.h"

namespace tpp::opencl {
namespace {

using boundary::Benchmark;
using boundary::Element;

// Formats by their place in Device::vector_width and Device::fuses.
struct Format {
  const char* precision;
  const char* extension;  // that the device needs; "" = none
  Element element;
  unsigned row;  // elements that a register of kLanes lanes holds
};
constexpr Format kFormats[] = {
    {"fp64", "cl_khr_fp64", Element::f64, gpu::kLanes},
    {"fp32", "", Element::f32, gpu::kLanes},
    {"fp16", "cl_khr_fp16", Element::f16, 2 * gpu::kLanes},
};

constexpr int kAsFp32 = 1;  // whose vectors are as wide as those of 32-bit integers

// One loop: its row for kernels/gpu, with the texts that it points to.
constexpr unsigned kWidths[] = {1, 2, 4, 8, 16};
struct Loop {
  std::string entry;
  std::string words;
  gpu::IssueRow row;
};

std::unique_ptr<Loop> make_loop(const Format& format, unsigned width) {
  auto loop = std::make_unique<Loop>();
  loop->entry = fma_kernel(format.precision, width).name;
  loop->words = fmt::format("fma() of {} element{}", width, width == 1 ? "" : "s");
  gpu::MatrixInstruction shape;
  shape.product = gpu::Product::lanewise;
  shape.m = format.row;
  shape.n = shape.k = 1;
  shape.operand = shape.accumulator = format.element;
  loop->row = {loop->entry.c_str(), "fma",
               format.precision,    "",
               loop->words.c_str(), gpu::OperandPlace::registers,
               gpu::kVectorUnroll,  shape};
  return loop;
}

// The width that the driver calls native first, then the others, widest first for processors. Of
// halves a lane holds two.
std::vector<unsigned> widths_of(const Device& device, int format) {
  std::vector<unsigned> widths;
  for (unsigned width : kWidths) {
    if (width * gpu::kLanes >= kFormats[format].row) widths.push_back(width);
  }
  if (device.is_processor) std::reverse(widths.begin(), widths.end());
  const auto native = std::find(widths.begin(), widths.end(), device.vector_width[format]);
  if (native != widths.end()) std::rotate(widths.begin(), native, native + 1);
  return widths;
}

std::string image_words(const Device& device) {
  return fmt::format("OpenCL C compiled by driver {}", device.info.driver_version);
}

// Why the driver offers no such format; "" where it does.
std::string lack_of(const Device& device, const char* extension) {
  if (*extension == '\0' || device.has(extension)) return "";
  return fmt::format("the driver offers no {}", extension);
}

Benchmark fma_benchmark(const OpenClApi& api, Device& device, int format) {
  Benchmark benchmark;
  benchmark.kernel = "fma";
  benchmark.subject = kFormats[format].precision;
  benchmark.flags = TPP_BENCHMARK_GENERIC;
  benchmark.reason = lack_of(device, kFormats[format].extension);
  if (benchmark.reason.empty() && !device.fuses[format]) {
    benchmark.reason = "the driver says that the hardware has no fused multiply-add of it";
  }
  if (!benchmark.reason.empty()) {
    benchmark.unsupported_by = "library";
    return benchmark;
  }
  for (const unsigned width : widths_of(device, format)) {
    const std::shared_ptr<Loop> loop = make_loop(kFormats[format], width);
    benchmark.variants.push_back([&api, &device, loop](const boundary::Preparation& preparation) {
      Context& context = device.context(api, kernels_of(device));
      return gpu::make_issue_workload(
          loop->row, {context, device.info.units, image_words(device), 0, true}, preparation);
    });
  }
  return benchmark;
}

// Integers: on vectors of any width, or four products of 8 bits in one word.
struct IntegerFormat {
  const char* precision;
  const char* extension;
  IntegerStep step;
  const char* words;
};
constexpr IntegerFormat kIntegers[] = {
    {"int32", "", IntegerStep::multiply_add, "multiply and add of {} 32-bit integer{}"},
    {"int8", "cl_khr_integer_dot_product", IntegerStep::dot_product, "dot products of 4 bytes"},
};

std::vector<unsigned> widths_of(const Device& device, const IntegerFormat& format) {
  if (format.step == IntegerStep::dot_product) return {1};
  return widths_of(device, kAsFp32);
}

std::unique_ptr<Loop> make_loop(const IntegerFormat& format, unsigned width) {
  auto loop = std::make_unique<Loop>();
  loop->entry = integer_kernel(format.precision, width).name;
  loop->words = fmt::format(fmt::runtime(format.words), width, width == 1 ? "" : "s");
  gpu::MatrixInstruction shape;  // for the check: sums are exact
  shape.product = gpu::Product::lanewise;
  shape.m = gpu::kLanes;
  shape.n = shape.k = 1;
  shape.operand = shape.accumulator = Element::i32;
  loop->row = {loop->entry.c_str(), "fma",
               format.precision,    "",
               loop->words.c_str(), gpu::OperandPlace::registers,
               gpu::kVectorUnroll,  shape};
  return loop;
}

Benchmark integer_benchmark(const OpenClApi& api, Device& device, const IntegerFormat& format) {
  Benchmark benchmark;
  benchmark.kernel = "fma";
  benchmark.subject = format.precision;
  benchmark.flags = TPP_BENCHMARK_GENERIC;
  benchmark.reason = lack_of(device, format.extension);
  if (!benchmark.reason.empty()) {
    benchmark.unsupported_by = "library";
    return benchmark;
  }
  if (format.step == IntegerStep::dot_product && !device.has_dot_instruction) {
    benchmark.flags |= TPP_BENCHMARK_EMULATED;
  }
  for (const unsigned width : widths_of(device, format)) {
    const std::shared_ptr<Loop> loop = make_loop(format, width);
    benchmark.variants.push_back(
        [&api, &device, &format, loop](const boundary::Preparation& preparation) {
          Context& context = device.context(api, kernels_of(device));
          return gpu::issue_workload_with(
              loop->row, {context, device.info.units, image_words(device), 0, true},
              chained_integers(format.step, preparation.seed, preparation.zeros));
        });
  }
  return benchmark;
}

// Of which a quarter is the most that is taken: that fits into one buffer. A processor moves some
// 10 GB/s a core, so that gigabytes would keep it for long.
uint64_t memory_for_streams(const Device& device) {
  constexpr uint64_t kOfAProcessor = uint64_t{256} << 20;
  const uint64_t memory = std::min(device.info.memory_bytes, 4 * device.most_bytes);
  if (!device.is_processor) return memory;
  return std::min(memory, 4 * std::max(kOfAProcessor, 8 * device.cache_bytes));
}

Benchmark stream_benchmark(const OpenClApi& api, Device& device, const gpu::StreamRow& row) {
  Benchmark benchmark = gpu::stream_benchmark(row);
  benchmark.variants.push_back([&api, &device, &row](const boundary::Preparation& preparation) {
    Context& context = device.context(api, kernels_of(device));
    return gpu::make_stream_workload(row.stream,
                                     {context, device.info.units, memory_for_streams(device),
                                      device.cache_bytes, image_words(device)},
                                     preparation);
  });
  return benchmark;
}

}  // namespace

std::vector<Kernel> kernels_of(const Device& device) {
  std::vector<Kernel> kernels;
  for (int format = 0; format < static_cast<int>(std::size(kFormats)); ++format) {
    const std::string precision = kFormats[format].precision;
    for (const unsigned width : widths_of(device, format)) {
      kernels.push_back(fma_kernel(precision, width));
    }
    kernels.push_back(gemm_kernel(precision, device.fuses[format]));
  }
  for (const IntegerFormat& format : kIntegers) {
    for (const unsigned width : widths_of(device, format)) {
      kernels.push_back(integer_kernel(format.precision, width));
    }
  }
  kernels.push_back(gemm_kernel("int8", false));
  for (const char* name : {"dram_read", "dram_write", "dram_copy"}) {
    kernels.push_back(dram_kernel(name, device.is_processor));
  }
  return kernels;
}

std::vector<Benchmark> benchmarks_of(const OpenClApi& api, Device& device) {
  std::vector<Benchmark> list;
  for (int format = 0; format < static_cast<int>(std::size(kFormats)); ++format) {
    list.push_back(fma_benchmark(api, device, format));
  }
  for (const IntegerFormat& format : kIntegers) {
    list.push_back(integer_benchmark(api, device, format));
  }
  for (Benchmark& benchmark : gemm_benchmarks(api, device)) list.push_back(std::move(benchmark));
  for (const gpu::StreamRow& row : gpu::kStreamRows) {
    list.push_back(stream_benchmark(api, device, row));
  }
  return list;
}

}  // namespace tpp::opencl
