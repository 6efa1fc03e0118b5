// Holds what a device says of its maker against the catalogue row of its board: vendor,
// architecture and kind of unit. None of them picks a product out, so that they agree with nothing;
// one that is another maker's, or of another family, is another product. Pure.
#ifndef TPP_AGENT_CHIPS_MAKER_FACTS_H
#define TPP_AGENT_CHIPS_MAKER_FACTS_H

#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/inventory.h"

namespace tpp {

// What contradicts the row, in words; of each of the three at most one, that of the first device.
// What cannot be compared contradicts nothing: a word of a runtime for all makers, an architecture
// without a known target, a kind of unit that nobody counted.
std::vector<std::string> maker_differences(const Chip& chip,
                                           const std::vector<const Device*>& devices);

// Whether the targets that compilers know of the row's architecture are known here.
bool has_known_targets(const Chip& chip);

}  // namespace tpp

#endif
