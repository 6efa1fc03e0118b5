#include "agent/boards/baseboard.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tpp {
namespace {

// The socket of a baseboard that all devices of a board sit in. NVML: 0 for what is on no baseboard
// (nvmlDeviceGetModuleId). A board with several such numbers is no module.
std::optional<int> module_id(const Inventory& inventory, const Board& board) {
  std::optional<int> found;
  for (const DeviceId& id : board.devices) {
    const Device* device = find_device(inventory, id);
    if (device == nullptr || !device->labels || !device->labels->module_id) continue;
    if (found && found != device->labels->module_id) return std::nullopt;
    found = device->labels->module_id;
  }
  return found && *found > 0 ? found : std::nullopt;
}

std::string link_group(const Inventory& inventory, const Board& board) {
  for (const DeviceId& id : board.devices) {
    const Device* device = find_device(inventory, id);
    if (device != nullptr && device->labels && device->labels->link_group) {
      return *device->labels->link_group;
    }
  }
  return "";
}

std::string part_of(const Inventory& inventory, const Board& board) {
  const Device* device = find_device(inventory, board.devices.front());
  return device == nullptr ? "" : device->pci_id.value_or("");
}

// Devices that the board should have, or has: a processor beside them counts as none.
int whole_count(const Inventory& inventory, const Board& board) {
  if (board.expected_devices) return *board.expected_devices;
  std::set<PackageId> packages;
  for (const DeviceId& id : board.devices) {
    const Device* device = find_device(inventory, id);
    if (device != nullptr && !is_host_cpu(*device)) packages.insert(device->package);
  }
  return static_cast<int>(packages.size());
}

// Modules of one part of which two sit in a socket of the same number.
void add_not_told(const std::vector<Board*>& modules, Inventory& inventory) {
  inventory.findings.push_back(
      {"board.baseboards_not_told", FindingClass::condition, Severity::info,
       modules.front()->id.value,
       fmt::format("{} modules of its part sit on several baseboards, for some tell the same "
                   "socket, and nothing tells which sits on which: they are added up to none",
                   modules.size())});
}

void name(const std::vector<Board*>& boards) {
  if (boards.size() < 2) return;
  for (Board* board : boards) board->baseboard = boards.front()->id.value;
}

}  // namespace

void name_baseboards(Inventory& inventory, const std::set<BoardId>& modules) {
  std::map<std::string, std::map<int, Board*>> by_socket;
  std::map<std::string, std::vector<Board*>> by_part;
  std::map<std::string, std::vector<Board*>> by_link;
  for (Board& board : inventory.boards) {
    if (board.devices.empty()) continue;
    const std::string part = part_of(inventory, board);
    const std::string group = link_group(inventory, board);
    if (const auto id = module_id(inventory, board)) {
      by_socket[part].emplace(*id, &board);
      by_part[part].push_back(&board);
    } else if (!group.empty() && modules.contains(board.id)) {
      by_link[group].push_back(&board);
    }
  }
  for (const auto& [part, boards] : by_part) {
    // A number that comes twice is that of two baseboards.
    if (by_socket[part].size() == boards.size()) {
      name(boards);
    } else {
      add_not_told(boards, inventory);
    }
  }
  for (const auto& [group, boards] : by_link) name(boards);
}

void count_baseboards(Inventory& inventory) {
  if (std::ranges::none_of(inventory.boards,
                           [](const Board& board) { return board.baseboard.has_value(); })) {
    inventory.findings.push_back(
        {"board.no_baseboard", FindingClass::condition, Severity::warning, "",
         "--board-level baseboard: nothing tells of modules that plug into one baseboard, and "
         "each board counts by itself; --board-map says which belong together"});
    return;
  }
  std::vector<Board> counted;
  std::map<std::string, int> sizes;
  for (Board& board : inventory.boards) {
    const auto same = [&](const Board& other) { return other.baseboard == board.baseboard; };
    const auto whole = board.baseboard ? std::ranges::find_if(counted, same) : counted.end();
    if (whole == counted.end()) {
      counted.push_back(std::move(board));
      continue;
    }
    const int size = ++sizes.try_emplace(*board.baseboard, 1).first->second;
    whole->grouped_by = Source::entered;
    whole->grouping_reason =
        fmt::format("--board-level baseboard: {} boards that plug into one baseboard", size);
    // What one board lacks, their sum lacks.
    if (whole->expected_devices || board.expected_devices) {
      whole->expected_devices = whole_count(inventory, *whole) + whole_count(inventory, board);
    }
    if (board.uncertain) whole->uncertain = board.uncertain;
    for (const DeviceId& id : board.devices) {
      const auto device = std::ranges::find(inventory.devices, id, &Device::id);
      if (device != inventory.devices.end()) device->board = whole->id;
      whole->devices.push_back(id);
    }
  }
  inventory.boards = std::move(counted);
}

}  // namespace tpp
