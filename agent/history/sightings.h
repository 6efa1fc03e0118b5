// One board in one report, and the parts of it that belong to a board of another. What every kind
// of change is told from. Pure; points into the reports given. Inside history only.
#ifndef TPP_AGENT_HISTORY_SIGHTINGS_H
#define TPP_AGENT_HISTORY_SIGHTINGS_H

#include <string>
#include <vector>

#include "agent/model/history.h"
#include "agent/model/report.h"
#include "agent/model/thresholds.h"

namespace tpp {

struct Sighting {
  const Report* report = nullptr;
  const Board* board = nullptr;
};

// Of one board, the oldest first.
using Sightings = std::vector<Sighting>;

std::vector<const Device*> devices_of(const Sighting& sighting);
// Whether the operator's word makes it one board: a mapping, or baseboards counted as one.
bool is_entered(const Sighting& sighting);
const BoardPerformance* performance_of(const Sighting& sighting);

// As the catalogue writes it where the vendor's words name one that is known, else the words; "" of
// words that stand in for a maker's.
std::string maker_of(const Device& device);
// Whether it has a serial number that somebody wrote.
bool tells_serial(const Device& device);
// Whether it is a whole device with a UUID that somebody wrote: a partition has one of its own.
bool tells_uuid(const Device& device);

// Whether they cannot be one device: a UUID or a serial number is another, and neither is the same.
bool is_another(const Device& one, const Device& other);
// Written, and of partitions, too.
bool same_uuid(const Device& one, const Device& other);
// By the same maker, and written.
bool same_serial(const Device& one, const Device& other);
// Of one address and part in one node, and nothing tells that it is another.
bool same_in_place(const Device& one, const Device& other);
// "NVIDIA H100 80GB HBM3, serial 1652523000017", as far as it is known, with a comma in front.
std::string name_and_serial(const Device& device);

// What `device` of a later sighting was in `earlier`: the one of its UUID, else of its id, else of
// its place among as many where none of them is known by either. nullptr if there is none, and on a
// board that the operator's word makes where another device stands in its place.
const Device* counterpart(const Sighting& earlier, const Sighting& later, const Device& device);

// Whether the two words come from the same runtime: names and counts of one are not another's.
bool same_runtime(const Device& one, const Device& other);

// Hardware, and firmware beside it where that changed as well: it may be what did it.
std::vector<EventCause> hardware_causes(const Device& before, const Device& after);

class KnownIssues;  // rate_events.h

// A board and what it was before, with the numbers beyond which it is another.
struct ThenAndNow {
  const Sightings& before;  // not empty
  const Sighting& after;
  const Thresholds& thresholds;
  KnownIssues& issues;
};

struct BoardChanges {
  std::vector<BoardEvent> events;
  std::vector<std::string> notes;  // what was not compared, and why
};

}  // namespace tpp

#endif
