// Which device of an earlier inventory one of now was: what tells devices apart is what they bear,
// and the slot where they bear nothing. Pure.
#ifndef TPP_AGENT_PASS_KNOWN_AGAIN_H
#define TPP_AGENT_PASS_KNOWN_AGAIN_H

#include "agent/model/inventory.h"

namespace tpp {

// Whether a device that was away would be known again: it has a serial number or a UUID. By its
// place alone it may be another one.
bool bears_identity(const Device& device);

// The one that bears the UUID of `device`, which is of `now`, else its serial number, where on
// either side one device alone does and is all that its board carries: parts of a board share a
// number, and one of them may be hidden. Else the one in its place, which may be another. nullptr
// if there is none.
const Device* known_again(const Inventory& earlier, const Inventory& now, const Device& device);

}  // namespace tpp

#endif
