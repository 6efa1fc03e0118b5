// What a number of a board is held against, so that neither a step nor a creep of many small ones
// goes untold. Inside history only; pure.
#ifndef TPP_AGENT_HISTORY_REFERENCE_H
#define TPP_AGENT_HISTORY_REFERENCE_H

#include <functional>
#include <optional>
#include <utility>

namespace tpp {

// Is given the values of a fact in their order.
template <class Value>
class Reference {
 public:
  using Compare = std::function<bool(const Value& before, const Value& after)>;

  // `differ`: whether one is another than the other; `alike`: whether they were come by in the same
  // way, so that a difference is of the board.
  Reference(Compare differ, Compare alike) : differ_(std::move(differ)), alike_(std::move(alike)) {}

  // The one of those before that `now` differs from: the last, else the first that was come by as
  // all after it were, else the first of all; of either the one that was told last instead, where
  // any was. nullptr: it is what it was. Until the next call of add().
  const Value* against(const Value& now) const {
    for (const std::optional<Value>* before : {&last_, &first_alike_, &first_}) {
      if (!*before || !differ_(**before, now)) continue;
      if (before != &first_alike_ || alike_(*last_, now)) return &**before;
    }
    return nullptr;
  }

  void add(const Value& now) {
    const bool step = !last_ || differ_(*last_, now);
    if (step || !alike_(*last_, now) || differ_(*first_alike_, now)) first_alike_ = now;
    if (step || differ_(*first_, now)) first_ = now;
    last_ = now;
  }

  const std::optional<Value>& last() const { return last_; }

 private:
  Compare differ_;
  Compare alike_;
  std::optional<Value> last_;
  std::optional<Value> first_alike_;
  std::optional<Value> first_;
};

}  // namespace tpp

#endif
