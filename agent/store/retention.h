// Which passes may go. Pure.
#ifndef TPP_AGENT_STORE_RETENTION_H
#define TPP_AGENT_STORE_RETENTION_H

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tpp {

// 0: no limit. By default no age is too old: a clock that jumps ahead then makes nothing go.
struct Retention {
  int days = 0;
  std::uint64_t bytes = 256ull << 20;  // about 4,000 passes of 16 devices
};

struct PassOutline {
  std::int64_t id = 0;
  std::string started_at;
  std::uint64_t bytes = 0;
  std::map<std::string, std::string> classes;  // by the board's sign: its class under every rule
};

// Those that are over the age, and as many more as are over the size, those first that were stored
// first. Never one of these: the last pass of each board, and the last in which its class became
// another with the one before it, which together say what changed. Where these alone are over the
// size they stay. `now` is ISO 8601. Age counts from the earlier of it and the start of the pass
// that was stored before the last: a clock that is ahead for one pass makes nothing go.
std::vector<std::int64_t> passes_to_drop(std::vector<PassOutline> passes, const Retention& limits,
                                         std::string_view now);

}  // namespace tpp

#endif
