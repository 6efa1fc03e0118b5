#include "probes/cpu/topology.h"

#include <hwloc.h>

#include <algorithm>
#include <array>

#include "probes/hwloc_topology.h"

namespace tpp {
namespace {

std::optional<std::string> info(hwloc_obj_t object, const char* name) {
  const char* value = hwloc_obj_get_info_by_name(object, name);
  if (value == nullptr) return std::nullopt;
  return value;
}

int allowed_cores(hwloc_topology_t topology, hwloc_const_cpuset_t cpuset) {
  const auto allowed = hwloc_topology_get_allowed_cpuset(topology);
  int count = 0;
  hwloc_obj_t core = nullptr;
  while ((core = hwloc_get_next_obj_inside_cpuset_by_type(topology, cpuset, HWLOC_OBJ_CORE,
                                                          core)) != nullptr) {
    if (hwloc_bitmap_intersects(core->cpuset, allowed) != 0) ++count;
  }
  return count;
}

// The last level is the highest cache level that the socket has; all its instances count, since a
// working set must not fit into them together.
std::uint64_t last_level_cache(hwloc_topology_t topology, hwloc_const_cpuset_t cpuset) {
  constexpr std::array levels = {HWLOC_OBJ_L5CACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L3CACHE,
                                 HWLOC_OBJ_L2CACHE};
  for (const hwloc_obj_type_t level : levels) {
    std::uint64_t sum = 0;
    hwloc_obj_t cache = nullptr;
    while ((cache = hwloc_get_next_obj_inside_cpuset_by_type(topology, cpuset, level, cache)) !=
           nullptr) {
      sum += cache->attr->cache.size;
    }
    if (sum > 0) return sum;
  }
  return 0;
}

std::uint64_t local_memory(hwloc_topology_t topology, hwloc_obj_t socket) {
  std::uint64_t sum = 0;
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)) != nullptr) {
    if (hwloc_bitmap_isincluded(node->cpuset, socket->cpuset) != 0) {
      sum += node->attr->numanode.local_memory;
    }
  }
  return sum;
}

Socket describe(hwloc_topology_t topology, hwloc_obj_t object) {
  Socket socket;
  socket.number =
      object->os_index == HWLOC_UNKNOWN_INDEX ? int(object->logical_index) : int(object->os_index);
  socket.cores = hwloc_get_nbobjs_inside_cpuset_by_type(topology, object->cpuset, HWLOC_OBJ_CORE);
  socket.threads = hwloc_get_nbobjs_inside_cpuset_by_type(topology, object->cpuset, HWLOC_OBJ_PU);
  // A kernel that shows no cores (some virtual machines) still shows hardware threads.
  socket.allowed_cores = allowed_cores(topology, object->cpuset);
  if (socket.cores <= 0) socket.cores = socket.allowed_cores = socket.threads;
  socket.memory_bytes = local_memory(topology, object);
  socket.last_level_cache_bytes = last_level_cache(topology, object->cpuset);
  socket.vendor = info(object, "CPUVendor");
  socket.model = info(object, "CPUModel");
  return socket;
}

}  // namespace

Topology read_topology(const NodeFiles& files) {
  const HwlocTopology topology = load_hwloc(files, HwlocBus::left_alone);
  Topology result;
  hwloc_obj_t package = nullptr;
  while ((package = hwloc_get_next_obj_by_type(topology.get(), HWLOC_OBJ_PACKAGE, package)) !=
         nullptr) {
    result.sockets.push_back(describe(topology.get(), package));
  }
  const hwloc_obj_t machine = hwloc_get_root_obj(topology.get());
  if (result.sockets.empty()) {
    result.sockets.push_back(describe(topology.get(), machine));
    result.sockets.back().number = 0;
  }
  result.numa_nodes = std::max(0, hwloc_get_nbobjs_by_type(topology.get(), HWLOC_OBJ_NUMANODE));
  result.memory_bytes = machine->total_memory;
  return result;
}

}  // namespace tpp
