// Finds an edition by the id of its rule. Pure.
#ifndef TPP_AGENT_REGULATION_FIND_EDITION_H
#define TPP_AGENT_REGULATION_FIND_EDITION_H

#include <algorithm>
#include <string>

#include "agent/model/edition.h"

namespace tpp {

// An iterator into `editions`, a list of them; its end if none has the id.
auto find_edition(auto& editions, const std::string& id) {
  return std::ranges::find_if(editions,
                              [&](const Edition& edition) { return edition.rule.id.value == id; });
}

}  // namespace tpp

#endif
