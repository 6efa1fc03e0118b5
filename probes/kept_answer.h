// An answer that takes long to get, asked for again only when it has become old.
#ifndef TPP_PROBES_KEPT_ANSWER_H
#define TPP_PROBES_KEPT_ANSWER_H

#include <chrono>
#include <optional>
#include <utility>

namespace tpp {

// One thread at a time may use it.
template <class Value>
class KeptAnswer {
 public:
  explicit KeptAnswer(std::chrono::milliseconds for_so_long) : for_so_long_(for_so_long) {}

  // The last answer while it is young enough, else what `ask` says now. That there was none is an
  // answer, too.
  template <class Ask>
  std::optional<Value> get(Ask&& ask) {
    const auto now = std::chrono::steady_clock::now();
    if (!asked_ || now - *asked_ >= for_so_long_) {
      answer_ = std::forward<Ask>(ask)();
      asked_ = now;
    }
    return answer_;
  }

 private:
  const std::chrono::milliseconds for_so_long_;
  std::optional<std::chrono::steady_clock::time_point> asked_;
  std::optional<Value> answer_;
};

// How old a list of processes may be that a watch tells of: a process that comes has to be known
// within a fraction of the half second in which a device is freed for it, and the list takes the
// driver longer than all other readings together.
inline constexpr std::chrono::milliseconds kProcessListAge{100};

}  // namespace tpp

#endif
