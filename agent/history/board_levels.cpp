#include "agent/history/board_levels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/support/add_once.h"

namespace tpp {
namespace {

// Adds the boards of `all` that share a device with `board` and were not found before.
void add_sharing(const Sighting& board, const Sightings& all, std::vector<bool>& found,
                 std::vector<std::size_t>& places) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (found[i] || !known_by(board, all[i])) continue;
    found[i] = true;
    places.push_back(i);
  }
}

}  // namespace

std::optional<RecognisedBy> known_by(const Sighting& one, const Sighting& other) {
  const auto host = [](const Sighting& sighting) -> const std::string& {
    return sighting.report->inventory.node.hostname;
  };
  if (host(one) != host(other)) return std::nullopt;
  const std::vector<const Device*> others = devices_of(other);
  for (const Device* device : devices_of(one)) {
    for (const Device* another : others) {
      if (device->simulated != another->simulated) continue;
      if (same_uuid(*device, *another)) return RecognisedBy::uuid;
      if (same_in_place(*device, *another)) return RecognisedBy::slot;
    }
  }
  return std::nullopt;
}

std::vector<Recounted> recounted(const Sightings& before, const Sightings& after) {
  std::vector<Recounted> groups;
  std::vector<bool> before_found(before.size());
  std::vector<bool> after_found(after.size());
  for (std::size_t first = 0; first < after.size(); ++first) {
    if (after_found[first]) continue;
    after_found[first] = true;
    Recounted group{{}, {first}};
    // Each board that is found may bring others: until none is left to ask.
    std::size_t b = 0;
    for (std::size_t a = 0; a < group.after.size(); ++a) {
      add_sharing(after[group.after[a]], before, before_found, group.before);
      for (; b < group.before.size(); ++b) {
        add_sharing(before[group.before[b]], after, after_found, group.after);
      }
    }
    if (group.before.size() + group.after.size() <= 2) continue;
    const bool entered =
        std::ranges::any_of(group.before, [&](std::size_t i) { return is_entered(before[i]); }) ||
        std::ranges::any_of(group.after, [&](std::size_t i) { return is_entered(after[i]); });
    if (entered) groups.push_back(std::move(group));
  }
  return groups;
}

std::string note_of_levels(const std::vector<Recounted>& groups, const Sightings& before,
                           const Sightings& after) {
  std::size_t was = 0;
  std::size_t is = 0;
  std::vector<std::string> reasons;
  const auto add_reason = [&](const Sighting& sighting) {
    if (is_entered(sighting)) add_once(sighting.board->grouping_reason, reasons);
  };
  for (const Recounted& group : groups) {
    was += group.before.size();
    is += group.after.size();
    for (const std::size_t i : group.before) add_reason(before[i]);
    for (const std::size_t i : group.after) add_reason(after[i]);
  }
  return fmt::format(
      "this report and the one before count boards at different levels: the devices of {} board{} "
      "there are {} board{} here ({}); the devices were compared, classes and numbers of devices "
      "were not",
      was, was == 1 ? "" : "s", is, is == 1 ? "" : "s", fmt::join(reasons, "; "));
}

}  // namespace tpp
