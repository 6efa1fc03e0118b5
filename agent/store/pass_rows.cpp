#include "agent/store/pass_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/boards/serial_number.h"
#include "agent/history/recognition.h"
#include "agent/model/names.h"
#include "agent/model/simulated.h"

namespace tpp {
namespace {

std::string sign_of(const BoardIdentity& identity) {
  if (!identity.serials.empty()) return "serial " + *identity.serials.begin();
  if (!identity.uuids.empty()) return "uuid " + *identity.uuids.begin();
  return fmt::format("slot {} {}", identity.hostname, *identity.addresses.begin());
}

std::set<std::string> names_of(const Inventory& inventory, const Board& board) {
  const BoardIdentity identity = identity_of(inventory, board);
  std::set<std::string> names = identity.uuids;
  names.insert(board.id.value);
  names.insert(identity.addresses.begin(), identity.addresses.end());
  for (const DeviceId& id : board.devices) {
    const Device* device = find_device(inventory, id);
    if (device == nullptr) continue;
    if (device->serial && is_written_serial(*device->serial)) names.insert(*device->serial);
    // That of a slice tells no board from others, and finds the one that it is on.
    if (device->slice && device->uuid) names.insert(*device->uuid);
  }
  return names;
}

BoardRow board_row(const Report& report, const Board& board) {
  BoardRow row;
  row.id = board.id.value;
  row.sign = sign_of(identity_of(report.inventory, board));
  row.names = names_of(report.inventory, board);
  for (const Verdict& verdict : report.verdicts) {
    if (verdict.board != board.id) continue;
    row.classes[verdict.rule.value] = {verdict.classification.empty()
                                           ? std::string(enum_name(verdict.kind))
                                           : verdict.classification,
                                       std::string(enum_name(verdict.assurance))};
  }
  for (const BoardPerformance& performance : report.performances) {
    if (performance.board != board.id) continue;
    for (const auto& [basis, tpp] : performance.tpp) {
      row.tpp[std::string(enum_name(basis))] = tpp.value;
    }
  }
  return row;
}

}  // namespace

PassRow pass_row(const Report& report) {
  PassRow row;
  row.started_at = report.started_at;
  row.node = report.inventory.node.hostname;
  row.mode = enum_name(report.mode);
  row.simulated = is_simulated(report);
  row.agent_version = report.agent_version;
  row.method_version = report.method_version;
  row.report_schema = report.schema_version;
  for (const Board& board : report.inventory.boards) row.boards.push_back(board_row(report, board));
  return row;
}

void keep_boards_named(std::string_view name, Report& report) {
  std::erase_if(report.inventory.boards, [&](const Board& board) {
    return !names_of(report.inventory, board).contains(std::string(name));
  });
}

}  // namespace tpp
