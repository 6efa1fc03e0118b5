// The device code in this module: machine code by kernel family and architecture, and PTX for
// architectures that it has none for. The table is made when the module is built.
#ifndef TPP_KERNELS_CUDA_IMAGES_H
#define TPP_KERNELS_CUDA_IMAGES_H

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace tpp::cuda {

struct Image {
  const char* family;        // "mma_sm80": the file that it was made of
  const char* architecture;  // "sm_90a"; "compute_80" of PTX
  std::span<const std::byte> data;

  bool is_ptx() const { return architecture[0] == 'c'; }
};
std::span<const Image> images();

// What the toolkit that this module was built with could not compile: images without data.
std::span<const Image> left_out();
const char* toolkit_version();  // "12.4"

struct ComputeCapability {
  int major = 0;
  int minor = 0;
};

// Of `all`, for each family the image that such a device runs: machine code of exactly that
// architecture, or of an earlier one of the same major number. Only where no family has any, PTX,
// which the driver compiles. Pure.
std::vector<Image> images_for(std::span<const Image> all, ComputeCapability capability);

// Of each family the PTX that the driver compiles for such a device, for a driver that refuses the
// machine code. Pure.
std::vector<Image> ptx_for(std::span<const Image> all, ComputeCapability capability);

// The one of a family; nullptr if there is none.
const Image* image_of(std::span<const Image> images, std::string_view family);

}  // namespace tpp::cuda

#endif
