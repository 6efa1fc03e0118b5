// Products by hipBLASLt: its objects of one product, ended with their owner, and its choice of
// algorithms. Both operands run along k: the one layout that every format has. Used by one thread
// at a time; errors are Failures.
#ifndef TPP_KERNELS_HIP_GEMM_HIPBLASLT_ROUTINE_H
#define TPP_KERNELS_HIP_GEMM_HIPBLASLT_ROUTINE_H

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "kernels/gpu/gemm/gemm.h"
#include "kernels/hip/gemm/formats.h"

namespace tpp::hip {

// A product on a device, and the version of the library that first had it.
struct LtQuestion {
  DeviceNumber device;
  const BlasFormat* format;
  gpu::GemmShape shape;
  int since = 0;

  bool operator<(const LtQuestion& other) const { return key() < other.key(); }

 private:
  std::tuple<DeviceNumber, const BlasFormat*, int, int, int> key() const {
    return {device, format, shape.m, shape.n, shape.k};
  }
};

class HipblasLt {
 public:
  explicit HipblasLt(HipblasLtApi api) : api_(std::move(api)) {}

  // That product by the algorithm of a rank, or the last one, for the device that is current, whose
  // driver it is. Both outlive the result. Throws Failure: TPP_UNSUPPORTED where there is none, or
  // the library is too old for it.
  std::unique_ptr<gpu::GemmRoutine> routine(gpu::Driver& driver, const LtQuestion& question,
                                            int rank);

 private:
  HipblasLtApi api_;
  // What it answered before: where it has few algorithms or none, each question makes it look
  // through all that it has.
  std::map<LtQuestion, std::vector<LtAlgorithm>> answers_;
};

}  // namespace tpp::hip

#endif
