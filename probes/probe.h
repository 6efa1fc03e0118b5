// The list of probes. A probe says what is attached and changes nothing; it runs in a child process
// of its own, since drivers and firmware tables can hang.
#ifndef TPP_PROBES_PROBE_H
#define TPP_PROBES_PROBE_H

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "agent/model/inventory.h"
#include "probes/device_watch.h"
#include "probes/node_files.h"

namespace tpp {

struct Probe {
  std::string_view name;
  // What is there, the list of boards left empty: grouping needs what other probes saw. A device
  // names its board only where the vendor says that it shares one. Throws Error if the probe cannot
  // do its work; "nothing of this kind here" is an empty inventory.
  Inventory (*run)(const NodeFiles& files);
  bool tells_of_node = false;  // its kernel, memory and topology, beside devices
  // A maker's library beside files: a recorded node has its answer, since the files do not give it.
  bool asks_library = false;
  // Of one device that it showed; nullptr if it has nothing to read again and again. Throws Error.
  std::unique_ptr<DeviceWatch> (*watch)(const DeviceId& device) = nullptr;
  // From what the user entered in place of this node; such a probe runs only where it is asked for.
  // Throws Error.
  Inventory (*entered)(const std::string& what) = nullptr;
};

// In the order in which they are asked.
std::span<const Probe> probes();

// nullptr if there is none of that name.
const Probe* find_probe(std::string_view name);

}  // namespace tpp

#endif
