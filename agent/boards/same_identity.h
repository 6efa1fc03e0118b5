// Devices that tell one identity where each has to have its own: a UUID told by two packages, or
// the serial number of one board told on two. Which of them is what it says is open. Pure.
#ifndef TPP_AGENT_BOARDS_SAME_IDENTITY_H
#define TPP_AGENT_BOARDS_SAME_IDENTITY_H

#include <string>
#include <vector>

#include "agent/model/finding.h"
#include "agent/model/ids.h"
#include "agent/model/inventory.h"

namespace tpp {

// Devices of one board share its serial number, parts of one package what their driver gives them:
// neither is a finding. `inventory` has its boards.
std::vector<Finding> same_identity_findings(const Inventory& inventory);

// The same of the devices of one board, in words: what speaks against its being what its row says.
std::vector<std::string> same_identities(const Inventory& inventory, const BoardId& board);

}  // namespace tpp

#endif
