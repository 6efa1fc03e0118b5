#include "agent/history/recognition.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "agent/boards/serial_number.h"
#include "agent/history/same_devices.h"
#include "agent/history/sightings.h"

namespace tpp {
namespace {

using Boards = std::vector<BoardIdentity>;
using Names = std::set<std::string> BoardIdentity::*;

std::string slot_of(const BoardIdentity& board) {
  return board.addresses.empty() ? "" : *board.addresses.begin();
}

bool share(const std::set<std::string>& one, const std::set<std::string>& other) {
  return std::ranges::any_of(one, [&](const std::string& name) { return other.contains(name); });
}

bool contradict(const std::set<std::string>& one, const std::set<std::string>& other) {
  return !one.empty() && !other.empty() && !share(one, other);
}

// Names that more than one board has.
std::set<std::string> common_names(const Boards& boards, Names names) {
  std::set<std::string> seen;
  std::set<std::string> common;
  for (const BoardIdentity& board : boards) {
    for (const std::string& name : board.*names) {
      if (!seen.insert(name).second) common.insert(name);
    }
  }
  return common;
}

// However a UUID is printed.
void fold_uuids(Boards& boards) {
  for (BoardIdentity& board : boards) {
    std::set<std::string> folded;
    for (const std::string& uuid : board.uuids) folded.insert(uuid_told(uuid).value_or(uuid));
    board.uuids = std::move(folded);
  }
}

// A socket's number tells a slot only where no other board has it.
Boards telling(Boards boards, Boards other) {
  fold_uuids(boards);
  fold_uuids(other);
  for (const Names names :
       {&BoardIdentity::serials, &BoardIdentity::numbers, &BoardIdentity::uuids}) {
    std::set<std::string> common = common_names(boards, names);
    common.merge(common_names(other, names));
    for (BoardIdentity& board : boards) {
      std::erase_if(board.*names, [&](const std::string& name) { return common.contains(name); });
    }
  }
  std::multiset<std::string> modules;
  for (const BoardIdentity& board : boards) modules.insert(board.hostname + ' ' + board.module);
  for (BoardIdentity& board : boards) {
    if (modules.count(board.hostname + ' ' + board.module) > 1) board.module.clear();
  }
  return boards;
}

// Pairs off what is left of two lists of boards.
class Pairing {
 public:
  Pairing(const Boards& before, const Boards& after)
      : before_(telling(before, after)),
        after_(telling(after, before)),
        before_left_(before.size(), true),
        after_left_(after.size(), true) {}

  using Same = std::function<bool(const BoardIdentity&, const BoardIdentity&)>;
  using Found = std::function<void(std::size_t, std::size_t)>;

  void pair(const Same& same, const Found& found) {
    for (std::size_t a = 0; a < after_.size(); ++a) {
      for (std::size_t b = 0; b < before_.size() && after_left_[a]; ++b) {
        if (!before_left_[b] || before_[b].simulated != after_[a].simulated) continue;
        if (!same(before_[b], after_[a])) continue;
        before_left_[b] = after_left_[a] = false;
        found(b, a);
      }
    }
  }

  std::vector<std::size_t> before_left() const { return left(before_left_); }
  std::vector<std::size_t> after_left() const { return left(after_left_); }

 private:
  static std::vector<std::size_t> left(const std::vector<bool>& flags) {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < flags.size(); ++i) {
      if (flags[i]) indices.push_back(i);
    }
    return indices;
  }

  Boards before_;
  Boards after_;
  std::vector<bool> before_left_;
  std::vector<bool> after_left_;
};

// By PCI ids where both tell them: one that is not told any more is no other part.
bool same_part(const BoardIdentity& before, const BoardIdentity& after) {
  return before.pci_ids.empty() || after.pci_ids.empty() ? before.names == after.names
                                                         : before.pci_ids == after.pci_ids;
}

// A number under another maker's name is no other board's: that the name changed is told.
bool same_by_slot(const BoardIdentity& before, const BoardIdentity& after) {
  return same_slot(before, after) && same_part(before, after) &&
         !contradict(before.numbers, after.numbers) && !contradict(before.uuids, after.uuids);
}

}  // namespace

BoardIdentity identity_of(const Inventory& inventory, const Board& board) {
  BoardIdentity identity;
  identity.hostname = inventory.node.hostname;
  std::set<std::string> modules;
  bool by_id = true;
  for (const DeviceId& id : board.devices) {
    const Device* device = find_device(inventory, id);
    if (device == nullptr) continue;
    if (const auto serial = serial_told(device->serial)) {
      identity.serials.insert(maker_of(*device) + ' ' + *serial);
      identity.numbers.insert(*serial);
    }
    if (tells_uuid(*device)) identity.uuids.insert(*device->uuid);
    identity.addresses.insert(address_of(*device));
    if (device->labels && device->labels->module_id) {
      modules.insert(std::to_string(*device->labels->module_id));
    }
    by_id = by_id && device->pci_id;
    if (device->pci_id) identity.pci_ids.insert(*device->pci_id);
    identity.names.insert(device->name);
    identity.simulated = identity.simulated || device->simulated;
  }
  if (identity.addresses.empty()) identity.addresses.insert(board.id.value);
  if (modules.size() == 1) identity.module = *modules.begin();
  if (!by_id) identity.pci_ids.clear();
  return identity;
}

std::string slot_text(const BoardIdentity& board, const BoardIdentity& other) {
  std::string text = slot_of(board);
  if (!board.module.empty()) text += fmt::format(" (module {})", board.module);
  if (board.hostname != other.hostname) text += " of node " + board.hostname;
  return text;
}

bool same_slot(const BoardIdentity& one, const BoardIdentity& other) {
  if (one.hostname != other.hostname) return false;
  // A socket keeps its number where addresses shift with what else is on the bus.
  if (!one.module.empty() && !other.module.empty()) return one.module == other.module;
  return slot_of(one) == slot_of(other);
}

bool has_moved(const BoardIdentity& before, const BoardIdentity& after) {
  if (same_slot(before, after)) return false;
  const bool by_module = !before.module.empty() && !after.module.empty();
  return before.hostname != after.hostname || by_module ||
         !share(before.addresses, after.addresses);
}

Recognition recognise(const std::vector<BoardIdentity>& before,
                      const std::vector<BoardIdentity>& after) {
  Recognition result;
  Pairing pairing(before, after);
  const auto as = [&](RecognisedBy by) {
    return [&result, by](std::size_t b, std::size_t a) { result.same.push_back({b, a, by}); };
  };
  pairing.pair([](const auto& b, const auto& a) { return share(b.serials, a.serials); },
               as(RecognisedBy::serial));
  pairing.pair([](const auto& b, const auto& a) { return share(b.uuids, a.uuids); },
               as(RecognisedBy::uuid));
  pairing.pair(same_by_slot, as(RecognisedBy::slot));
  pairing.pair(same_slot,
               [&](std::size_t b, std::size_t a) { result.replaced.emplace_back(b, a); });
  result.gone = pairing.before_left();
  result.appeared = pairing.after_left();
  std::ranges::sort(result.same, {}, &Recognised::after);
  return result;
}

}  // namespace tpp
