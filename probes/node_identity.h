// Who made the machine, and which one it is: what its firmware's tables (DMI) say of chassis,
// baseboard and product. Read from the kernel's files, never from the tables themselves.
#ifndef TPP_PROBES_NODE_IDENTITY_H
#define TPP_PROBES_NODE_IDENTITY_H

#include <optional>
#include <string>

#include "agent/model/inventory.h"
#include "probes/node_files.h"

namespace tpp {

// The text, unless it is one that makers leave where nothing was filled in ("To Be Filled By
// O.E.M.", "Default string").
std::optional<std::string> firmware_label(const std::string& text);

// nullopt where the firmware tells nothing. Serial numbers and the UUID are root's to read: absent
// for others.
std::optional<NodeIdentity> read_node_identity(const NodeFiles& files);

}  // namespace tpp

#endif
