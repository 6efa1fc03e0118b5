// Scales of operands that have one a block of neighbours along k: which formats libraries take, and
// where they want each scale. Pure.
//
// Source of the layout: NVIDIA, cuBLAS, "1D Block Scaling Factors Layout". Tiles of 128 vectors by
// 4 blocks, 512 bytes each; a vector's tiles follow one another, then come those of the next 128
// vectors. The layout is that of the operand's vectors, whatever is transposed.
#ifndef TPP_KERNELS_GPU_GEMM_BLOCK_SCALES_H
#define TPP_KERNELS_GPU_GEMM_BLOCK_SCALES_H

#include <cstdint>
#include <span>

namespace tpp::gpu {

struct BlockScaling {
  int32_t mode;    // cublasLtMatmulMatrixScale_t, by number
  unsigned block;  // elements that share a scale
  std::span<const uint8_t>
      patterns;  // that operands are filled with: about 1, so that none is lost
  double (*value)(uint8_t pattern);
};
extern const BlockScaling kMxScaling;  // VEC32_UE8M0: powers of two
extern const BlockScaling kNvScaling;  // VEC16_UE4M3

// Byte offsets for vectors of k elements.
class ScaleLayout {
 public:
  ScaleLayout(const BlockScaling& scaling, int k);

  uint64_t bytes(uint64_t vectors) const;  // whole tiles
  // A band is what 128 vectors have together; it lies in one piece.
  uint64_t band_bytes() const;
  uint64_t band_of(uint64_t vector) const;
  uint64_t in_band(uint64_t vector, uint64_t block) const;

 private:
  uint64_t tiles_;  // in a band
};

}  // namespace tpp::gpu

#endif
