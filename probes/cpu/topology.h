// hwloc's topology of a node behind one small type: counts, caches and names of its sockets.
#ifndef TPP_PROBES_CPU_TOPOLOGY_H
#define TPP_PROBES_CPU_TOPOLOGY_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probes/node_files.h"

namespace tpp {

struct Socket {
  int number = 0;
  int cores = 0;          // physical, all of the socket that the kernel shows
  int allowed_cores = 0;  // with at least one hardware thread that this process may use
  int threads = 0;
  std::uint64_t memory_bytes = 0;  // local to the socket; 0 = not known
  std::uint64_t last_level_cache_bytes = 0;
  std::optional<std::string> vendor;
  std::optional<std::string> model;
};

struct Topology {
  std::vector<Socket> sockets;
  int numa_nodes = 0;
  std::uint64_t memory_bytes = 0;
};

// Throws Error if hwloc cannot load the topology.
Topology read_topology(const NodeFiles& files);

}  // namespace tpp

#endif
