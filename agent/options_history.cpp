#include "agent/options_history.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "agent/options_catalog.h"
#include "agent/options_fail_on.h"
#include "agent/options_state.h"
#include "agent/options_thresholds.h"
#include "agent/support/error.h"
#include "agent/support/text.h"
#include "agent/threshold_settings.h"

namespace tpp {
namespace {

constexpr const char* kFooter = R"(Exit codes, the first that applies:
  64   the command line cannot be understood
  2    there are fewer than two reports, or a file could not be read
  1    a finding of a class in --fail-on (default contradiction,health)
  0    compared; what was not is said

Reports that are named go before a state directory that the environment names.)";

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = {"table", "json"};
  return names;
}

void add_store_options(CLI::App& history, HistoryWords& words) {
  add_state_option(history, words.state_directory,
                   "Passes of the history in there, in place of reports");
  const auto add = [&](const char* option, std::string& word, const char* what, const char* type) {
    history.add_option(option, word, what)->type_name(type)->group("Of the state directory");
  };
  add("--since", words.since, "Passes of that day (UTC) or later", "DATE");
  add("--board", words.board, "One board alone, by id, serial number, UUID or address", "NAME");
  add("--limit", words.limit, "So many passes, the newest (default 100)", "N");
  add("--export", words.print, "Print the report of that pass as JSON, and compare nothing", "ID");
}

// The first option that asks something of a state directory; "" if there is none.
std::string store_option(const HistoryWords& words) {
  if (!words.since.empty()) return "--since";
  if (!words.board.empty()) return "--board";
  if (!words.limit.empty()) return "--limit";
  return words.print.empty() ? "" : "--export";
}

std::string since_of(const std::string& word) {
  if (word.empty() || is_day(word.substr(0, word.find('T')))) return word;
  throw UsageError(fmt::format(
      "--since: '{}' is no day; expected one such as 2026-11-29, or a time of it such as "
      "2026-11-29T06:49:35Z",
      word));
}

std::size_t limit_of(const std::string& word, std::size_t otherwise) {
  if (word.empty()) return otherwise;
  const auto number = parse_int(word);
  if (number && *number > 0) return static_cast<std::size_t>(*number);
  throw UsageError(fmt::format("--limit: '{}' is no number of passes; expected 1 or more", word));
}

void understand_store(const HistoryWords& words, Options& options) {
  const std::string option = store_option(words);
  if (!words.reports.empty()) {
    if (!words.state_directory.empty() && !is_from_environment(words.state_directory)) {
      throw UsageError(
          "reports and --state-directory contradict each other: each says what to compare");
    }
    if (option.empty()) return;
    throw UsageError(
        fmt::format("{} belongs to --state-directory; reports are named instead", option));
  }
  if (words.state_directory.empty()) {
    throw UsageError(
        option.empty() ? "history: reports are missing; expected two or more, a directory of "
                         "them, or --state-directory DIR"
                       : fmt::format("{} belongs to --state-directory, which is missing", option));
  }
  options.state_directory = path_of(words.state_directory);
  options.stored.since = since_of(words.since);
  options.stored.board = words.board;
  options.stored.newest = limit_of(words.limit, options.stored.newest);
  options.stored.print = pass_of("--export", words.print);
}

}  // namespace

void add_history(CLI::App& app, HistoryWords& words) {
  CLI::App& history = *app.add_subcommand(
      "history",
      "Say what became of boards from one stored report to the next, and by which cause");
  history.footer(kFooter);
  history
      .add_option("report", words.reports,
                  "Reports of `measure --format json`, or directories of them (*.json), in any "
                  "order")
      ->type_name("REPORT");
  add_store_options(history, words);
  add_fail_on_option(history, words.fail_on);
  add_threshold_option(history, words.thresholds);
  history.add_option("--format", words.format, "One of table, json")
      ->type_name("NAME")
      ->envname("TPP_AGENT_FORMAT")
      ->capture_default_str();
  history.add_option("--output", words.output, "Write there instead of to standard output")
      ->type_name("FILE");
  refuse_empty_values(history);
}

void understand_history(const HistoryWords& words, Options& options) {
  understand_store(words, options);
  for (const std::string& report : words.reports) options.reports.push_back(*path_of(report));
  if (!words.fail_on.empty()) options.fail_on = classes_of(words.fail_on);
  options.thresholds = thresholds_of(words.thresholds);
  const auto& known = format_names();
  if (std::ranges::find(known, words.format) == known.end()) {
    fail_unknown_word("--format", words.format, known);
  }
  options.format = words.format;
  options.output = path_of(words.output);
}

}  // namespace tpp
