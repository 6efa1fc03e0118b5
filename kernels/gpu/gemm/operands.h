// The matrices of one product in device memory: filled with random values there, read back for the
// check. As many sets as push one another out of the cache. Used by one thread at a time; errors
// are Failures.
#ifndef TPP_KERNELS_GPU_GEMM_OPERANDS_H
#define TPP_KERNELS_GPU_GEMM_OPERANDS_H

#include <memory>
#include <vector>

#include "kernels/cpp_workload.h"
#include "kernels/gpu/driver.h"
#include "kernels/gpu/gemm/format.h"
#include "kernels/gpu/gemm/shapes.h"

namespace tpp::gpu {

// What they are made for.
struct OperandPlan {
  const GemmFormat& format;
  GemmShape shape;
  uint32_t units;
  uint64_t cache_bytes;
};

class GemmOperands {
 public:
  // Vectors of a (its rows) and of b (its columns) lie along k, one after another; d by columns.
  struct Operand {
    std::unique_ptr<Buffer> elements;
    std::unique_ptr<Buffer> scales;  // of blocks, in formats that have them
  };
  struct Set {
    Operand a, b;
    std::unique_ptr<Buffer> d;
  };

  GemmOperands(Driver& driver, const OperandPlan& plan, const boundary::Preparation& preparation);

  const std::vector<Set>& sets() const { return sets_; }
  uint64_t bytes() const;  // of all sets

  // One vector as it is held, without its scales.
  std::vector<uint8_t> read_bytes(const Operand& from, uint64_t number) const;
  void write_bytes(const Operand& to, uint64_t number, const std::vector<uint8_t>& bytes);
  // The values of one vector, scales included.
  std::vector<double> read_vector(const Operand& from, uint64_t number) const;
  double read_product(const Set& set, uint64_t row, uint64_t column) const;

 private:
  // Items to fill memory with.
  struct Pools {
    std::unique_ptr<Buffer> elements, scales;
  };

  uint64_t element_bytes(int vectors) const;
  uint64_t scale_bytes(int vectors) const;
  uint64_t product_bytes() const;
  uint64_t set_bytes() const;
  std::unique_ptr<Buffer> buffer(uint64_t bytes);
  std::unique_ptr<Buffer> upload_pool(const std::vector<uint64_t>& items);
  Operand make_operand(int vectors, const Pools& pools, uint64_t seed);
  void fill(const Buffer& to, const Buffer& pool, uint64_t seed);
  void apply_scales(const Buffer& scales, uint64_t number, std::vector<double>& values) const;

  Driver& driver_;
  const OperandPlan plan_;
  std::vector<Set> sets_;
};

}  // namespace tpp::gpu

#endif
