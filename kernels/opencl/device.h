// The OpenCL devices of this node, as the drivers list them, without load: no context is made.
#ifndef TPP_KERNELS_OPENCL_DEVICE_H
#define TPP_KERNELS_OPENCL_DEVICE_H

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/opencl/context.h"
#include "kernels/opencl/opencl_api.h"
#include "kernels/tpp_backend.h"

namespace tpp::opencl {

struct Device {
  tpp_device_info info{};
  cl_device_id handle = nullptr;
  std::string extensions;         // " cl_khr_fp64 cl_khr_fp16 ", a blank at either end
  uint64_t cache_bytes = 0;       // of the last level; 0 = not known
  uint64_t most_bytes = 0;        // of one buffer
  uint64_t most_items = 0;        // of a work-group
  unsigned vector_width[3] = {};  // of doubles, floats, halves that the driver calls native
  bool is_processor = false;      // of the host
  bool fuses[3] = {};             // multiply-adds of doubles, floats, halves, in hardware

  // Of packed integers of 8 bits with a sign; false where the driver says that its vector
  // instructions do them.
  bool has_dot_instruction = true;

  bool has(const std::string& extension) const;

  // Made at first use, and kept. Throws Failure.
  Context& context(const OpenClApi& api, const std::vector<Kernel>& kernels);

 private:
  std::shared_ptr<Context> context_;
};

// The one processor package in a folder as /sys/devices/system/cpu; nullopt where there are
// several, or none is told.
std::optional<int> only_package(const std::filesystem::path& sysfs_cpu);

// Devices of every platform. A platform that cannot be asked hides no other. The host's processor
// is listed as the socket that it is, "cpu:0", where it has one socket: a driver's device is all of
// them together. Throws Failure: TPP_UNAVAILABLE without a device.
std::vector<Device> find_devices(const OpenClApi& api, const std::filesystem::path& sysfs_cpu,
                                 const std::filesystem::path& pci_devices = "/sys/bus/pci/devices");

}  // namespace tpp::opencl

#endif
