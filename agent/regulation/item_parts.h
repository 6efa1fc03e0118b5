// What the parts of a board of several products are, each alone, and what the shipped catalogue has
// an item as: the least that it is presumed to be where its own figures leave it open. Pure.
#ifndef TPP_AGENT_REGULATION_ITEM_PARTS_H
#define TPP_AGENT_REGULATION_ITEM_PARTS_H

#include <string>
#include <vector>

#include "agent/regulation/conclusion.h"
#include "agent/regulation/item_state.h"
#include "agent/regulation/readings.h"

namespace tpp {

// What an item is presumed to meet: by its own figures, by those of a part of it alone, or by those
// that the shipped catalogue has of it.
struct Presumption {
  int rank = 0;  // of the strictest paragraph; 0 where nothing is presumed, or it has none
  std::string paragraphs;  // "3A090.a.1, 3A090.a.2"; "" where nothing is presumed
};

// Of what its own figures leave open; the stricter where a part reaches more. A part whose class is
// open itself counts by what it is presumed to be.
Presumption presumed_of(const Asked& asked, const ItemState& state, const Readings& readings,
                        Scope scope);

// In words, of each part what it is alone, and what of the board is not known; what the shipped
// catalogue has it as. None where it has neither.
std::vector<std::string> notes_of_parts(const Asked& asked, const ItemState& state,
                                        const Readings& readings, Scope scope);

}  // namespace tpp

#endif
