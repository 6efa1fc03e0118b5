// What opening is to every GPU backend: a node, which has the runtime's functions and the devices
// that it lists, becomes what the boundary keeps. Included by a backend's one file with the C
// interface.
#ifndef TPP_KERNELS_GPU_OPEN_DEVICES_H
#define TPP_KERNELS_GPU_OPEN_DEVICES_H

#include <memory>
#include <string>
#include <utility>

#include "kernels/cpp_backend.h"

namespace tpp::gpu {

// The folder that the option names for libraries; "" = where the loader and the vendor have them.
inline std::string library_path(const boundary::Options& options) {
  const auto folder = options.find("library-path");
  return folder == options.end() ? "" : folder->second;
}

// All devices of a node with the benchmarks that `benchmarks_of` lists, which refer to the node.
template <class Node, class BenchmarksOf>
boundary::Opened opened(std::shared_ptr<Node> node, BenchmarksOf benchmarks_of) {
  boundary::Opened result;
  for (auto& device : node->devices) {
    result.devices.push_back({device.info, benchmarks_of(*node, device)});
  }
  result.keep = std::move(node);
  return result;
}

}  // namespace tpp::gpu

#endif
