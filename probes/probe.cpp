#include "probes/probe.h"

#include <array>

#include "probes/amd/amd_probe.h"
#include "probes/amd/amd_watch.h"
#include "probes/bus/bus_probe.h"
#include "probes/cpu/cpu_probe.h"
#include "probes/nvidia/nvidia_probe.h"
#include "probes/nvidia/nvml_watch.h"
#include "probes/topology/topology_probe.h"

namespace tpp {
namespace {

constexpr std::array kProbes = {
    Probe{.name = "cpu", .run = probe_cpu, .tells_of_node = true},
    Probe{.name = "nvidia", .run = probe_nvidia, .asks_library = true, .watch = watch_nvidia},
    Probe{.name = "amd", .run = probe_amd, .asks_library = true, .watch = watch_amd},
    Probe{.name = "bus", .run = probe_bus},
    Probe{.name = "topology", .run = probe_topology, .entered = entered_topology},
};

}  // namespace

std::span<const Probe> probes() { return kProbes; }

const Probe* find_probe(std::string_view name) {
  for (const Probe& probe : kProbes) {
    if (probe.name == name) return &probe;
  }
  return nullptr;
}

}  // namespace tpp
