// Which devices of the node a device reaches directly, as the runtime says, for its `link` rows.
#ifndef TPP_KERNELS_HIP_LINKS_H
#define TPP_KERNELS_HIP_LINKS_H

#include <span>
#include <vector>

#include "kernels/cpp_workload.h"
#include "kernels/hip/device.h"

namespace tpp::hip {

// `all` are the node's devices, `device` one of them; they and `api` outlive what is returned.
std::vector<boundary::Benchmark> link_rows_of(const HipApi& api, Device& device,
                                              std::span<Device> all);

}  // namespace tpp::hip

#endif
