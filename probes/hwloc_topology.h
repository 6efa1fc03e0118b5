// hwloc's topology, loaded for whoever reads it: of this node or a recorded one, of a text of
// hwloc's own XML, of a synthetic description. Components that would load a maker's library stay
// off, and so do plugins, which may be linked with one; XML is read by hwloc's own small parser,
// which knows no entities and fetches nothing. Not for threads: hwloc reads its settings from the
// environment.
#ifndef TPP_PROBES_HWLOC_TOPOLOGY_H
#define TPP_PROBES_HWLOC_TOPOLOGY_H

#include <memory>
#include <string>

#include "probes/node_files.h"

struct hwloc_topology;

namespace tpp {

struct DestroyHwlocTopology {
  void operator()(hwloc_topology* topology) const;
};
using HwlocTopology = std::unique_ptr<hwloc_topology, DestroyHwlocTopology>;

// Reading the bus reads the configuration space of its devices, which wakes one that sleeps deeply.
enum class HwlocBus { left_alone, read };

// The largest XML that is read. hwloc's own of machines with 192 cores take a tenth of it.
inline constexpr std::size_t kLargestTopology = 16u << 20;

// Each throws Error if there is nothing to read, or hwloc cannot make a topology of it.
// A recorded node holds kRecordedTopology; of a live one it is told to the observer.
HwlocTopology load_hwloc(const NodeFiles& files, HwlocBus bus);
// `origin` begins messages.
void check_hwloc_xml(const std::string& text, const std::string& origin);  // before hwloc sees it
HwlocTopology load_hwloc_xml(const std::string& text, const std::string& origin,
                             HwlocBus bus = HwlocBus::read);
// "pack:2 numa:2 core:8 pu:2"; such a machine has no bus.
HwlocTopology load_hwloc_synthetic(const std::string& description);

}  // namespace tpp

#endif
