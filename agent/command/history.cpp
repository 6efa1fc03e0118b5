#include "agent/history/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <list>
#include <map>
#include <system_error>

#include "agent/command/command.h"
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

struct Reports {
  std::list<Report> stored;  // keeps its elements where they are
  std::vector<StoredReport> sequence;
  std::vector<std::string> notes;
};

Reports read_reports(const std::vector<fs::path>& words) {
  Reports reports;
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
      reports.stored.push_back(parse_report(text, file.string()));
      reports.sequence.push_back({file.string(), &reports.stored.back()});
    }
  }
  if (reports.sequence.size() < 2) {
    throw Error(
        fmt::format("there is nothing to compare: {} report{} in what was given; expected two or "
                    "more reports of `measure --format json`{}",
                    reports.sequence.size(), reports.sequence.size() == 1 ? "" : "s",
                    reports.notes.empty() ? "" : " (" + reports.notes.front() + ")"));
  }
  return reports;
}

}  // namespace

int history_command(const Options& options) {
  check_output(options);
  const Reports reports = read_reports(options.reports);
  History history = board_history(reports.sequence, options.thresholds);
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
