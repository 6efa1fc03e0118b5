#include "kernels/opencl/chained_integers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include "kernels/gpu/kernel_contract.h"

namespace tpp::opencl {
namespace {

using gpu::kChains;
using gpu::kIssueWarps;
using gpu::kLanes;

constexpr uint32_t kSets = 16;  // of operands: groups of lanes multiply unlike data
constexpr uint32_t kWordsOfSet = 4 * kLanes;
constexpr uint64_t kStepsOfIteration = 2 * gpu::kVectorUnroll;
constexpr uint32_t kBytesOfWord = 4;

using Chains = std::array<uint32_t, kChains>;

// Of one lane.
struct Lane {
  uint32_t a;
  uint32_t b[2];
  Chains sums;
};

// x -> a x + b, modulo 2^32.
struct Affine {
  uint32_t a = 1;
  uint32_t b = 0;
  // First this, then `next`.
  Affine then(const Affine& next) const { return {a * next.a, b * next.a + next.b}; }
};

Affine power(Affine one, uint64_t times) {
  Affine all;
  for (; times != 0; times /= 2) {
    if (times % 2 == 1) all = all.then(one);
    one = one.then(one);
  }
  return all;
}

uint32_t dot(uint32_t a, uint32_t b) {
  int32_t sum = 0;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    sum += static_cast<int8_t>(a >> shift) * static_cast<int8_t>(b >> shift);
  }
  return static_cast<uint32_t>(sum);
}

Chains multiply_added(Lane lane, uint64_t steps) {
  const Affine all[] = {power({lane.a, lane.b[0]}, steps), power({lane.a, lane.b[1]}, steps)};
  for (uint32_t i = 0; i < kChains; ++i) {
    lane.sums[i] = lane.sums[i] * all[i % 2].a + all[i % 2].b;
  }
  return lane.sums;
}

Chains dot_added(Lane lane, uint64_t steps) {
  for (uint64_t step = 0; step < steps; ++step) {
    for (uint32_t i = 0; i < kChains; ++i) {
      lane.sums[i] += dot(lane.sums[(i + 1) % kChains], lane.b[i % 2]);
    }
  }
  return lane.sums;
}

class ChainedIntegers final : public gpu::IssueOperands {
 public:
  ChainedIntegers(IntegerStep step, uint64_t seed, bool zeros) : step_(step) {
    sets_ = kSets;
    bytes_.resize(std::size_t{kSets} * kWordsOfSet * kBytesOfWord);
    std::mt19937_64 generator(seed);
    for (uint32_t i = 0; i < kSets * kWordsOfSet; ++i) {
      const auto drawn = static_cast<uint32_t>(generator() >> 32);
      // Powers of an even `a` come to zero: after 32 steps no further one would change a sum.
      const uint32_t odd = i % kWordsOfSet < kLanes ? 1 : 0;
      const uint32_t word = zeros ? 0 : drawn | odd;
      std::memcpy(&bytes_[std::size_t{i} * kBytesOfWord], &word, kBytesOfWord);
    }
  }

  uint64_t accumulator_bytes() const override {
    return uint64_t{kIssueWarps} * kChains * kLanes * kBytesOfWord;
  }

  double operations(uint64_t iterations) const override {
    const double of_step = step_ == IntegerStep::dot_product ? 8 : 2;
    return of_step * kIssueWarps * kLanes * kChains *
           static_cast<double>(iterations * kStepsOfIteration);
  }

  void check(std::span<const std::byte> stored, uint32_t block, uint64_t iterations, bool corrupt,
             boundary::Verification& result) const override {
    const uint64_t steps = iterations * kStepsOfIteration;
    const uint32_t chosen = block * 37 % kLanes;  // another one in the next block
    for (uint32_t warp = 0; warp < kIssueWarps; ++warp) {
      const bool dots = step_ == IntegerStep::dot_product;
      if (dots && warp != block % kIssueWarps) continue;
      for (uint32_t i = dots ? chosen : 0; i < (dots ? chosen + 1 : kLanes); ++i) {
        const Lane lane = lane_of((block * kIssueWarps + warp) % kSets, i);
        Chains left = left_in(stored, warp, i);
        if (corrupt) ++left[0];
        corrupt = false;
        const bool right = left == (dots ? dot_added(lane, steps) : multiply_added(lane, steps));
        result.max_error = std::max(result.max_error, right ? 0.0 : 1.0);
        result.values += kChains;
      }
    }
  }

 private:
  uint32_t word(std::span<const std::byte> from, uint32_t at) const {
    uint32_t value = 0;
    std::memcpy(&value, &from[std::size_t{at} * kBytesOfWord], kBytesOfWord);
    return value;
  }

  Lane lane_of(uint32_t set, uint32_t lane) const {
    const uint32_t at = set * kWordsOfSet + lane;
    Lane made{word(bytes_, at), {word(bytes_, at + kLanes), word(bytes_, at + 2 * kLanes)}, {}};
    for (uint32_t i = 0; i < kChains; ++i) made.sums[i] = word(bytes_, at + 3 * kLanes) + i;
    return made;
  }

  Chains left_in(std::span<const std::byte> stored, uint32_t warp, uint32_t lane) const {
    Chains sums;
    for (uint32_t i = 0; i < kChains; ++i) {
      sums[i] = word(stored, (warp * kChains + i) * kLanes + lane);
    }
    return sums;
  }

  const IntegerStep step_;
};

}  // namespace

std::unique_ptr<gpu::IssueOperands> chained_integers(IntegerStep step, uint64_t seed, bool zeros) {
  return std::make_unique<ChainedIntegers>(step, seed, zeros);
}

}  // namespace tpp::opencl
