// How an item ends under the editions in force, in short: what is worked out again for every other
// way of reading, scope or fact that an answer is held against. Pure.
#ifndef TPP_AGENT_REGULATION_CONCLUSION_H
#define TPP_AGENT_REGULATION_CONCLUSION_H

#include <string>
#include <vector>

#include "agent/regulation/determine.h"
#include "agent/regulation/item_state.h"

namespace tpp {

// Everything that holds still while readings, scope and facts are turned.
struct Asked {
  const Item& item;
  const std::vector<Edition>& editions;  // in force
};

ItemState state_of(const Asked& asked, const BoardValues& values, Scope scope);

DeterminationKind kind_of(const Asked& asked, const ItemState& state);

// "3A090.b.1", and "3A090.b": in the editions' order.
std::vector<std::string> paragraphs_met(const ItemState& state);
std::vector<std::string> classes_met(const ItemState& state);

// How another way of reading, or another fact, would end.
struct Conclusion {
  std::string text;                        // "exception-eligible (3A090.b.2)"
  std::vector<std::string> also_met = {};  // item classes and other controls that hang on figures

  bool operator==(const Conclusion&) const = default;
};

Conclusion conclusion(const Asked& asked, const BoardValues& values, Scope scope);

// The other end, and what it gains and loses: where class and paragraphs stay, what a licence or a
// duty hangs on may still move.
std::string difference(const Conclusion& here, const Conclusion& there);

}  // namespace tpp

#endif
