// Operands of an issue loop, laid out as its kernel takes them, and the check of what it left. Two
// kinds: held in the registers of each warp, and tiles in shared memory. Host memory only; pure but
// for the random numbers, which are seeded.
#ifndef TPP_KERNELS_GPU_ISSUE_OPERANDS_H
#define TPP_KERNELS_GPU_ISSUE_OPERANDS_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/cpp_workload.h"
#include "kernels/gpu/kernel_contract.h"
#include "kernels/gpu/matrix_instruction.h"

namespace tpp::gpu {

// Where the operands lie and, of the last, the sums: in tensor memory.
enum class OperandPlace : uint8_t { registers, shared_tiles, tensor_memory };

class IssueOperands {
 public:
  virtual ~IssueOperands() = default;

  std::span<const std::byte> bytes() const { return bytes_; }  // of all sets
  uint32_t sets() const { return sets_; }
  // Of one thread block: what it stores, and what it does.
  virtual uint64_t accumulator_bytes() const = 0;
  virtual double operations(uint64_t iterations) const = 0;
  // Compares every accumulator that block number `block` stored, after `iterations`; `corrupt`
  // damages the first one, in a copy.
  virtual void check(std::span<const std::byte> stored, uint32_t block, uint64_t iterations,
                     bool corrupt, boundary::Verification& result) const = 0;

 protected:
  std::vector<std::byte> bytes_;
  uint32_t sets_ = 1;
};

struct OperandRequest {
  MatrixInstruction instruction;
  uint32_t unroll = 1;  // of a loop in registers
  uint64_t seed = 0;
  bool zeros = false;
  uint32_t warps = kIssueWarps;  // of a block
};

std::unique_ptr<IssueOperands> make_operands(OperandPlace place, const OperandRequest& request);

}  // namespace tpp::gpu

#endif
