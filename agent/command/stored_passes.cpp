#include "agent/command/stored_passes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/boards/serial_number.h"
#include "agent/history/same_devices.h"
#include "agent/store/pass_rows.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

PassStore opened_to_read(const std::filesystem::path& directory) {
  StoreSettings settings;
  settings.writable = false;
  Stored<PassStore> store = PassStore::open(directory, settings);
  if (!store) throw Error(store.problem().message);
  return std::move(*store);
}

using Clock = std::chrono::steady_clock;

// Hands over the passes of `query`, one by one and the newest first, until `take` says no. False if
// it came to `until` before.
bool walk_back(PassStore& store, PassQuery query, Clock::time_point until,
               const std::function<bool(const StoredPass&)>& take) {
  query.newest = 16;
  while (true) {
    const Stored<PassList> list = store.passes(query);
    if (!list) throw Error(list.problem().message);
    if (list->passes.empty()) return true;
    for (auto pass = list->passes.rbegin(); pass != list->passes.rend(); ++pass) {
      if (!take(*pass)) return true;
      if (Clock::now() >= until) return false;
    }
    query.before = list->passes.front().id;
  }
}

// What its board is found by in a history. A slice bears the serial number of the device that it is
// a part of, which was there without it; earlier versions kept no UUID of a slice.
std::vector<std::string> names_of(const Device& device) {
  std::vector<std::string> names;
  const bool uuid = device.uuid && is_written_uuid(*device.uuid);
  if (device.slice && uuid) names.push_back(*device.uuid);
  if (device.serial && is_written_serial(*device.serial)) names.push_back(*device.serial);
  if (!device.slice && uuid) names.push_back(*device.uuid);
  if (device.slice) names.push_back(address_of(device));
  return names;
}

}  // namespace

PassRecorder::PassRecorder(const std::optional<std::filesystem::path>& directory,
                           const Retention& keep)
    : directory_(directory), keep_(keep) {
  if (!directory) return;
  store_.emplace(PassStore::open(*directory));
  if (!*store_) problem_ = store_->problem();
}

bool PassRecorder::add(const Report& report) {
  if (!store_) return true;
  if (!*store_) return false;
  const Stored<std::int64_t> id = (*store_)->add(report);
  problem_ = id ? std::nullopt : std::optional(id.problem());
  return static_cast<bool>(id);
}

void PassRecorder::tell_new(Finding finding, Report& report) {
  news_.push_back(finding.message);
  report.findings.push_back(std::move(finding));
}

// Once of each file in a report. What an earlier pass put aside is still to be seen to: the finding
// stands as long as the file does.
void PassRecorder::tell_damage(Report& report) {
  if (store_ && *store_) {
    for (const SetAside& file : (*store_)->take_set_aside()) {
      told_.insert(file.path);
      tell_new(damaged_finding(file), report);
    }
  }
  if (!directory_) return;
  for (const auto& file : PassStore::damaged_files(*directory_)) {
    if (!told_.insert(file.string()).second) continue;
    report.findings.push_back(still_damaged_finding(file.string()));
  }
}

void PassRecorder::tell(Report& report) {
  if (problem_) tell_new(not_written_finding(*problem_), report);
  tell_damage(report);
}

bool PassRecorder::record(Report& report) {
  tell_damage(report);
  const bool added = add(report);
  // What cannot go now goes with the next pass.
  if (added && store_) static_cast<void>((*store_)->retain(keep_, utc_now()));
  tell(report);
  return added;
}

bool PassRecorder::record_belated(Report report) {
  std::erase_if(report.findings, is_of_history);  // it is in it now
  return add(report);
}

ReportSequence stored_passes(const Options& options) {
  PassStore store = opened_to_read(*options.state_directory);
  const StoredPasses& wanted = options.stored;
  const Stored<PassList> list =
      store.passes({.since = wanted.since, .board = wanted.board, .newest = wanted.newest});
  if (!list) throw Error(list.problem().message);
  ReportSequence result;
  for (const StoredPass& pass : list->passes) {
    Stored<Report> report = store.report(pass.id);
    if (!report) {
      result.notes.push_back(
          fmt::format("pass {} is left out: {}", pass.id, report.problem().message));
      continue;
    }
    if (!wanted.board.empty()) keep_boards_named(wanted.board, *report);
    result.reports.push_back(std::move(*report));
    result.sequence.push_back({fmt::format("pass {}", pass.id), &result.reports.back()});
  }
  if (list->left_out > 0) {
    result.notes.push_back(
        fmt::format("the newest {} passes of {}: --limit takes more, --since "
                    "and --board fewer",
                    wanted.newest, list->passes.size() + list->left_out));
  }
  return result;
}

NewestPasses newest_passes(const std::filesystem::path& directory, const PassQuery& of,
                           const std::function<bool(const std::vector<Report>&)>& enough,
                           std::chrono::milliseconds longest) {
  PassStore store = opened_to_read(directory);
  NewestPasses found;
  found.all_looked_at = walk_back(store, of, Clock::now() + longest, [&](const StoredPass& pass) {
    found.oldest = pass.id;
    Stored<Report> report = store.report(pass.id);
    if (!report) {
      if (found.unread.empty()) found.why = report.problem().message;
      found.newest_is_unread = found.newest_is_unread || found.reports.empty();
      found.unread.push_back(pass);
      return true;
    }
    found.reports.push_back(std::move(*report));
    found.ids.push_back(pass.id);
    return !enough(found.reports);
  });
  return found;
}

const Report* OlderPasses::read(PassStore& store, std::int64_t id) {
  const auto [at, fresh] = reports_.try_emplace(id);
  if (fresh) {
    if (Stored<Report> report = store.report(id)) at->second = std::move(*report);
  }
  return at->second ? &*at->second : nullptr;
}

std::vector<const Report*> OlderPasses::with(const Device& device, std::size_t most) {
  std::vector<const Report*> found;
  if (of_.before == 0) return found;
  PassStore store = opened_to_read(directory_);
  if (!until_) until_ = Clock::now() + longest_;
  for (const std::string& name : names_of(device)) {
    PassQuery query = of_;
    query.board = name;
    walk_back(store, query, *until_, [&](const StoredPass& pass) {
      if (const Report* report = read(store, pass.id)) found.push_back(report);
      return found.size() < most;
    });
    if (!found.empty()) break;
  }
  return found;
}

Report stored_pass(const std::filesystem::path& directory, std::int64_t id) {
  PassStore store = opened_to_read(directory);
  Stored<Report> report = store.report(id);
  if (!report) throw Error(report.problem().message);
  return std::move(*report);
}

}  // namespace tpp
