// What a device's own state tells a reader of its figures, whoever asked for it. Pure.
#ifndef TPP_PROBES_DEVICE_FINDINGS_H
#define TPP_PROBES_DEVICE_FINDINGS_H

#include <string>
#include <vector>

#include "agent/model/inventory.h"

namespace tpp {

// Memory that is failing, a power limit, clocks that are held down, others that compute on it.
std::vector<Finding> device_findings(const Device& device);

// Of a device, or of all devices of a maker, that cannot be asked: given to others (`denied`),
// which is no fault of this node, or lost.
Finding unreadable_device(bool denied, std::string message);

}  // namespace tpp

#endif
