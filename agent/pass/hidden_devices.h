// Devices that a runtime shows to no process but one whose environment names them, as the second
// instance of a partitioned GPU: which there are, and how a worker is made to see them. Pure.
#ifndef TPP_AGENT_PASS_HIDDEN_DEVICES_H
#define TPP_AGENT_PASS_HIDDEN_DEVICES_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/inventory.h"
#include "agent/pass/worker.h"

namespace tpp {

// What a process sees of a runtime's devices where this stands in its environment.
struct Showing {
  std::string setting;  // "CUDA_VISIBLE_DEVICES=MIG-…"
  std::vector<DeviceId> devices;
};

// What is to be asked for beside `listing`, of the devices that probes know. Each part of a device
// is shown alone, for a runtime may show a process no more than one; whole devices together, for
// they may be each other's peers. Nothing where no device is partitioned: then a runtime hides
// none.
std::vector<Showing> hidden_devices(const std::vector<Device>& known,
                                    const BackendListing& listing);

// How a worker is made to see the one part of a device that a listing is of, whichever the runtime
// would show it unasked; nullopt where the listing is of anything else.
std::optional<std::string> setting_of(const BackendListing& listing);

// Leaves of `listing` what was asked for: a runtime that does not know a name may show others.
void keep_only(const std::vector<DeviceId>& devices, BackendListing& listing);

}  // namespace tpp

#endif
