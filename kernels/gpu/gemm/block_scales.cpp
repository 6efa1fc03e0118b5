#include "kernels/gpu/gemm/block_scales.h"

#include <cmath>

#include "kernels/cpp_element.h"

namespace tpp::gpu {
namespace {

// OCP Microscaling: an exponent alone, biased by 127.
double value_of_ue8m0(uint8_t pattern) { return std::ldexp(1.0, pattern - 127); }
// FP8 e4m3 without its sign.
double value_of_ue4m3(uint8_t pattern) {
  return boundary::decode_bits(boundary::Element::e4m3, pattern & 0x7fu);
}

constexpr uint8_t kMxPatterns[] = {126, 127, 128};                             // 0.5, 1, 2
constexpr uint8_t kNvPatterns[] = {0x30, 0x34, 0x38, 0x3a, 0x3c, 0x3e, 0x40};  // 0.5 to 2

uint64_t rounded_up(uint64_t count, uint64_t of) { return (count + of - 1) / of; }

}  // namespace

const BlockScaling kMxScaling = {2, 32, kMxPatterns, value_of_ue8m0, ScalePlaces::tiles};
const BlockScaling kMxScalingInRows = {2, 32, kMxPatterns, value_of_ue8m0, ScalePlaces::rows};
const BlockScaling kNvScaling = {1, 16, kNvPatterns, value_of_ue4m3, ScalePlaces::tiles};

ScaleLayout::ScaleLayout(const BlockScaling& scaling, int k)
    : places_(scaling.places),
      tile_(places_ == ScalePlaces::tiles ? kTile : kSingle),
      tiles_(rounded_up(static_cast<uint64_t>(k), scaling.block * tile_.blocks)) {}

uint64_t ScaleLayout::bytes(uint64_t vectors) const {
  return rounded_up(vectors, tile_.vectors) * band_bytes();
}

uint64_t ScaleLayout::band_bytes() const { return tiles_ * tile_.bytes(); }

uint64_t ScaleLayout::band_of(uint64_t vector) const {
  return vector / tile_.vectors * band_bytes();
}

uint64_t ScaleLayout::in_band(uint64_t vector, uint64_t block) const {
  if (places_ == ScalePlaces::rows) return block;
  const uint64_t row = vector % tile_.vectors;
  return block / tile_.blocks * tile_.bytes() + row % 32 * 16 + row / 32 * 4 + block % tile_.blocks;
}

}  // namespace tpp::gpu
