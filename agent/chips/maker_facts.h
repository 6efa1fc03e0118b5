// Holds what a device says of its maker against the catalogue row of its board: vendor,
// architecture and kind of unit. None of them picks a product out, so that they agree with nothing;
// one that is another maker's, or of another family, is another product. Pure.
#ifndef TPP_AGENT_CHIPS_MAKER_FACTS_H
#define TPP_AGENT_CHIPS_MAKER_FACTS_H

#include <string>
#include <string_view>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/inventory.h"

namespace tpp {

struct MakerDifference {
  std::string text;
  // Another maker that is known, or another family. A word for a vendor that nobody knows merely
  // differs from a maker's whose ways of writing are all known.
  bool contradicts = true;
};

// What differs from the row; of each of the three at most one, that of the first device. What
// cannot be compared differs in nothing: a word of a runtime for all makers, an architecture in
// another scheme than the row's, a kind of unit that nobody counted.
std::vector<MakerDifference> maker_differences(const Chip& chip,
                                               const std::vector<const Device*>& devices);

// Whether a maker's own libraries count in it, "SM": what a runtime for all makers calls a unit is
// nobody's.
bool is_known_unit_kind(std::string_view kind);

}  // namespace tpp

#endif
