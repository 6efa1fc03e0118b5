// The HIP devices of this node, as the runtime lists them, without load.
#ifndef TPP_KERNELS_HIP_DEVICE_H
#define TPP_KERNELS_HIP_DEVICE_H

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "kernels/hip/context.h"
#include "kernels/hip/hip_api.h"
#include "kernels/hip/images.h"
#include "kernels/tpp_backend.h"

namespace tpp::hip {

struct Device {
  tpp_device_info info{};
  DeviceNumber number = 0;
  DeviceCode code;
  uint64_t cache_bytes = 0;   // of the second level, which is all that the runtime tells
  uint32_t shared_bytes = 0;  // shared memory that one block may ask for
  double timer_hz = 0;        // of the timer that kernels read; 0 = not told

  // What its last level of cache may hold at most.
  uint64_t last_level_bytes() const;

  // Made at first use, and kept. Throws Failure.
  Context& context(const HipApi& api);
  // The same one, kept for as long as somebody holds it. Throws Failure.
  std::shared_ptr<Context> borrowed_context(const HipApi& api);

 private:
  std::shared_ptr<Context> context_;
  std::weak_ptr<Context> borrowed_;
};

// The runtime's library: in `folder`, or where it is "" in those of the loader and of ROCm. Throws
// Failure: TPP_UNAVAILABLE without one, TPP_FAILED where it is older than what this backend calls.
HipApi load_runtime(const std::string& folder);

// Where libraries of ROCm are looked for, each ending in a slash or empty: `folder`, or where it is
// "" the loader's own search and ROCm's.
std::vector<std::string> library_folders(const std::string& folder);

// `folder` is as /sys/bus/pci/devices. Throws Failure: TPP_UNAVAILABLE without a device.
std::vector<Device> find_devices(const HipApi& api, const std::filesystem::path& folder);

// What keeps this process from AMD devices, `kfd` being as /dev/kfd: for the message, since the
// runtime says of each that there is no device.
std::string why_no_device(const std::string& kfd);

}  // namespace tpp::hip

#endif
