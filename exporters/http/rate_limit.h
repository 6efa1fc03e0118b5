// A bucket of tokens, one a request, which fills at a fixed rate. The time is given. One thread at
// a time.
#ifndef TPP_EXPORTERS_HTTP_RATE_LIMIT_H
#define TPP_EXPORTERS_HTTP_RATE_LIMIT_H

#include <chrono>

namespace tpp {

struct RateSettings {
  std::chrono::nanoseconds interval{0};  // between two requests; above 0
  int burst = 1;                         // requests at once after a pause; at least 1

  bool operator==(const RateSettings&) const = default;
};

class RateLimit {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  RateLimit(const RateSettings& settings, TimePoint now) : settings_(settings), full_at_(now) {}

  bool take(TimePoint now) {
    // All tokens are there from full_at_ on; each taken moves it by one interval.
    const TimePoint from = full_at_ > now ? full_at_ : now;
    if (from + settings_.interval - now > settings_.interval * settings_.burst) return false;
    full_at_ = from + settings_.interval;
    return true;
  }
  const RateSettings& settings() const { return settings_; }

 private:
  RateSettings settings_;
  TimePoint full_at_;
};

}  // namespace tpp

#endif
