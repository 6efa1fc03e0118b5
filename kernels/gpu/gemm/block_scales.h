// Scales of operands that have one a block of neighbours along k: which formats libraries take, and
// where they want each scale. Pure.
//
// Sources of the layouts. Tiles: NVIDIA, cuBLAS, "1D Block Scaling Factors Layout": 128 vectors by
// 4 blocks, 512 bytes each; a vector's tiles follow one another, then come those of the next 128
// vectors. Rows: AMD, hipblaslt.h, of HIPBLASLT_MATMUL_MATRIX_SCALE_VEC32_UE8M0, beside which one
// of "pre-swizzled" scales has a name of its own: those of a vector, then those of the next. Either
// way the layout is that of the operand's vectors, whatever is transposed.
#ifndef TPP_KERNELS_GPU_GEMM_BLOCK_SCALES_H
#define TPP_KERNELS_GPU_GEMM_BLOCK_SCALES_H

#include <cstdint>
#include <span>

namespace tpp::gpu {

enum class ScalePlaces : uint8_t { tiles, rows };

struct BlockScaling {
  int32_t mode;    // cublasLtMatmulMatrixScale_t and hipblasLtMatmulMatrixScale_t, by number
  unsigned block;  // elements that share a scale
  std::span<const uint8_t>
      patterns;  // that operands are filled with: about 1, so that none is lost
  double (*value)(uint8_t pattern);
  ScalePlaces places;
};
extern const BlockScaling kMxScaling;        // VEC32_UE8M0: powers of two
extern const BlockScaling kMxScalingInRows;  // the same in AMD's layout
extern const BlockScaling kNvScaling;        // VEC16_UE4M3

// Byte offsets for vectors of k elements.
class ScaleLayout {
 public:
  ScaleLayout(const BlockScaling& scaling, int k);

  uint64_t bytes(uint64_t vectors) const;  // whole tiles
  // A band is what the vectors of a tile, or one, have together; it lies in one piece.
  uint64_t band_bytes() const;
  uint64_t band_of(uint64_t vector) const;
  uint64_t in_band(uint64_t vector, uint64_t block) const;

 private:
  // Of vectors and blocks in one piece.
  struct Tile {
    uint64_t vectors, blocks;
    uint64_t bytes() const { return vectors * blocks; }
  };
  static constexpr Tile kTile = {128, 4};
  static constexpr Tile kSingle = {1, 1};

  ScalePlaces places_;
  Tile tile_;
  uint64_t tiles_;  // in a band
};

}  // namespace tpp::gpu

#endif
