#include "agent/store/retention.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "agent/support/text.h"

namespace tpp {
namespace {

struct Track {
  std::int64_t last = 0;
  std::string classes;
  std::int64_t change = 0;  // 0: none
  std::int64_t before_change = 0;
};

// Of passes in the order in which they were stored.
std::set<std::int64_t> always_kept(const std::vector<PassOutline>& passes) {
  std::map<std::string, Track> tracks;
  for (const PassOutline& pass : passes) {
    for (const auto& [sign, classes] : pass.classes) {
      const auto [at, fresh] = tracks.try_emplace(sign);
      Track& track = at->second;
      if (!fresh && track.classes != classes) {
        track.change = pass.id;
        track.before_change = track.last;
      }
      track.last = pass.id;
      track.classes = classes;
    }
  }
  std::set<std::int64_t> kept;
  for (const auto& [sign, track] : tracks) {
    for (const std::int64_t id : {track.last, track.change, track.before_change}) kept.insert(id);
  }
  return kept;
}

// By one clock that is ahead nothing is old yet: what was stored before the last says so, too.
// Passes in the order in which they were stored; times of one form sort as text does.
std::string_view age_counts_from(const std::vector<PassOutline>& passes, std::string_view now) {
  if (passes.size() < 2) return now;
  return std::min<std::string_view>(now, passes[passes.size() - 2].started_at);
}

}  // namespace

std::vector<std::int64_t> passes_to_drop(std::vector<PassOutline> passes, const Retention& limits,
                                         std::string_view now) {
  // A clock may have been put back between two of them.
  std::ranges::sort(passes, {}, &PassOutline::id);
  const std::set<std::int64_t> kept = always_kept(passes);
  const std::string_view from = age_counts_from(passes, now);
  const std::string oldest = limits.days > 0 ? days_before(from, limits.days).value_or("") : "";
  std::uint64_t bytes = 0;
  for (const PassOutline& pass : passes) bytes += pass.bytes;
  std::vector<std::int64_t> dropped;
  for (const PassOutline& pass : passes) {
    const bool too_old = pass.started_at < oldest;
    const bool too_much = limits.bytes > 0 && bytes > limits.bytes;
    if (kept.contains(pass.id) || !(too_old || too_much)) continue;
    dropped.push_back(pass.id);
    bytes -= pass.bytes;
  }
  return dropped;
}

}  // namespace tpp
