// Which board of one report is which board of another: by serial number, else by UUID, else by slot
// and part. Says by which, and nothing of what changed (board_events). Pure.
#ifndef TPP_AGENT_HISTORY_RECOGNITION_H
#define TPP_AGENT_HISTORY_RECOGNITION_H

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/model/history.h"
#include "agent/model/inventory.h"

namespace tpp {

// What a board can be known again by.
struct BoardIdentity {
  std::set<std::string> serials;  // with the maker before them, however they are printed
  std::set<std::string> numbers;  // the same without
  std::set<std::string> uuids;    // as told, of whole devices: those of partitions come and go
  std::string hostname;
  std::set<std::string> addresses;  // "0000:17:00.0", "cpu:0"; the lowest is its slot
  std::string module;  // socket of a baseboard; "" where not told, or where it sits in several
  std::set<std::string> pci_ids;  // empty where one of its devices tells none
  std::set<std::string> names;
  bool simulated = false;
};

BoardIdentity identity_of(const Inventory& inventory, const Board& board);

// "0000:17:00.0", with the socket and the node where they are needed to tell it from `other`.
std::string slot_text(const BoardIdentity& board, const BoardIdentity& other);
bool same_slot(const BoardIdentity& one, const BoardIdentity& other);
// Whether a board that was recognised is elsewhere. One that lost devices, or has one more, is
// where the others of it are.
bool has_moved(const BoardIdentity& before, const BoardIdentity& after);

struct Recognised {
  std::size_t before = 0;  // index into what was given
  std::size_t after = 0;
  RecognisedBy by = RecognisedBy::slot;

  bool operator==(const Recognised&) const = default;
};

struct Recognition {
  std::vector<Recognised> same;
  std::vector<std::pair<std::size_t, std::size_t>> replaced;  // before, after: of one slot
  std::vector<std::size_t> gone;
  std::vector<std::size_t> appeared;
};

// Each board at most once. What two boards of one list have alike (a serial number that was never
// written) tells none of them. A slot speaks within one node only, and not against a serial number
// or a UUID. A simulated board is never a real one.
Recognition recognise(const std::vector<BoardIdentity>& before,
                      const std::vector<BoardIdentity>& after);

}  // namespace tpp

#endif
