// The PCI ids that the kernel keeps of what is on the bus. Reading them wakes nothing.
#ifndef TPP_PROBES_PCI_IDS_H
#define TPP_PROBES_PCI_IDS_H

#include <optional>
#include <string>

#include "probes/node_files.h"

namespace tpp {

// Vendor and device, as "10de:2330"; nullopt where the kernel does not tell both.
std::optional<std::string> pci_id_on_bus(const NodeFiles& files, const std::string& address);

// The same of the subsystem; nullopt, too, where it has none (vendor 0).
std::optional<std::string> subsystem_id_on_bus(const NodeFiles& files, const std::string& address);

}  // namespace tpp

#endif
