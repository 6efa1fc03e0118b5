// What a maker's library, the kernel's files of the bus and modules tell differently of one device.
// A library that is not what it seems gives itself away by what others say of the same address.
// Pure.
#ifndef TPP_AGENT_PASS_SOURCE_CHECK_H
#define TPP_AGENT_PASS_SOURCE_CHECK_H

#include <vector>

#include "agent/model/inventory.h"
#include "agent/pass/reconcile.h"

namespace tpp {

// A finding (kSourcesDiffer, outside_facts) for each device and each identity, PCI id or subsystem,
// of which two are told; it names all that told one. `merged` has the devices and the places on the
// bus.
std::vector<Finding> source_findings(const std::vector<Inventory>& probed,
                                     const std::vector<SurveyedBackend>& backends,
                                     const Inventory& merged);

}  // namespace tpp

#endif
