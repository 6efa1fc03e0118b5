#include "agent/daemon/daemon_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "agent/documents/yaml_reader.h"
#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

using std::chrono::seconds;

constexpr std::size_t kLargestConfig = 1u << 20;

struct Bounds {
  seconds least;
  seconds most;
};

// As on the command line, and in days.
std::optional<double> duration_s(const std::string& text) {
  if (!text.ends_with('d')) return parse_duration_s(text);
  const auto value = parse_double(text.substr(0, text.size() - 1));
  return value ? std::optional(*value * 86400) : std::nullopt;
}

seconds duration(const YamlValue& yaml, Bounds bounds) {
  const auto value = duration_s(yaml.text());
  const auto in_words = [&] {
    return fmt::format("a duration such as 90s, 10m, 2h or 30d, from {} s to {} s",
                       bounds.least.count(), bounds.most.count());
  };
  // Written so that what is no number fails.
  const bool inside = value && *value >= static_cast<double>(bounds.least.count()) &&
                      *value <= static_cast<double>(bounds.most.count());
  if (!inside) yaml.fail(yaml.kind(), in_words());
  return seconds(static_cast<std::int64_t>(*value));
}

std::uint64_t bytes(const YamlValue& yaml) {
  static const std::map<std::string, std::uint64_t> kUnits = {
      {"KiB", 1u << 10}, {"MiB", 1u << 20}, {"GiB", 1u << 30}};
  const std::string text = yaml.text();
  const auto digits = text.find_first_not_of("0123456789");
  const auto number = parse_int(text.substr(0, digits));
  const auto unit = digits == std::string::npos
                        ? kUnits.end()
                        : kUnits.find(std::string(trim(text.substr(digits))));
  if (!number || *number < 1 || *number > 1'000'000 || unit == kUnits.end()) {
    yaml.fail(yaml.kind(), "a size such as 512MiB, in KiB, MiB or GiB");
  }
  return static_cast<std::uint64_t>(*number) * unit->second;
}

Hook hook(const YamlValue& yaml) {
  yaml.expect_keys({"command", "timeout"});
  Hook hook;
  const YamlValue command = yaml.at("command");
  hook.command = command.texts();
  if (hook.command.empty() || !hook.command.front().starts_with('/')) {
    command.fail("no absolute path", "a program by its absolute path, and its arguments");
  }
  if (std::ranges::find(hook.command, "") != hook.command.end()) {
    command.fail("an empty word", "a program by its absolute path, and its arguments");
  }
  if (const auto timeout = yaml.find("timeout")) {
    hook.timeout = duration(*timeout, {seconds(1), std::chrono::minutes(5)});
  }
  return hook;
}

void read_load(const YamlValue& yaml, DaemonConfig& config) {
  static const std::map<std::string, LoadAuthority> kAuthorities = {
      {"none", LoadAuthority::none},
      {"operator", LoadAuthority::site_operator},
      {"slurm", LoadAuthority::slurm},
      {"kubernetes", LoadAuthority::kubernetes}};
  static const std::map<std::string, bool> kPasses = {{"full", true}, {"quick", false}};
  yaml.expect_keys(
      {"authority", "interval", "pass", "on_change", "change_delay", "hook", "lock_file"});
  if (const auto value = yaml.find("authority")) {
    config.authority = value->one_of(kAuthorities, "authority");
  }
  if (const auto value = yaml.find("interval")) {
    config.schedule.interval = duration(*value, {std::chrono::hours(1), std::chrono::days(3660)});
  }
  if (const auto value = yaml.find("pass")) config.full_pass = value->one_of(kPasses, "pass");
  if (const auto value = yaml.find("on_change")) config.schedule.on_change = value->boolean();
  if (const auto value = yaml.find("change_delay")) {
    config.schedule.change_delay = duration(*value, {seconds(1), std::chrono::days(30)});
  }
  if (const auto value = yaml.find("hook")) config.hook = hook(*value);
  if (const auto value = yaml.find("lock_file")) {
    config.lock_file = value->text();
    if (!config.lock_file.is_absolute()) value->fail(value->kind(), "an absolute path");
  }
}

void read_history(const YamlValue& yaml, DaemonConfig& config) {
  yaml.expect_keys({"keep_for", "keep_bytes"});
  if (const auto value = yaml.find("keep_for")) {
    config.keep_for = duration(*value, {std::chrono::days(1), std::chrono::days(36600)});
  }
  if (const auto value = yaml.find("keep_bytes")) config.keep_bytes = bytes(*value);
}

// One `--name=value` a value: a text, a list of them, or yes for an option that takes none.
void add_words(const YamlValue& name, const YamlValue& value, DaemonConfig& config) {
  const std::string option = "--" + name.text();
  const auto add = [&](std::string word, const YamlValue& at) {
    config.measure.push_back(std::move(word));
    config.measure_places.push_back(at.place());
  };
  if (value.words() == "yes" || value.words() == "true") return add(option, value);
  if (!value.words().empty()) return add(fmt::format("{}={}", option, value.text()), value);
  for (const YamlValue& item : value.items()) add(fmt::format("{}={}", option, item.text()), item);
}

DaemonConfig read_config(const YamlValue& yaml) {
  yaml.expect_keys({"load", "inventory", "history", "measure"});
  DaemonConfig config;
  if (const auto load = yaml.find("load")) read_load(*load, config);
  if (const auto inventory = yaml.find("inventory")) {
    inventory->expect_keys({"interval"});
    config.inventory_interval =
        duration(inventory->at("interval"), {seconds(10), std::chrono::days(1)});
  }
  if (const auto history = yaml.find("history")) read_history(*history, config);
  if (const auto measure = yaml.find("measure")) {
    // Which devices, when, how long and what for: that the daemon says itself.
    measure->expect_keys({"precision", "kernel", "silence", "classify-cpu", "reading", "threshold",
                          "board-map", "board-level", "rules", "catalog", "site-directory",
                          "metrics-detail"});
    for (const auto& [name, value] : measure->members()) add_words(name, value, config);
  }
  return config;
}

}  // namespace

DaemonConfig parse_daemon_config(const std::string& text, const std::string& origin) {
  return read_config(YamlValue::parse(text, origin));
}

DaemonConfig load_daemon_config(const std::filesystem::path& file) {
  return parse_daemon_config(read_file(file, kLargestConfig), file.string());
}

}  // namespace tpp
