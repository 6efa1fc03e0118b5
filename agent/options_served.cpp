#include "agent/options_served.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <set>
#include <string>

#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

constexpr const char* kDaemonSocket = "/run/tpp-agent/tpp-agent.sock";

std::uint64_t count_of(const char* option, const std::string& word, std::uint64_t otherwise) {
  if (word.empty()) return otherwise;
  const auto number = parse_int(word);
  if (number && *number >= 0) return static_cast<std::uint64_t>(*number);
  throw UsageError(fmt::format("{}: '{}' is no count; expected a whole number", option, word));
}

HandedReport handed_report(const std::string& word) {
  static const std::map<std::string, HandedReport> kWords = {
      {"", HandedReport::none}, {"kept", HandedReport::kept}, {"unkept", HandedReport::unkept}};
  const auto known = kWords.find(word);
  if (known != kWords.end()) return known->second;
  throw UsageError(fmt::format("--pass-before: '{}' is none of kept and unkept", word));
}

}  // namespace

void add_daemon_option(CLI::App& measure, std::string& socket) {
  measure
      .add_option("--via-daemon", socket,
                  fmt::format("Let the daemon of this node measure, by its socket (default {})",
                              kDaemonSocket))
      ->type_name("SOCKET")
      ->expected(0, 1)
      ->default_str(kDaemonSocket);
}

void understand_daemon(const CLI::App& measure, const std::string& socket, Options& options) {
  if (measure.get_option("--via-daemon")->count() == 0) return;
  static const std::set<std::string> kOfTheClient = {
      "help",   "via-daemon", "device",   "full",           "quick",  "force",
      "format", "output",     "textfile", "metrics-detail", "fail-on"};
  for (const CLI::Option* option : measure.get_options()) {
    if (option->count() == 0 || kOfTheClient.contains(option->get_lnames().front())) continue;
    throw UsageError(
        fmt::format("{} cannot be given with --via-daemon: the daemon's own configuration says it",
                    option->get_name()));
  }
  options.daemon = socket.empty() ? kDaemonSocket : socket;
}

void add_served_options(CLI::App& pass, ServedWords& words) {
  pass.add_flag("--check", words.check);
  pass.add_flag("--inventory", words.inventory);
  pass.add_option("--left-alone", words.left_alone);
  pass.add_option("--pass-before", words.handed);
  pass.add_option("--lock-file", words.lock_file);
  pass.add_option("--hook", words.hook);
  pass.add_option("--hook-timeout", words.hook_timeout);
  pass.add_option("--telemetry-path", words.telemetry_path);
  pass.add_option("--keep-days", words.keep_days);
  pass.add_option("--keep-bytes", words.keep_bytes);
}

void understand_served(const ServedWords& words, Options& options) {
  ServedPass& served = options.served;
  served.handed = handed_report(words.handed);
  served.only_check = words.check;
  if (words.inventory) options.mode = PassMode::inventory;
  for (const std::string& device : words.left_alone) served.left_alone.push_back({device});
  if (!words.lock_file.empty()) served.gate.lock_file = words.lock_file;
  served.gate.hook = words.hook;
  served.gate.hook_timeout_s =
      static_cast<double>(count_of("--hook-timeout", words.hook_timeout,
                                   static_cast<std::uint64_t>(served.gate.hook_timeout_s)));
  if (!words.telemetry_path.empty()) served.telemetry_path = words.telemetry_path;
  served.keep_days = static_cast<int>(count_of("--keep-days", words.keep_days, 0));
  served.keep_bytes = count_of("--keep-bytes", words.keep_bytes, served.keep_bytes);
}

}  // namespace tpp
