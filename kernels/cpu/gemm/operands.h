// The matrices of one product C = A x B, all row-major and without padding, A and C cut into one
// block of rows a core, filled with seeded random values. Whether C is right is for
// product_check.h to say.
//
// Functions that take a Team use its threads and may be called from one thread at a time.
#ifndef TPP_KERNELS_CPU_GEMM_OPERANDS_H
#define TPP_KERNELS_CPU_GEMM_OPERANDS_H

#include <cstddef>
#include <cstdint>
#include <memory>

#include "kernels/cpu/reference.h"
#include "kernels/cpu/team.h"
#include "kernels/cpu/workload.h"

namespace tpp::cpu {

// What is multiplied and what comes out.
struct GemmFormat {
  const char* subject;  // precision, "int8"
  Element a, b, c;
};

// (rows_per_core x cores) x columns x depth. Rows are counted by the core so that a product of one
// name gives each core the same work, however many there are.
struct GemmShape {
  int rows_per_core, columns, depth;
};

// A well-mixed value for every (seed, place): splitmix64's step.
uint64_t mix(uint64_t seed, uint64_t place);

// Memory on 2 MiB boundaries, with huge pages where the system grants them: libraries stride
// through columns, and small pages then cost more in address translation than the arithmetic.
class PageBuffer {
 public:
  // Throws Failure: TPP_OUT_OF_MEMORY.
  explicit PageBuffer(std::size_t bytes);
  std::byte* data() const { return data_.get(); }
  std::size_t size() const { return bytes_; }

 private:
  struct Unmap {
    std::size_t bytes;
    void operator()(std::byte* data) const;
  };
  std::size_t bytes_;
  std::unique_ptr<std::byte, Unmap> data_;
};

class Operands {
 public:
  // Takes memory and fills it, each block by the core that will use it. Throws Failure:
  // TPP_OUT_OF_MEMORY beyond preparation.memory_limit_bytes (0 = as the system has).
  Operands(const GemmFormat& format, GemmShape shape, Team& team, const Preparation& preparation);

  const GemmFormat& format() const { return format_; }
  const GemmShape& shape() const { return shape_; }
  int cores() const { return cores_; }
  std::size_t bytes() const { return a_.size() + b_.size() + c_.size(); }
  double operations() const;  // of one product; a multiply-add is two

  const void* a_block(int core) const;
  const void* b() const { return b_.data(); }
  void* c_block(int core) const;

  // Single elements; rows count through all blocks.
  const std::byte* a_at(int row, int column) const;
  const std::byte* b_at(int row, int column) const;
  std::byte* c_at(int row, int column) const;

  // Overwrites one value in each row of C, another one each time, so that a batch that computes
  // nothing does not pass on its predecessor's product.
  void spoil(Team& team, uint64_t round);

 private:
  const GemmFormat& format_;
  GemmShape shape_;
  int cores_;
  PageBuffer a_, b_, c_;
};

}  // namespace tpp::cpu

#endif
