// Random matrices of any operand format, kept as patterns and as values. Seeded; used by one thread
// at a time.
#ifndef TPP_KERNELS_GPU_OPERAND_VALUES_H
#define TPP_KERNELS_GPU_OPERAND_VALUES_H

#include <cstdint>
#include <random>
#include <vector>

#include "kernels/gpu/matrix_instruction.h"

namespace tpp::gpu {

struct Matrix {
  unsigned rows = 0, columns = 0;
  std::vector<uint64_t> patterns;  // row by row
  std::vector<double> values;

  std::size_t at(unsigned row, unsigned column) const {
    return static_cast<std::size_t>(row) * columns + column;
  }
};

// Real values that are multiples of `step` and smaller than `limit`; no step: any.
struct ValueGrid {
  double step = 0;
  double limit = 0;
};

class OperandValues {
 public:
  OperandValues(Element element, uint64_t seed, bool zeros, ValueGrid grid = {})
      : element_(element), generator_(seed), zeros_(zeros), grid_(grid) {}

  // Real values are N(0,1) and not near 0, so that single products are normal numbers; integers
  // fill their range, without the lowest, whose negative does not exist; bits are fair.
  Matrix matrix(unsigned rows, unsigned columns);

 private:
  double next();
  // The value on the grid; 0 where it is not within it.
  double on_grid(double value) const;

  Element element_;
  std::mt19937_64 generator_;
  std::normal_distribution<double> normal_;
  bool zeros_;
  ValueGrid grid_;
};

// -a; of bits, which have no negative, other bits.
Matrix opposite(const Matrix& a, Element element, OperandValues& values);

// One element of the product and of the sum of |a * b|. Of bits the count of ones.
struct ReferenceValue {
  long double value = 0;
  long double magnitude = 0;
};
// Of row `row` of a with column `column` of b; `lanewise` of the two elements at `row` alone.
ReferenceValue reference(Product product, const Matrix& a, const Matrix& b, Cell cell);

// |difference| / magnitude; a NaN, and any difference from a product of zeros, are infinite.
double relative_error(double value, const ReferenceValue& expected);

}  // namespace tpp::gpu

#endif
