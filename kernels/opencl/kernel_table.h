// The kernels of this backend: strings that the driver compiles, by what they are called here. Pure
// data.
#ifndef TPP_KERNELS_OPENCL_KERNEL_TABLE_H
#define TPP_KERNELS_OPENCL_KERNEL_TABLE_H

#include <cstdint>
#include <string>

namespace tpp::opencl {

// Sources of device/, each a text of OpenCL C.
extern const char* const kFmaSource;
extern const char* const kIntegerSource;
extern const char* const kDramSource;
extern const char* const kGemmSource;

struct Kernel {
  std::string name;           // unique: "fma_fp32_x16"
  const char* source;         // of the program
  std::string options;        // for the compiler
  const char* function;       // in the program
  const char* parameters;     // one letter each: b a buffer, w a word of 32 bits, l one of 64
  uint32_t lanes = 1;         // threads of the host's grid that one work-item stands for
  bool whole_groups = false;  // a block must be one work-group: its work-items share memory
};

// A loop of multiply-adds on vectors of `width` elements of "fp64", "fp32" or "fp16".
Kernel fma_kernel(const std::string& precision, unsigned width);

// Chains of multiply-adds of `width` 32-bit integers; "int8" in words of four, of width 1.
Kernel integer_kernel(const std::string& precision, unsigned width);

// "dram_read", "dram_write" or "dram_copy". A processor reads memory best by the stretch, as a GPU
// does when neighbouring work-items read neighbouring words.
Kernel dram_kernel(const std::string& name, bool by_stretches);

// C = A x B of square matrices, row-major, by tiles; "int8" in words of four along k.
Kernel gemm_kernel(const std::string& precision, bool fused);
inline constexpr uint32_t kGemmTile = 64;      // rows and columns of C that a block makes
inline constexpr uint32_t kGemmThreads = 256;  // of a block
inline constexpr uint32_t kGemmDepth = 16;     // steps along k that are held at once

}  // namespace tpp::opencl

#endif
