#include "agent/boards/grouping.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/boards/baseboard.h"
#include "agent/boards/board_doubts.h"
#include "agent/boards/board_drafts.h"
#include "agent/boards/board_sources.h"

namespace tpp {
namespace {

// Devices of all boards that a mapping puts together, those that some of them lack included.
int expected_of_merged(const Draft& draft, const BoardDrafts& drafts) {
  struct Vendors {  // what the vendor, or nothing, tells to be one board
    int present = 0;
    int each = 0;
  };
  std::map<std::string, Vendors> boards;
  for (const std::size_t index : draft.units) {
    const BoardUnit& unit = drafts.units()[index];
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
BoardId unused_id(const Draft& draft, const Device& first, const Inventory& inventory) {
  const auto is_used = [&](const BoardId& id) { return find_board(inventory, id) != nullptr; };
  BoardId id{draft.id.empty() ? first.package.value : draft.id};
  if (is_used(id)) id.value = first.package.value;
  if (is_used(id)) id.value = first.id.value;
  for (int number = 2; is_used(id); ++number) {
    id.value = fmt::format("{}#{}", first.id.value, number);
  }
  return id;
}

Board board_of(const Draft& draft, const BoardDrafts& drafts, const Inventory& inventory) {
  const BoardUnit& first = drafts.units()[draft.units.front()];
  Board board;
  board.id = unused_id(draft, first.device(), inventory);
  board.name = first.device().name;
  board.grouped_by = draft.source;
  board.grouping_reason = draft.reason;
  int count = 0;
  bool sliced = false;
  for (const std::size_t unit : draft.units) {
    if (!drafts.units()[unit].host) count += drafts.units()[unit].count();
    sliced = sliced || drafts.units()[unit].sliced;
    for (Device* device : drafts.units()[unit].devices) {
      device->board = board.id;
      board.devices.push_back(device->id);
    }
  }
  const int expected = draft.mapped ? expected_of_merged(draft, drafts) : first.expected();
  const bool lacks = count < expected || (count == expected && !draft.mapped);
  if (expected > 1 && lacks && !sliced) board.expected_devices = expected;
  return board;
}

void write(const BoardDrafts& drafts, Inventory& inventory) {
  std::map<std::size_t, std::string> uncertain;
  std::vector<Finding> findings = splits(drafts, uncertain);
  for (Finding& finding : joins(drafts, uncertain)) findings.push_back(std::move(finding));
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < drafts.drafts().size(); ++i) {
    if (!drafts.drafts()[i].units.empty()) order.push_back(i);
  }
  std::ranges::sort(order, {}, [&](std::size_t i) { return drafts.drafts()[i].units.front(); });
  for (const std::size_t i : order) {
    Board board = board_of(drafts.drafts()[i], drafts, inventory);
    if (uncertain.contains(i)) {
      board.uncertain = uncertain.at(i);
    } else if (const std::string doubt = doubt_of(drafts.drafts()[i], drafts); !doubt.empty()) {
      board.uncertain = doubt;
      findings.push_back({"board.uncertain", FindingClass::condition, Severity::warning,
                          board.id.value,
                          doubt + "; whether they share a board is not certain: say so with "
                                  "--board-map"});
    }
    inventory.boards.push_back(std::move(board));
  }
  for (Finding& finding : findings) inventory.findings.push_back(std::move(finding));
  std::set<BoardId> modules;
  for (const BoardUnit& unit : drafts.units()) {
    if (unit.chip != nullptr && unit.chip->details.module) modules.insert(unit.device().board);
  }
  name_baseboards(inventory, modules);
}

}  // namespace

void group_boards(Inventory& inventory, const BoardEvidence& evidence) {
  BoardDrafts drafts(inventory, evidence.catalog);
  if (evidence.map != nullptr) draft_mapped(*evidence.map, inventory, drafts);
  draft_claimed(drafts);
  draft_by_serial(drafts);
  draft_by_catalogue(drafts);
  draft_by_bus(drafts);
  draft_alone(drafts);
  join_hosts(drafts);
  write(drafts, inventory);
  if (evidence.level == BoardLevel::baseboard) count_baseboards(inventory);
}

}  // namespace tpp
