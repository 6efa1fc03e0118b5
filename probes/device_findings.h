// What a device's own state tells a reader of its figures, whoever asked for it. Pure.
#ifndef TPP_PROBES_DEVICE_FINDINGS_H
#define TPP_PROBES_DEVICE_FINDINGS_H

#include <string>
#include <vector>

#include "agent/model/inventory.h"
#include "agent/model/thresholds.h"

namespace tpp {

// Memory that is failing, a power limit, clocks that are held down, others that compute on it.
std::vector<Finding> device_findings(const Device& device, const Thresholds& thresholds = {});

// Probes judge by the defaults: puts what `thresholds` give in the place of that.
void judge_again(const Thresholds& thresholds, Inventory& inventory);

// One for each package that is divided, whoever told of it.
std::vector<Finding> partition_findings(const std::vector<Device>& devices);

// Of a device, or of all devices of a maker, that cannot be asked: given to others (`denied`),
// which is no fault of this node, or lost.
Finding unreadable_device(bool denied, std::string message);

}  // namespace tpp

#endif
