// The CUDA devices of this node, as the driver lists them, without load: no context is made.
#ifndef TPP_KERNELS_CUDA_DEVICE_H
#define TPP_KERNELS_CUDA_DEVICE_H

#include <memory>
#include <string>
#include <vector>

#include "kernels/cuda/context.h"
#include "kernels/cuda/cuda_api.h"
#include "kernels/cuda/images.h"
#include "kernels/tpp_backend.h"

namespace tpp::cuda {

inline constexpr const char* kVendor = "NVIDIA";

struct Device {
  tpp_device_info info{};
  CUdevice handle = 0;
  ComputeCapability capability;
  DeviceCode code;
  std::vector<Image> left_out;  // what it would run of a module built with a newer toolkit
  uint64_t cache_bytes = 0;     // of the last level
  uint32_t shared_bytes = 0;    // shared memory that one block may ask for

  // Made at first use, and kept. Throws Failure.
  Context& context(const CudaApi& api);
  // The same one, kept for as long as somebody holds it. Throws Failure.
  std::shared_ptr<Context> borrowed_context(const CudaApi& api);

 private:
  std::shared_ptr<Context> context_;
  std::weak_ptr<Context> borrowed_;
};

// The driver's library where it is found. Throws Failure: TPP_UNAVAILABLE without one, TPP_FAILED
// where it is older than what this backend calls.
CudaApi load_driver();

// Throws Failure: TPP_UNAVAILABLE without a device.
std::vector<Device> find_devices(const CudaApi& api);

}  // namespace tpp::cuda

#endif
