#include "agent/daemon/daemon_options.h"

#include <fmt/format.h>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "agent/options_catalog.h"
#include "agent/options_state.h"
#include "agent/support/error.h"
#include "agent/support/program_tree.h"
#include "agent/support/text.h"
#include "exporters/http/listen_address.h"

namespace tpp {
namespace {

constexpr const char* kFooter = R"(Exit codes:
  64   the command line cannot be understood
  2    the configuration is wrong, or the address or the socket cannot be had
  0    ended by SIGTERM or SIGINT; with --config.check, the configuration is right

SIGHUP reads the configuration, the rules and the catalogue again; any error keeps what was.)";

// Before they are understood.
struct RunWords {
  std::string config_file, state_directory, socket, telemetry_path, web_config_file, max_requests;
  std::string log_level = "info";
  std::string log_format = "logfmt";
  std::string clock_speed, scenario, backend_directory;
  std::vector<std::string> listen_addresses, backend_options;
  bool check = false;
  bool public_pages = false;
  bool systemd_socket = false;
};

template <class Value>
Value word_of(const char* option, const std::string& word,
              const std::map<std::string, Value>& known) {
  const auto found = known.find(word);
  if (found != known.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, value] : known) names.push_back(name);
  fail_unknown_word(option, word, names);
}

void add_web_options(CLI::App& run, RunWords& words) {
  run.add_option("--web.listen-address", words.listen_addresses,
                 "Where to serve (default 127.0.0.1:10177); may be given several times")
      ->type_name("ADDRESS:PORT")
      ->allow_extra_args(false);
  run.add_option("--web.telemetry-path", words.telemetry_path,
                 "Where the metrics are (default /metrics)")
      ->type_name("PATH");
  run.add_option("--web.config.file", words.web_config_file,
                 "TLS, users and headers, in the format of Prometheus' exporters")
      ->type_name("FILE");
  run.add_flag("--web.public-pages", words.public_pages,
               "The page and the report for everybody who reaches the address");
  run.add_option("--web.max-requests", words.max_requests,
                 "Answered at once (default 40; 0: no limit)")
      ->type_name("N");
  run.add_flag("--web.systemd-socket", words.systemd_socket,
               "Serve on the sockets that systemd hands over");
}

void add_source_words(CLI::App& run, RunWords& words) {
  run.add_option("--simulate", words.scenario,
                 "The devices of this scenario (YAML) instead of this node's")
      ->type_name("FILE");
  run.add_option("--backend-directory", words.backend_directory, "Where the modules are")
      ->type_name("DIR");
  run.add_option("--backend-option", words.backend_options,
                 "Option of a module, such as cpu.isa=avx2; stands in the report's first line")
      ->type_name("MODULE.NAME=VALUE")
      ->allow_extra_args(false);
  run.add_option("--clock-speed", words.clock_speed)->group("");  // of simulations in tests
}

// What replaces this node's devices, as words of each pass.
std::vector<std::string> source_of(const RunWords& words) {
  std::vector<std::string> source;
  if (!words.scenario.empty()) source.push_back("--simulate=" + words.scenario);
  if (!words.backend_directory.empty()) {
    source.push_back("--backend-directory=" + words.backend_directory);
  }
  for (const std::string& word : words.backend_options) {
    source.push_back("--backend-option=" + word);
  }
  return source;
}

WebOptions web_of(const RunWords& words) {
  WebOptions web;
  if (!words.listen_addresses.empty()) web.listen_addresses.clear();
  for (const std::string& word : words.listen_addresses) {
    web.listen_addresses.push_back(parse_listen_address(word));
  }
  if (!words.telemetry_path.empty()) web.telemetry_path = words.telemetry_path;
  if (!web.telemetry_path.starts_with('/')) {
    throw UsageError(
        fmt::format("--web.telemetry-path: '{}' is no path; expected one that begins "
                    "with '/'",
                    web.telemetry_path));
  }
  web.config_file = words.web_config_file;
  web.public_pages = words.public_pages;
  if (!words.max_requests.empty()) {
    const auto number = parse_int(words.max_requests);
    if (!number || *number < 0) {
      throw UsageError(fmt::format("--web.max-requests: '{}' is no count; expected a whole number",
                                   words.max_requests));
    }
    web.max_requests = static_cast<std::size_t>(*number);
  }
  return web;
}

void add_options(CLI::App& run, RunWords& words) {
  run.footer(kFooter);
  run.add_option("--config.file", words.config_file,
                 "Configuration (default /etc/tpp-agent/tpp-agent.yaml)")
      ->type_name("FILE")
      ->envname("TPP_AGENT_CONFIG_FILE");
  run.add_flag("--config.check", words.check,
               "Say whether the configuration, and what it names, is right, and end");
  add_state_option(run, words.state_directory,
                   "Keep every pass in there (default /var/lib/tpp-agent)");
  run.add_option("--socket", words.socket,
                 "Where passes are asked for (default /run/tpp-agent/tpp-agent.sock); none")
      ->type_name("PATH");
  add_web_options(run, words);
  run.add_option("--log.level", words.log_level, "debug, info, warn or error (default info)")
      ->type_name("LEVEL");
  run.add_option("--log.format", words.log_format, "logfmt or json (default logfmt)")
      ->type_name("FORMAT");
  add_source_words(run, words);
  refuse_empty_values(run);
}

std::vector<int> sockets_of_systemd() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  const int count =
      inherited_socket_count(variable("LISTEN_PID"), variable("LISTEN_FDS"), ::getpid());
  std::vector<int> sockets;
  for (int i = 0; i < count; ++i) sockets.push_back(kFirstInheritedSocket + i);
  return sockets;
}

DaemonOptions understand(const RunWords& words) {
  static const std::map<std::string, LogLevel> kLevels = {{"debug", LogLevel::debug},
                                                          {"info", LogLevel::info},
                                                          {"warn", LogLevel::warn},
                                                          {"error", LogLevel::error}};
  static const std::map<std::string, LogFormat> kFormats = {{"logfmt", LogFormat::logfmt},
                                                            {"json", LogFormat::json}};
  DaemonOptions options;
  DaemonSettings& settings = options.settings;
  if (!words.config_file.empty()) settings.config_file = words.config_file;
  if (!words.state_directory.empty()) settings.state_directory = words.state_directory;
  if (!words.socket.empty()) settings.socket = words.socket == "none" ? "" : words.socket;
  settings.agent = program_tree().agent;
  settings.web = web_of(words);
  if (words.systemd_socket) {
    settings.web.listen_addresses.clear();
    settings.web.inherited_sockets = sockets_of_systemd();
  }
  settings.source = source_of(words);
  options.only_check = words.check;
  options.log_level = word_of("--log.level", words.log_level, kLevels);
  options.log_format = word_of("--log.format", words.log_format, kFormats);
  if (words.clock_speed.empty()) return options;
  const auto speed = parse_double(words.clock_speed);
  if (!speed || !(*speed >= 1)) throw UsageError("--clock-speed: expected a number from 1");
  settings.clock_speed = *speed;
  return options;
}

}  // namespace

std::optional<DaemonOptions> parse_daemon_options(int argc, const char* const* argv) {
  RunWords words;
  CLI::App app(
      "Stays on this node: serves metrics, and measures where and when the configuration lets it",
      "tpp-agent run");
  add_options(app, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    app.exit(asked, std::cout, std::cerr);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw UsageError(fmt::format("{}; try tpp-agent run --help", error.what()));
  }
  return understand(words);
}

}  // namespace tpp
