#include "agent/options_served.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

std::uint64_t count_of(const char* option, const std::string& word, std::uint64_t otherwise) {
  if (word.empty()) return otherwise;
  const auto number = parse_int(word);
  if (number && *number >= 0) return static_cast<std::uint64_t>(*number);
  throw UsageError(fmt::format("{}: '{}' is no count; expected a whole number", option, word));
}

}  // namespace

void add_served_options(CLI::App& pass, ServedWords& words) {
  pass.add_flag("--inventory", words.inventory);
  pass.add_option("--left-alone", words.left_alone);
  pass.add_option("--lock-file", words.lock_file);
  pass.add_option("--hook", words.hook);
  pass.add_option("--hook-timeout", words.hook_timeout);
  pass.add_option("--telemetry-path", words.telemetry_path);
  pass.add_option("--keep-days", words.keep_days);
  pass.add_option("--keep-bytes", words.keep_bytes);
}

void understand_served(const ServedWords& words, Options& options) {
  ServedPass& served = options.served;
  if (words.inventory) options.mode = PassMode::inventory;
  for (const std::string& device : words.left_alone) served.left_alone.push_back({device});
  if (!words.lock_file.empty()) served.gate.lock_file = words.lock_file;
  served.gate.hook = words.hook;
  served.gate.hook_timeout_s =
      static_cast<double>(count_of("--hook-timeout", words.hook_timeout,
                                   static_cast<std::uint64_t>(served.gate.hook_timeout_s)));
  if (!words.telemetry_path.empty()) served.telemetry_path = words.telemetry_path;
  served.keep.days = static_cast<int>(count_of("--keep-days", words.keep_days, 0));
  served.keep.bytes = count_of("--keep-bytes", words.keep_bytes, served.keep.bytes);
}

}  // namespace tpp
