// Boards that two reports count at different levels, by the operator's word in one of them or in
// both: a mapping, or baseboards counted as one. Their devices are the same, and none of them came,
// went or moved. Inside history only; pure.
#ifndef TPP_AGENT_HISTORY_BOARD_LEVELS_H
#define TPP_AGENT_HISTORY_BOARD_LEVELS_H

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/history/sightings.h"

namespace tpp {

// The same devices, on other boards. Indices into what was given.
struct Recounted {
  std::vector<std::size_t> before;
  std::vector<std::size_t> after;
};

// Boards of two reports that have devices alike, where these are no pair of one board and one
// board, and the operator said of one of them what counts. Each board is in one of them at most.
std::vector<Recounted> recounted(const Sightings& before, const Sightings& after);

// By what some device of the one board is known on the other: its UUID, else its slot and part.
std::optional<RecognisedBy> known_by(const Sighting& one, const Sighting& other);

// One note for a report: what was counted otherwise, and what of it was not compared.
std::string note_of_levels(const std::vector<Recounted>& groups, const Sightings& before,
                           const Sightings& after);

}  // namespace tpp

#endif
