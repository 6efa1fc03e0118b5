// The same done with many things, several at once: for what mostly waits, as children do.
#ifndef TPP_AGENT_SUPPORT_AT_ONCE_H
#define TPP_AGENT_SUPPORT_AT_ONCE_H

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <future>
#include <optional>
#include <type_traits>
#include <vector>

namespace tpp {

inline constexpr std::size_t kMostAtOnce = 8;

// What `act` returns of each, in the order of the items. A free hand takes the next item: one that
// hangs holds one of the hands, and keeps nobody else waiting. `act` is called from several
// threads. Of what it throws, that of the first item is thrown on, after all are done.
template <class Item, class Act>
auto at_once(const std::vector<Item>& items, const Act& act) {
  using Result = std::invoke_result_t<const Act&, const Item&>;
  std::vector<std::optional<Result>> done(items.size());
  std::vector<std::exception_ptr> failures(items.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < items.size(); i = next++) {
      try {
        done[i].emplace(act(items[i]));
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
  };
  std::vector<std::future<void>> hands;
  for (std::size_t i = 0; i < std::min(items.size(), kMostAtOnce); ++i) {
    hands.push_back(std::async(std::launch::async, work));
  }
  for (std::future<void>& hand : hands) hand.get();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  std::vector<Result> results;
  for (std::optional<Result>& one : done) results.push_back(std::move(*one));
  return results;
}

}  // namespace tpp

#endif
