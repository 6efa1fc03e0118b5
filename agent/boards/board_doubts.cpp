#include "agent/boards/board_doubts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "agent/boards/bus_neighbours.h"

namespace tpp {
namespace {

// What the bus says of two devices of one part; apart where the vendor says so.
Neighbours may_share_board(const BoardUnit& one, const BoardUnit& other) {
  if (!same_part(one, other)) return Neighbours::apart;
  if (said_apart(one, other)) return Neighbours::apart;
  return neighbours(one.place, other.place);
}

std::string doubt_by(std::size_t unit, const BoardDrafts& drafts) {
  const Draft& mine = drafts.draft_of(unit);
  if (drafts.units()[unit].host || mine.source == Source::read) return "";
  const auto& labels = drafts.units()[unit].device().labels;
  const bool alone = mine.units.size() == 1;
  if (alone && labels && labels->multi_gpu_board == true) {
    return "its vendor says that it shares its board, and not with which";
  }
  for (std::size_t other = 0; other < drafts.units().size(); ++other) {
    const bool elsewhere = drafts.board_of(other) != drafts.board_of(unit);
    // What the operator said of one is no word on another that nobody named.
    const bool said = mine.mapped && drafts.draft_of(other).mapped;
    if (!elsewhere || drafts.units()[other].host || said) continue;
    const Neighbours found = may_share_board(drafts.units()[unit], drafts.units()[other]);
    const std::string& id = drafts.units()[other].device().id.value;
    if (found == Neighbours::together) {
      return fmt::format("{}, of the same part, sits in the same slot", id);
    }
    // Where a row says how many devices a board has, that is the answer.
    if (found == Neighbours::open && drafts.units()[unit].chip == nullptr && !mine.mapped) {
      return fmt::format(
          "{}, of the same part, is behind the same bridge {}, of card or "
          "mainboard: the bus does not tell which",
          id, common_bridge(*drafts.units()[unit].place, *drafts.units()[other].place));
    }
  }
  return "";
}

// Devices of one package are one unit; parts of a divided one are not counted, and one stands for
// them.
void add_ids(const BoardUnit& unit, std::vector<std::string>& ids) {
  for (const Device* device : unit.devices) {
    ids.push_back(device->id.value);
    if (unit.sliced) return;
  }
}

// The accelerators of a draft, and how many the board of a row has: the smallest of several rows,
// since a product's board carries no other product.
struct Carried {
  int present = 0;
  int expected = 0;    // 0: none of them has a row
  bool mixed = false;  // they are not all of one row
  std::string row;
  std::vector<std::string> ids;

  bool too_many() const { return expected > 0 && present > expected; }
};

Carried carried_by(const Draft& draft, const BoardDrafts& drafts) {
  Carried carried;
  const BoardUnit* first = nullptr;
  for (const std::size_t index : draft.units) {
    const BoardUnit& unit = drafts.units()[index];
    if (unit.host) continue;
    if (first == nullptr) first = &unit;
    carried.mixed = carried.mixed || unit.chip != first->chip;
    carried.present += unit.count();
    add_ids(unit, carried.ids);
    const int expected = unit.expected();
    if (expected == 0 || (carried.expected > 0 && expected >= carried.expected)) continue;
    carried.expected = expected;
    carried.row = unit.chip->id.value;
  }
  return carried;
}

// Where no row has so many devices on a board, the mapping may be right and the vendor's identity
// wrong: an identity that was rewritten would be explained away by a mapping, so that none settles
// it.
std::string what_to_do(const Indices& members, const BoardDrafts& drafts) {
  const Carried carried = carried_by({members, Source::read, ""}, drafts);
  if (!carried.too_many()) {
    return "; none of its parts is below any threshold: mend the mapping";
  }
  return fmt::format(
      "; the catalogue has {} a board ({}), so that the vendor's identity may be wrong and not the "
      "mapping: no mapping settles that, and none of these boards is below any threshold until the "
      "devices tell identities of their own",
      carried.expected, carried.row);
}

// What the vendor says of the board that a unit is on; "" if nothing.
std::string board_identity(const BoardUnit& unit) {
  if (!unit.claim.empty()) return "board " + unit.claim;
  return has_board_serial(unit) ? "serial number " + *unit.serial : "";
}

// Who puts more on one board than the catalogue has, and what; "" if nobody does. A mapping may
// merge boards of one product, whose devices it counts together; what shares a package, a board or
// a serial number by its vendor's word is too much with or without it.
std::pair<std::string, Carried> joined_by(const Draft& draft, const BoardDrafts& drafts) {
  const Carried all = carried_by(draft, drafts);
  const bool told = draft.mapped ? all.mixed : draft.source == Source::read;
  if (told && all.too_many()) return {draft.reason, all};
  if (!draft.mapped) return {};
  std::map<std::string, Indices> told_together;
  for (const std::size_t index : draft.units) {
    const BoardUnit& unit = drafts.units()[index];
    if (unit.host) continue;
    const std::string package = "the package of " + unit.device().id.value;
    for (const std::string& identity : {package, board_identity(unit)}) {
      if (!identity.empty()) told_together[identity].push_back(index);
    }
  }
  for (const auto& [identity, members] : told_together) {
    const Carried carried = carried_by({members, Source::read, ""}, drafts);
    if (carried.too_many()) return {"the vendor's word (" + identity + ")", carried};
  }
  return {};
}

}  // namespace

std::vector<Finding> splits(const BoardDrafts& drafts,
                            std::map<std::size_t, std::string>& uncertain) {
  std::map<std::string, Indices> joined;
  for (std::size_t i = 0; i < drafts.units().size(); ++i) {
    if (const std::string identity = board_identity(drafts.units()[i]); !identity.empty()) {
      joined[identity].push_back(i);
    }
  }
  std::vector<Finding> findings;
  for (const auto& [identity, members] : joined) {
    std::set<std::size_t> boards;
    std::vector<std::string> ids;
    for (const std::size_t unit : members) {
      boards.insert(drafts.board_of(unit));
      add_ids(drafts.units()[unit], ids);
    }
    const bool mapped = std::ranges::any_of(
        boards, [&](std::size_t board) { return drafts.drafts()[board].mapped; });
    if (boards.size() < 2 || !mapped) continue;
    const std::string why =
        fmt::format("the mapping parts {}, which the vendor puts on one board ({})",
                    fmt::join(ids, ", "), identity);
    for (const std::size_t board : boards) uncertain[board] = why;
    findings.push_back({"board.split", FindingClass::contradiction, Severity::error, ids.front(),
                        why + what_to_do(members, drafts)});
  }
  return findings;
}

std::vector<Finding> joins(const BoardDrafts& drafts,
                           std::map<std::size_t, std::string>& uncertain) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < drafts.drafts().size(); ++i) {
    const Draft& draft = drafts.drafts()[i];
    auto [who, carried] = joined_by(draft, drafts);
    if (who.empty()) continue;
    const std::string why =
        fmt::format("{} puts {} on one board, and the catalogue has {} a board ({})", who,
                    fmt::join(carried.ids, ", "), carried.expected, carried.row);
    uncertain[i] = why;
    findings.push_back({"board.joined", FindingClass::contradiction, Severity::error,
                        carried.ids.front(),
                        why + "; it is neither corroborated nor below any threshold: see which of "
                              "the two is wrong"});
  }
  return findings;
}

std::string doubt_of(const Draft& draft, const BoardDrafts& drafts) {
  for (const std::size_t unit : draft.units) {
    if (std::string doubt = doubt_by(unit, drafts); !doubt.empty()) return doubt;
  }
  return "";
}

}  // namespace tpp
