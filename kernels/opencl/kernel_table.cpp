#include "kernels/opencl/kernel_table.h"

#include <fmt/format.h>

#include "kernels/gpu/kernel_contract.h"

namespace tpp::opencl {
namespace {

// Elements in a register of a group of kLanes lanes, as kernels/gpu lays operands out.
constexpr unsigned kLanes = 32;

struct Format {
  const char* element;
  unsigned row;  // elements of a register of all lanes
};

Format format_of(const std::string& precision) {
  if (precision == "fp64") return {"double", kLanes};
  if (precision == "fp16") return {"half", 2 * kLanes};
  return {"float", kLanes};
}

}  // namespace

Kernel fma_kernel(const std::string& precision, unsigned width) {
  const Format format = format_of(precision);
  Kernel kernel;
  kernel.name = fmt::format("fma_{}_x{}", precision, width);
  kernel.source = kFmaSource;
  kernel.options = fmt::format("-DELEMENT={} -DWIDTH={} -DROW={} -DWARPS={}", format.element, width,
                               format.row, gpu::kIssueThreads / kLanes);
  kernel.function = "fma_loop";
  kernel.parameters = "bbbww";
  kernel.lanes = width * kLanes / format.row;
  return kernel;
}

Kernel integer_kernel(const std::string& precision, unsigned width) {
  Kernel kernel;
  kernel.name = fmt::format("fma_{}_x{}", precision, width);
  kernel.source = kIntegerSource;
  kernel.options = fmt::format("-DWIDTH={} -DWARPS={}{}", width, gpu::kIssueThreads / kLanes,
                               precision == "int8" ? " -DDOT -cl-std=CL3.0" : "");
  kernel.function = "integer_loop";
  kernel.parameters = "bbbww";
  kernel.lanes = width;
  return kernel;
}

Kernel dram_kernel(const std::string& name, bool by_stretches) {
  Kernel kernel;
  kernel.name = name;
  kernel.source = kDramSource;
  kernel.lanes = by_stretches ? gpu::kStreamThreads : 1;
  kernel.options = fmt::format("-DLANES={}", kernel.lanes);
  kernel.function = kernel.name == "dram_read"    ? "dram_read"
                    : kernel.name == "dram_write" ? "dram_write"
                                                  : "dram_copy";
  kernel.parameters = kernel.name == "dram_read"    ? "blb"
                      : kernel.name == "dram_write" ? "bll"
                                                    : "bbl";
  return kernel;
}

Kernel gemm_kernel(const std::string& precision, bool fused) {
  Kernel kernel;
  kernel.name = "gemm_" + precision;
  kernel.source = kGemmSource;
  kernel.function = "gemm_tiled";
  kernel.parameters = "bbbww";
  kernel.whole_groups = true;
  const bool integers = precision == "int8";
  kernel.options =
      fmt::format("-DELEMENT={} -DSUM={} -DTILE={} -DDEPTH={}{}",
                  integers ? "uint" : format_of(precision).element,
                  integers ? "int" : format_of(precision).element, kGemmTile, kGemmDepth,
                  integers ? " -DDOT"
                  : fused  ? " -DFUSED"
                           : "");
  if (integers) kernel.options += " -cl-std=CL3.0";
  return kernel;
}

}  // namespace tpp::opencl
