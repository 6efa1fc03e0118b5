// The `mma` and `fma` rows of a GPU: a loop of one instruction on every unit at once, its operands
// made, its product checked, its rate taken by the units' own clocks. One table a backend says
// which kernels there are.
#ifndef TPP_KERNELS_GPU_ISSUE_H
#define TPP_KERNELS_GPU_ISSUE_H

#include <cstdint>
#include <memory>
#include <string>

#include "kernels/cpp_workload.h"
#include "kernels/gpu/driver.h"
#include "kernels/gpu/issue_operands.h"
#include "kernels/gpu/kernel_contract.h"

namespace tpp::gpu {

struct IssueRow {
  const char* entry;        // of the kernel, "mma_fp16_fp32"
  const char* kernel;       // "mma" or "fma"
  const char* precision;    // "fp16"
  const char* accumulator;  // "" unless it has to be told apart
  const char* instruction;  // for the reader, "mma.sync.aligned.m16n8k16..."
  OperandPlace place = OperandPlace::registers;
  uint32_t unroll = 1;
  MatrixInstruction shape;
  uint32_t warps = kIssueWarps;  // of a block
};

// What the loop runs on.
struct IssueTarget {
  Driver& driver;
  uint32_t units;
  std::string image;  // in words: "sm_90a machine code", what the path names beside the instruction
  // Shared memory that one block may have: asked for whole, so that no second block fits beside it.
  uint32_t shared_bytes = 0;
  bool generic = false;   // not sure to be the fastest that the device can do
  double timer_hz = 1e9;  // of the device's timer in stamps; 0 = not known
};

// Throws Failure: TPP_UNSUPPORTED if no loaded image has the row's kernel.
std::unique_ptr<boundary::Workload> make_issue_workload(const IssueRow& row,
                                                        const IssueTarget& target,
                                                        const boundary::Preparation& preparation);
// The same with operands that a backend makes and checks for itself; their kernel is called alike.
std::unique_ptr<boundary::Workload> issue_workload_with(const IssueRow& row,
                                                        const IssueTarget& target,
                                                        std::unique_ptr<IssueOperands> operands);

}  // namespace tpp::gpu

#endif
