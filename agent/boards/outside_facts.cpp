#include "agent/boards/outside_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "agent/boards/same_identity.h"

namespace tpp {

std::string named(const LibraryUse& file) {
  return fmt::format("{} (used by {})", file.path, fmt::join(file.used_by, ", "));
}

std::vector<std::string> untrusted_code(const std::vector<LibraryUse>& files,
                                        const Inventory& inventory, const BoardId& board) {
  std::set<std::string> users;
  for (const Device& device : inventory.devices) {
    if (device.board != board || device.simulated) continue;
    users.insert(kThisProgram);
    users.insert(device.seen_by.begin(), device.seen_by.end());
  }
  std::vector<std::string> found;
  for (const LibraryUse& file : files) {
    const bool touched = std::ranges::any_of(
        file.used_by, [&](const std::string& user) { return users.contains(user); });
    if (file.trust != FileTrust::untrusted || !touched) continue;
    found.push_back(fmt::format("{}: {}", named(file), file.trust_reason.value_or("")));
  }
  users.erase(kThisProgram);  // always told
  for (const LibraryUse& file : files) {
    for (const std::string& user : file.used_by) users.erase(user);
  }
  for (const std::string& user : users) {
    found.push_back(user + ": did not say which code it ran, as recordings never do");
  }
  return found;
}

void add_outside_facts(const Report& report, BoardPerformance& board) {
  for (const Finding& finding : report.inventory.findings) {
    const Device* device = find_device(report.inventory, {finding.subject});
    const bool about = finding.code == kSourcesDiffer && device != nullptr;
    if (about && device->board == board.board) {
      board.facts.identity_differs.push_back(finding.message);
    }
  }
  for (std::string& same : same_identities(report.inventory, board.board)) {
    board.facts.identity_differs.push_back(std::move(same));
  }
  board.facts.untrusted = untrusted_code(report.libraries, report.inventory, board.board);
}

}  // namespace tpp
