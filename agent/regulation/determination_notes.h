// What a determination says beside its answer: on what it hangs, and what it rests on. Pure.
#ifndef TPP_AGENT_REGULATION_DETERMINATION_NOTES_H
#define TPP_AGENT_REGULATION_DETERMINATION_NOTES_H

#include <string>
#include <vector>

#include "agent/regulation/conclusion.h"

namespace tpp {

// The other readings of `table`, alone or together, under which the item would end otherwise:
// "tf32_bits=19: not-controlled". Of several that end alike, the one that changes the fewest.
std::vector<std::string> sensitive_to(const Asked& asked, const Rule& table,
                                      const Readings& readings, Scope scope);

// Of each letter in force that names the item, what that means.
std::vector<std::string> letters_that_name(const ItemState& state);

// Throws UsageError if some edition knows stages and none knows the item's.
void add_stage(const Asked& asked, Determination& result);

void add_notes(const Asked& asked, const ItemState& state, const BoardValues& values,
               Determination& result);

}  // namespace tpp

#endif
