// GPUs that the kernel put to sleep (runtime power management). Whoever asks them for anything
// wakes them, and pays for it in seconds and watts; what the kernel keeps of them in its own memory
// does not.
#ifndef TPP_PROBES_SLEEPING_GPUS_H
#define TPP_PROBES_SLEEPING_GPUS_H

#include <string>
#include <vector>

#include "agent/model/inventory.h"
#include "probes/node_files.h"
#include "probes/unseen_gpus.h"

namespace tpp {

bool is_asleep(const NodeFiles& files, const std::string& address);

// Those of a maker on the bus, without those that are given to virtual machines.
struct GpusOnBus {
  std::vector<std::string> awake;
  std::vector<std::string> asleep;
};
GpusOnBus gpus_on_bus(const GpuMaker& maker, const NodeFiles& files);

// Adds those of the addresses that the inventory lacks, as far as the bus shows them without waking
// them (address, PCI ids), each with a finding. `alike` is what all have in common.
void add_sleepers(const NodeFiles& files, const std::vector<std::string>& addresses,
                  const Device& alike, Inventory& inventory);

Finding asleep_finding(const std::string& subject, const std::string& not_asked_for);

}  // namespace tpp

#endif
