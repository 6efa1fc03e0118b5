#include "agent/boards/grouping.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/boards/baseboard.h"
#include "agent/boards/board_units.h"
#include "agent/boards/bus_neighbours.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

using Indices = std::vector<std::size_t>;

// A board on its way into the inventory.
struct Draft {
  Indices units;
  Source source = Source::inferred;
  std::string reason;
  std::string id = {};  // the vendor's; "": that of its first package
  bool mapped = false;  // by the operator
};

class Grouping {
 public:
  Grouping(Inventory& inventory, const BoardEvidence& evidence)
      : inventory_(inventory),
        evidence_(evidence),
        units_(board_units(inventory, evidence.catalog)),
        board_of_(units_.size()) {}

  void run() {
    if (evidence_.map != nullptr) add_mapped(*evidence_.map);
    add_claimed();
    add_by_serial();
    add_by_catalogue();
    add_by_bus();
    add_alone();
    join_hosts();
    write();
  }

 private:
  bool is_free(std::size_t unit) const { return !board_of_[unit]; }

  void add(Draft draft) {
    for (const std::size_t unit : draft.units) board_of_[unit] = drafts_.size();
    drafts_.push_back(std::move(draft));
  }

  Indices free_units() const {
    Indices found;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (is_free(i)) found.push_back(i);
    }
    return found;
  }

  Indices units_named(const MappedDevice& mapped) const {
    Indices found;
    const std::string word = to_lower(mapped.word);
    for (std::size_t i = 0; i < units_.size(); ++i) {
      const bool named = std::ranges::any_of(units_[i].devices, [&](const Device* device) {
        return to_lower(device->id.value) == word || to_lower(device->uuid.value_or("")) == word ||
               to_lower(device->serial.value_or("")) == word;
      });
      if (named) found.push_back(i);
    }
    if (!found.empty()) return found;
    std::vector<std::string> ids;
    for (const Device& device : inventory_.devices) ids.push_back(device.id.value);
    throw UsageError(fmt::format(
        "{}: found '{}', which is no device of this node; expected an id, a UUID or a serial "
        "number of {}",
        mapped.place, mapped.word, ids.empty() ? "none" : fmt::format("{}", fmt::join(ids, ", "))));
  }

  // Of several products there is no row, and what each of them declares would be lost.
  void refuse_unlike(const Indices& units, const MappedBoard& board) const {
    std::optional<std::string> product;
    for (const std::size_t index : units) {
      const BoardUnit& unit = units_[index];
      if (unit.host) continue;
      const std::string found =
          unit.chip != nullptr ? unit.chip->id.value : unit.device().pci_id.value_or("");
      if (!product) product = found;
      if (found == *product) continue;
      throw UsageError(fmt::format(
          "{}: the board {} has devices of several products ({}, {}); expected one product a "
          "board, and processors",
          board.devices.front().place, board.name, *product, found));
    }
  }

  void add_mapped(const BoardMap& map) {
    std::map<std::size_t, std::string> named;
    for (const MappedBoard& board : map.boards) {
      Draft draft{{}, Source::entered, fmt::format("the mapping {}: {}", map.origin, board.name)};
      draft.mapped = true;
      for (const MappedDevice& device : board.devices) {
        for (const std::size_t unit : units_named(device)) {
          const auto [known, fresh] = named.emplace(unit, board.name);
          // Parts of one package may each be named on its one board.
          const bool part = units_[unit].devices.size() > 1 && known->second == board.name;
          if (fresh) draft.units.push_back(unit);
          if (fresh || part) continue;
          throw UsageError(fmt::format(
              "{}: found '{}' again, or a part of its package, which is on the board {} already; "
              "expected each device once, and the parts of a package on one board",
              device.place, device.word, known->second));
        }
      }
      refuse_unlike(draft.units, board);
      // A processor is named after what it shares a board with.
      std::ranges::sort(draft.units, {},
                        [&](std::size_t unit) { return std::pair(units_[unit].host, unit); });
      add(std::move(draft));
    }
  }

  // The vendor's word for the board, and for the package where it has none for the board.
  void add_claimed() {
    for (const std::size_t first : free_units()) {
      const BoardUnit& unit = units_[first];
      if (!is_free(first)) continue;
      if (!unit.claim.empty()) {
        Draft draft{{}, Source::read, "the vendor's board identity", unit.claim};
        for (const std::size_t other : free_units()) {
          if (units_[other].claim == unit.claim) draft.units.push_back(other);
        }
        add(std::move(draft));
      } else if (unit.package_told && !unit.host && !needs_more(unit)) {
        add({{first}, Source::read, "the vendor's package identity"});
      }
    }
  }

  static bool needs_more(const BoardUnit& unit) { return unit.count() < unit.expected(); }

  // Which dies are one package is for the probe to say, which knows when a number is no board's.
  static bool has_board_serial(const BoardUnit& unit) {
    const bool die = unit.chip != nullptr && unit.chip->devices_per_package > 1;
    return unit.serial && !unit.host && !die;
  }

  void add_by_serial() {
    for (const std::size_t first : free_units()) {
      const BoardUnit& unit = units_[first];
      if (!is_free(first) || !has_board_serial(unit)) continue;
      Draft draft{{}, Source::read, "the vendor's board identity: one serial number"};
      for (const std::size_t other : free_units()) {
        const bool same = units_[other].serial == unit.serial &&
                          units_[other].device().vendor == unit.device().vendor &&
                          units_[other].device().pci_id == unit.device().pci_id;
        if (same) draft.units.push_back(other);
      }
      if (draft.units.size() > 1) add(std::move(draft));
    }
  }

  // Free units of the same row, of which the bus can tell that they belong together.
  void add_by_catalogue() {
    for (const std::size_t first : free_units()) {
      const BoardUnit& unit = units_[first];
      if (!is_free(first) || !needs_more(unit)) continue;
      const Indices found =
          unit.chip->details.copies_on_board > 1 ? at_one_socket(first) : on_one_card(first);
      if (found.empty()) continue;
      add({found, Source::inferred,
           fmt::format(
               "the catalogue: {} devices a board ({}), {}", unit.expected(), unit.chip->id.value,
               unit.chip->details.copies_on_board > 1 ? "at one socket" : "behind one bridge")});
      if (unit.chip->packages_per_board == 1 && unit.chip->devices_per_package > 1) {
        name_package(found);
      }
    }
  }

  Indices alike(std::size_t first) const {
    Indices found;
    for (const std::size_t other : free_units()) {
      const BoardUnit& unit = units_[other];
      if (unit.chip == units_[first].chip && unit.count() == units_[first].count()) {
        found.push_back(other);
      }
    }
    return found;
  }

  std::size_t units_expected(std::size_t first) const {
    return static_cast<std::size_t>(units_[first].expected() / units_[first].count());
  }

  Indices on_one_card(std::size_t first) const {
    const Indices candidates = alike(first);
    std::vector<const BusPlace*> places;
    for (const std::size_t unit : candidates) places.push_back(units_[unit].place);
    const auto at = std::ranges::find(candidates, first) - candidates.begin();
    Indices found;
    for (const std::size_t index :
         behind_one_bridge(places, static_cast<std::size_t>(at), units_expected(first))) {
      found.push_back(candidates[index]);
    }
    // Two cards that lost a device each look like one that has both.
    return any_apart(found) ? Indices() : found;
  }

  bool any_apart(const Indices& found) const {
    for (const std::size_t one : found) {
      for (const std::size_t other : found) {
        const auto& mine = units_[one].serial;
        const auto& theirs = units_[other].serial;
        if (mine && theirs && *mine != *theirs) return true;
      }
    }
    return false;
  }

  Indices at_one_socket(std::size_t first) const {
    const BusPlace* place = units_[first].place;
    if (place == nullptr || !place->socket) return {};
    Indices found;
    for (const std::size_t other : alike(first)) {
      const BusPlace* theirs = units_[other].place;
      if (theirs != nullptr && theirs->socket == place->socket) found.push_back(other);
    }
    return found.size() == units_expected(first) ? found : Indices();
  }

  void name_package(const Indices& found) {
    const PackageId package = units_[found.front()].device().package;
    for (const std::size_t unit : found) {
      for (Device* device : units_[unit].devices) device->package = package;
    }
  }

  // Of a part that no row tells of: what sits in one slot, as long as a card can carry so many.
  // Where the vendor parts some of them, it is open to which the others belong.
  void add_by_bus() {
    constexpr std::size_t kMostOnACard = 4;
    for (const std::size_t first : free_units()) {
      if (!is_free(first) || units_[first].chip != nullptr) continue;
      Indices found;
      for (const std::size_t other : free_units()) {
        const bool beside =
            same_part(units_[first], units_[other]) &&
            neighbours(units_[first].place, units_[other].place) == Neighbours::together;
        if (other == first || beside) found.push_back(other);
      }
      if (found.size() < 2 || found.size() > kMostOnACard || any_said_apart(found)) continue;
      add({found, Source::inferred, "PCI: devices of one part in one slot"});
    }
  }

  bool any_said_apart(const Indices& found) const {
    return std::ranges::any_of(found, [&](std::size_t one) {
      return std::ranges::any_of(found, [&](std::size_t other) {
        return other != one && said_apart(units_[one], units_[other]);
      });
    });
  }

  // What the bus says of two devices of one part; apart where the vendor says so.
  Neighbours may_share_board(std::size_t one, std::size_t other) const {
    if (!same_part(units_[one], units_[other])) return Neighbours::apart;
    if (said_apart(units_[one], units_[other])) return Neighbours::apart;
    return neighbours(units_[one].place, units_[other].place);
  }

  void add_alone() {
    for (const std::size_t first : free_units()) {
      const BoardUnit& unit = units_[first];
      Draft draft{{first}, Source::inferred, "one device, no sign of others"};
      const auto& labels = unit.device().labels;
      if (unit.host) {
        draft.reason = "one socket is one board";
      } else if (needs_more(unit)) {
        draft.reason = fmt::format("the catalogue: {} of {} devices of a board ({})", unit.count(),
                                   unit.expected(), unit.chip->id.value);
      } else if (labels && labels->multi_gpu_board == false) {
        draft.source = Source::read;
        draft.reason = "the vendor's board identity: nothing else is on it";
      } else if (unit.chip != nullptr) {
        draft.reason =
            fmt::format("the catalogue: {} a board ({})",
                        unit.expected() == 1 ? std::string("one device")
                                             : fmt::format("{} devices", unit.expected()),
                        unit.chip->id.value);
      }
      add(std::move(draft));
    }
  }

  // A processor that is soldered to the accelerators' board.
  void join_hosts() {
    const auto hosts = std::ranges::count(units_, true, &BoardUnit::host);
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (!units_[i].host || drafts_[*board_of_[i]].mapped) continue;
      std::set<std::size_t> boards;
      for (std::size_t j = 0; j < units_.size(); ++j) {
        const BoardUnit& unit = units_[j];
        if (unit.chip == nullptr || !unit.chip->details.host_on_board) continue;
        const bool at_it = unit.place != nullptr && unit.place->socket
                               ? *unit.place->socket == units_[i].device().id
                               : hosts == 1;
        if (at_it) boards.insert(*board_of_[j]);
      }
      if (boards.size() != 1) continue;
      drafts_[*board_of_[i]].units.clear();
      board_of_[i] = *boards.begin();
      drafts_[*boards.begin()].units.push_back(i);
    }
  }

  // What the vendor puts on one board and the mapping on several.
  std::vector<Finding> splits(std::map<std::size_t, std::string>& uncertain) const {
    std::map<std::string, Indices> joined;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (!units_[i].claim.empty()) {
        joined["board " + units_[i].claim].push_back(i);
      } else if (has_board_serial(units_[i])) {
        joined["serial number " + *units_[i].serial].push_back(i);
      }
    }
    std::vector<Finding> findings;
    for (const auto& [identity, members] : joined) {
      std::set<std::size_t> boards;
      std::vector<std::string> ids;
      for (const std::size_t unit : members) {
        boards.insert(*board_of_[unit]);
        ids.push_back(units_[unit].device().id.value);
      }
      const bool mapped =
          std::ranges::any_of(boards, [&](std::size_t board) { return drafts_[board].mapped; });
      if (boards.size() < 2 || !mapped) continue;
      const std::string why =
          fmt::format("the mapping parts {}, which the vendor puts on one board ({})",
                      fmt::join(ids, ", "), identity);
      for (const std::size_t board : boards) uncertain[board] = why;
      findings.push_back({"board.split", FindingClass::contradiction, Severity::error, ids.front(),
                          why + "; none of its parts is below any threshold: mend the mapping"});
    }
    return findings;
  }

  // Why it may be a part of a larger board; "" where nothing says so.
  std::string doubt_of(std::size_t unit) const {
    const Draft& mine = drafts_[*board_of_[unit]];
    if (units_[unit].host || mine.source == Source::read) return "";
    const auto& labels = units_[unit].device().labels;
    const bool alone = mine.units.size() == 1;
    if (alone && labels && labels->multi_gpu_board == true) {
      return "its vendor says that it shares its board, and not with which";
    }
    for (std::size_t other = 0; other < units_.size(); ++other) {
      const bool elsewhere = board_of_[other] != board_of_[unit];
      // What the operator said of one is no word on another that nobody named.
      const bool said = mine.mapped && drafts_[*board_of_[other]].mapped;
      if (!elsewhere || units_[other].host || said) continue;
      const Neighbours found = may_share_board(unit, other);
      const std::string& id = units_[other].device().id.value;
      if (found == Neighbours::together) {
        return fmt::format("{}, of the same part, sits in the same slot", id);
      }
      // Where a row says how many devices a board has, that is the answer.
      if (found == Neighbours::open && units_[unit].chip == nullptr && !mine.mapped) {
        return fmt::format(
            "{}, of the same part, is behind the same bridge {}, of card or "
            "mainboard: the bus does not tell which",
            id, common_bridge(*units_[unit].place, *units_[other].place));
      }
    }
    return "";
  }

  void write() {
    std::map<std::size_t, std::string> uncertain;
    std::vector<Finding> findings = splits(uncertain);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      if (!drafts_[i].units.empty()) order.push_back(i);
    }
    std::ranges::sort(order, {}, [&](std::size_t i) { return drafts_[i].units.front(); });
    for (const std::size_t i : order) {
      Board board = board_of(drafts_[i]);
      if (uncertain.contains(i)) {
        board.uncertain = uncertain.at(i);
      } else if (const std::string doubt = doubt_of(drafts_[i].units.front()); !doubt.empty()) {
        board.uncertain = doubt;
        findings.push_back({"board.uncertain", FindingClass::condition, Severity::warning,
                            board.id.value,
                            doubt + "; whether they share a board is not certain: say so with "
                                    "--board-map"});
      }
      inventory_.boards.push_back(std::move(board));
    }
    for (Finding& finding : findings) inventory_.findings.push_back(std::move(finding));
    std::set<BoardId> modules;
    for (const BoardUnit& unit : units_) {
      if (unit.chip != nullptr && unit.chip->details.module) modules.insert(unit.device().board);
    }
    name_baseboards(inventory_, modules);
  }

  // Devices of all boards that a mapping puts together, those that some of them lack included.
  int expected_of_merged(const Draft& draft) const {
    struct Vendors {  // what the vendor, or nothing, tells to be one board
      int present = 0;
      int each = 0;
    };
    std::map<std::string, Vendors> boards;
    for (const std::size_t index : draft.units) {
      const BoardUnit& unit = units_[index];
      if (unit.host) continue;
      const std::string serial = has_board_serial(unit) ? *unit.serial : "";
      Vendors& board = boards[unit.claim.empty() ? "serial " + serial : "board " + unit.claim];
      board.present += unit.count();
      board.each = std::max(board.each, unit.expected());
    }
    int expected = 0;
    for (const auto& [identity, board] : boards) {
      const int each = std::max(board.each, 1);
      expected += (board.present + each - 1) / each * each;
    }
    return expected;
  }

  // No two boards bear one name: a mapping can part what the vendor names after one device.
  BoardId unused_id(const Draft& draft) const {
    const auto is_used = [&](const BoardId& id) { return find_board(inventory_, id) != nullptr; };
    const Device& first = units_[draft.units.front()].device();
    BoardId id{draft.id.empty() ? first.package.value : draft.id};
    if (is_used(id)) id.value = first.package.value;
    if (is_used(id)) id.value = first.id.value;
    for (int number = 2; is_used(id); ++number) {
      id.value = fmt::format("{}#{}", first.id.value, number);
    }
    return id;
  }

  Board board_of(const Draft& draft) {
    const BoardUnit& first = units_[draft.units.front()];
    Board board;
    board.id = unused_id(draft);
    board.name = first.device().name;
    board.grouped_by = draft.source;
    board.grouping_reason = draft.reason;
    int count = 0;
    bool sliced = false;
    for (const std::size_t unit : draft.units) {
      if (!units_[unit].host) count += units_[unit].count();
      sliced = sliced || units_[unit].sliced;
      for (Device* device : units_[unit].devices) {
        device->board = board.id;
        board.devices.push_back(device->id);
      }
    }
    const int expected = draft.mapped ? expected_of_merged(draft) : first.expected();
    const bool lacks = count < expected || (count == expected && !draft.mapped);
    if (expected > 1 && lacks && !sliced) board.expected_devices = expected;
    return board;
  }

  Inventory& inventory_;
  const BoardEvidence& evidence_;
  std::vector<BoardUnit> units_;
  std::vector<Draft> drafts_;
  std::vector<std::optional<std::size_t>> board_of_;  // index of a draft, by unit
};

}  // namespace

void group_boards(Inventory& inventory, const BoardEvidence& evidence) {
  Grouping(inventory, evidence).run();
  if (evidence.level == BoardLevel::baseboard) count_baseboards(inventory);
}

}  // namespace tpp
