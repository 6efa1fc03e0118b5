#include "agent/boards/outside_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "agent/boards/same_identity.h"

namespace tpp {

namespace {

// Of the devices that an earlier pass measured with it.
std::set<std::string> earlier_devices(const LibraryUse& file) {
  std::set<std::string> devices;
  for (const std::string& benchmark : file.carried_for.value_or(std::vector<std::string>{})) {
    const auto id = parse_benchmark_id(benchmark);
    devices.insert(id ? id->device.value : benchmark);
  }
  return devices;
}

// Who is on the board: users of code by what they have seen of it, and its devices.
struct Touched {
  std::set<std::string> users;
  std::set<std::string> devices;
};

// Code of which the report does not say who ran it, or for what.
bool is_used_by_unknown(const LibraryUse& file) {
  return file.used_by.empty() && earlier_devices(file).empty();
}

// What anybody may have run may have run for every real board.
bool has_touched(const LibraryUse& file, const Touched& board) {
  if (is_used_by_unknown(file)) return !board.users.empty();
  const auto is_one_of = [](const std::set<std::string>& names) {
    return [&names](const std::string& name) { return names.contains(name); };
  };
  return std::ranges::any_of(file.used_by, is_one_of(board.users)) ||
         std::ranges::any_of(earlier_devices(file), is_one_of(board.devices));
}

}  // namespace

std::string named(const LibraryUse& file) {
  std::vector<std::string> uses;
  if (!file.used_by.empty()) {
    uses.push_back(fmt::format("used by {}", fmt::join(file.used_by, ", ")));
  }
  if (const auto devices = earlier_devices(file); !devices.empty()) {
    uses.push_back(fmt::format("took part when {} was measured earlier", fmt::join(devices, ", ")));
  }
  if (is_used_by_unknown(file)) uses.emplace_back("by whom it was used is not told");
  return fmt::format("{} ({})", file.path, fmt::join(uses, "; "));
}

std::vector<std::string> untrusted_code(const std::vector<LibraryUse>& files,
                                        const Inventory& inventory, const BoardId& board) {
  Touched touched;
  std::set<std::string>& users = touched.users;
  for (const Device& device : inventory.devices) {
    if (device.board != board || device.simulated) continue;
    users.insert(kThisProgram);
    users.insert(device.seen_by.begin(), device.seen_by.end());
    touched.devices.insert(device.id.value);
  }
  std::vector<std::string> found;
  for (const LibraryUse& file : files) {
    if (file.trust != FileTrust::untrusted || !has_touched(file, touched)) continue;
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
