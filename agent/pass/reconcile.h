// What probes and backends each say of a node as one inventory. Pure.
#ifndef TPP_AGENT_PASS_RECONCILE_H
#define TPP_AGENT_PASS_RECONCILE_H

#include <vector>

#include "agent/boards/grouping.h"
#include "agent/model/inventory.h"
#include "agent/pass/worker.h"

namespace tpp {

struct SurveyedBackend {
  BackendModule module;
  BackendListing listing;
};

// Devices are the same where their ids are equal; what a runtime says fills what no probe
// knew. A device that several backends list is measured by one of its own kind rather than by a
// portable one, which is then only named among those that have seen it. Boards by the evidence.
Inventory reconcile(const std::vector<Inventory>& probed,
                    const std::vector<SurveyedBackend>& backends,
                    const BoardEvidence& evidence = {});

// Takes from each listing the benchmarks of devices that another backend measures.
void leave_to_others(const Inventory& inventory, std::vector<SurveyedBackend>& backends);

}  // namespace tpp

#endif
