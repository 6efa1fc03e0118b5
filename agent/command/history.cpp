#include "agent/history/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "agent/command/command.h"
#include "agent/command/stored_passes.h"
#include "agent/exit_code.h"
#include "agent/report_age.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "exporters/history_json.h"
#include "exporters/history_table.h"
#include "exporters/report_json.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

// A directory stands for its *.json files, by name.
std::vector<fs::path> files_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<fs::path> files;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".json") files.push_back(at->path());
  }
  if (error) {
    throw Error(fmt::format("cannot read the directory {}: {}", path.string(), error.message()));
  }
  std::ranges::sort(files);
  return files;
}

ReportSequence read_reports(const std::vector<fs::path>& words) {
  ReportSequence reports;
  std::map<std::string, std::string> origins;  // by what the file holds
  for (const fs::path& word : words) {
    for (const fs::path& file : files_of(word)) {
      const std::string text = read_file(file);
      const auto [known, fresh] = origins.emplace(sha256(text), file.string());
      if (!fresh) {
        reports.notes.push_back(
            fmt::format("{} is the same report as {}: counted once", file.string(), known->second));
        continue;
      }
      reports.reports.push_back(parse_report(text, file.string()));
      reports.sequence.push_back({file.string(), &reports.reports.back()});
    }
  }
  return reports;
}

void check_any_to_compare(const Options& options, const ReportSequence& reports) {
  if (reports.sequence.size() >= 2) return;
  const bool stored = options.reports.empty();
  throw Error(
      fmt::format("there is nothing to compare: {} {}{} in {}; expected two or more {}{}",
                  reports.sequence.size(), stored ? "pass" : "report",
                  reports.sequence.size() == 1 ? "" : (stored ? "es" : "s"),
                  stored ? "what was asked of the history in " + options.state_directory->string()
                         : "what was given",
                  stored ? "of `measure --state-directory`" : "reports of `measure --format json`",
                  reports.notes.empty() ? "" : " (" + reports.notes.front() + ")"));
}

}  // namespace

int history_command(const Options& options) {
  check_output(options);
  if (options.stored.print) {
    write_output(options,
                 render_json(stored_pass(*options.state_directory, *options.stored.print)));
    return kAssessed;
  }
  const bool stored = options.reports.empty();
  const ReportSequence reports = stored ? stored_passes(options) : read_reports(options.reports);
  check_any_to_compare(options, reports);
  // Which of two stored passes was before the other is known, whatever the clock said.
  History history = stored ? kept_history(reports.sequence, options.thresholds)
                           : board_history(reports.sequence, options.thresholds);
  const std::string now = utc_now();
  for (HistoryStep& step : history.steps) {
    if (auto later = later_than_clock(step.started_at, now)) step.findings.push_back(*later);
  }
  history.notes.insert(history.notes.begin(), reports.notes.begin(), reports.notes.end());
  write_output(options, options.format == "json" ? history_json(history)
                                                 : history_table(history, table_options(options)));
  const bool failing = std::ranges::any_of(history.steps, [&](const HistoryStep& step) {
    return any_failing(step.findings, options.fail_on);
  });
  return failing ? kFindingToFailOn : kAssessed;
}

}  // namespace tpp
