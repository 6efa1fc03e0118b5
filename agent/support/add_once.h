// Lists in which each value stands once, in the order of their coming. Pure.
#ifndef TPP_AGENT_SUPPORT_ADD_ONCE_H
#define TPP_AGENT_SUPPORT_ADD_ONCE_H

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

namespace tpp {

// Adds what is not there. An empty text says nothing, and is left out.
template <class Value>
void add_once(const Value& value, std::vector<Value>& list) {
  if constexpr (std::is_same_v<Value, std::string>) {
    if (value.empty()) return;
  }
  if (std::ranges::find(list, value) == list.end()) list.push_back(value);
}

}  // namespace tpp

#endif
