// Modules (SXM, OAM) that plug into one baseboard. Each is a board of its own, what the rules
// count; what the baseboard adds up to is information, unless the operator asks to count it as one.
// Pure.
#ifndef TPP_AGENT_BOARDS_BASEBOARD_H
#define TPP_AGENT_BOARDS_BASEBOARD_H

#include <set>

#include "agent/model/inventory.h"

namespace tpp {

// Gives boards that sit on one baseboard the id of its first one as `baseboard`: devices whose
// library tells different sockets of a baseboard, and products that are `modules` by the catalogue
// and link to each other. Of those on several baseboards that nothing tells apart, a finding.
void name_baseboards(Inventory& inventory, const std::set<BoardId>& modules);

// Makes one board of all boards of a baseboard; a finding where there is none.
void count_baseboards(Inventory& inventory);

}  // namespace tpp

#endif
