#include "kernels/opencl/chained_integers.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace tpp::opencl {
namespace {

constexpr uint32_t kLanes = 32;
constexpr uint32_t kWarps = 8;
constexpr uint32_t kChains = 8;
constexpr uint32_t kSteps = 64;  // of an iteration

uint32_t word(const std::byte* from) {
  uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// What device/integer.cl says, step by step, of one block.
std::vector<std::byte> left_by(const gpu::IssueOperands& operands, IntegerStep step, uint32_t block,
                               uint32_t steps) {
  std::vector<uint32_t> sums;
  for (uint32_t warp = 0; warp < kWarps; ++warp) {
    const std::byte* from =
        operands.bytes().data() + (block * kWarps + warp) % operands.sets() * 4 * kLanes * 4;
    std::vector<uint32_t> of_warp(kChains * kLanes);
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      uint32_t in[4];
      for (uint32_t i = 0; i < 4; ++i) in[i] = word(from + (i * kLanes + lane) * 4);
      uint32_t s[kChains];
      for (uint32_t i = 0; i < kChains; ++i) s[i] = in[3] + i;
      for (uint32_t n = 0; n < steps * kChains; ++n) {
        const uint32_t i = n % kChains;
        const uint32_t b = in[1 + i % 2];
        if (step == IntegerStep::multiply_add) {
          s[i] = s[i] * in[0] + b;
          continue;
        }
        for (unsigned byte = 0; byte < 4; ++byte) {
          s[i] += static_cast<uint32_t>(static_cast<int8_t>(s[(i + 1) % kChains] >> 8 * byte) *
                                        static_cast<int8_t>(b >> 8 * byte));
        }
      }
      for (uint32_t i = 0; i < kChains; ++i) of_warp[i * kLanes + lane] = s[i];
    }
    sums.insert(sums.end(), of_warp.begin(), of_warp.end());
  }
  std::vector<std::byte> bytes(sums.size() * 4);
  std::memcpy(bytes.data(), sums.data(), bytes.size());
  return bytes;
}

class ChainedIntegers : public testing::TestWithParam<IntegerStep> {
 protected:
  double error_of(const std::vector<std::byte>& stored, uint64_t iterations, bool corrupt = false) {
    boundary::Verification result;
    operands_->check(stored, kBlock, iterations, corrupt, result);
    EXPECT_GE(result.values, kChains);
    return result.max_error;
  }

  static constexpr uint32_t kBlock = 3;
  std::unique_ptr<gpu::IssueOperands> operands_ = chained_integers(GetParam(), 5, false);
};

TEST_P(ChainedIntegers, TakesWhatTheStepsLeaveAndNothingElse) {
  const auto stored = left_by(*operands_, GetParam(), kBlock, 3 * kSteps);
  EXPECT_EQ(stored.size(), operands_->accumulator_bytes());
  EXPECT_EQ(error_of(stored, 3), 0);
  EXPECT_GT(error_of(stored, 3, true), 0);
  EXPECT_GT(error_of(stored, 2), 0);
  EXPECT_GT(error_of(left_by(*operands_, GetParam(), kBlock, 3 * kSteps - 1), 3), 0);
}

TEST_P(ChainedIntegers, ChangeInEveryLaneByEveryStep) {
  const auto before = left_by(*operands_, GetParam(), kBlock, 2 * kSteps);
  const auto after = left_by(*operands_, GetParam(), kBlock, 2 * kSteps + 1);
  for (uint32_t warp = 0; warp < kWarps; ++warp) {
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      int changed = 0;
      for (uint32_t chain = 0; chain < kChains; ++chain) {
        const uint32_t at = ((warp * kChains + chain) * kLanes + lane) * 4;
        changed += word(&before[at]) != word(&after[at]) ? 1 : 0;
      }
      EXPECT_GT(changed, 0) << "warp " << warp << ", lane " << lane;
    }
  }
}

TEST_P(ChainedIntegers, CountsTwoOperationsAProduct) {
  const double products = GetParam() == IntegerStep::dot_product ? 4 : 1;
  EXPECT_EQ(operands_->operations(7), 2 * products * kWarps * kLanes * kChains * kSteps * 7);
}

INSTANTIATE_TEST_SUITE_P(Both, ChainedIntegers,
                         testing::Values(IntegerStep::multiply_add, IntegerStep::dot_product));

}  // namespace
}  // namespace tpp::opencl
