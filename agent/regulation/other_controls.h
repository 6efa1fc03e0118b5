// What else to look at beside the control lists: entries to check by hand, paragraphs with figures
// of their own, duties, presumptions, and what may apply without public figures. Pure.
#ifndef TPP_AGENT_REGULATION_OTHER_CONTROLS_H
#define TPP_AGENT_REGULATION_OTHER_CONTROLS_H

#include <vector>

#include "agent/model/determination.h"
#include "agent/regulation/item_state.h"

namespace tpp {

// In the editions' order, both scopes, each saying whether it is enforced; without those of classes
// that the item is not in.
std::vector<OtherControlResult> other_controls(const std::vector<Edition>& editions,
                                               const ItemState& state, const BoardValues& values);

}  // namespace tpp

#endif
