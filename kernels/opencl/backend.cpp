// The OpenCL backend behind the C interface: devices of every driver that the loader finds, and the
// list of their benchmarks.
#include <memory>
#include <utility>
#include <vector>

#include "kernels/cpp_backend.h"
#include "kernels/gpu/open_devices.h"
#include "kernels/opencl/device.h"
#include "kernels/opencl/rows.h"

namespace tpp::opencl {
namespace {

// What an open backend holds; benchmarks refer to it.
struct Node {
  OpenClApi api;
  std::vector<Device> devices;
};

boundary::Opened open_devices(const boundary::Options&) {
  auto node = std::make_shared<Node>();
  node->api = load_opencl();
  node->devices = find_devices(node->api, "/sys/devices/system/cpu");
  return gpu::opened(std::move(node), [](Node& opened, Device& device) {
    return benchmarks_of(opened.api, device);
  });
}

struct OpenCl {
  static boundary::BackendDefinition get() { return {"opencl", "1", {}, open_devices}; }
};

}  // namespace
}  // namespace tpp::opencl

// A host of another major version learns ours from the first four members and stops there.
const tpp_backend_api* tpp_backend_query(uint32_t, uint32_t) {
  return tpp::boundary::BackendTable<tpp::opencl::OpenCl>::api();
}
