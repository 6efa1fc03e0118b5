#include "kernels/bench/options.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <string_view>

#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp::bench {
namespace {

using Apply = void (*)(Options& options, std::string_view value);

struct Flag {
  std::string_view name;
  std::string_view value;  // what stands for the value in the usage; "" = a switch
  std::string_view help;
  Apply apply;
};

[[noreturn]] void bad_value(std::string_view flag, std::string_view value, const char* expected) {
  throw UsageError(fmt::format("--{}={}: expected {}", flag, value, expected));
}

void set_backend_option(Options& options, std::string_view value) {
  const auto equals = value.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    bad_value("backend_option", value, "NAME=VALUE");
  }
  options.backend_options.emplace_back(value.substr(0, equals), value.substr(equals + 1));
}

void set_mode(Options& options, std::string_view value) {
  if (value != "quick" && value != "full") bad_value("mode", value, "quick or full");
  options.mode = value == "full" ? Mode::full : Mode::quick;
}

void set_limit(Options& options, std::string_view value) {
  const auto seconds = parse_double(value);
  if (!seconds || !(*seconds > 0) || !std::isfinite(*seconds)) {
    bad_value("limit_s", value, "seconds above 0");
  }
  options.limit_s = *seconds;
}

// What counts from another process's word waits with the device under load: not for long.
void set_start_at(Options& options, std::string_view value) {
  constexpr std::int64_t kLongest_ns = 600'000'000'000;
  const auto at = parse_int(value);
  const std::int64_t now = std::chrono::steady_clock::now().time_since_epoch().count();
  if (!at || *at < 0 || *at > now + kLongest_ns) {
    bad_value("start_at_ns", value, "a time of CLOCK_MONOTONIC, at most 600 s from now");
  }
  options.start_at_ns = static_cast<std::uint64_t>(*at);
}

void set_fill(Options& options, std::string_view value) {
  if (value != "normal" && value != "zeros") bad_value("fill", value, "normal or zeros");
  options.fill = value == "zeros" ? TPP_FILL_ZEROS : TPP_FILL_NORMAL;
}

void set_seed(Options& options, std::string_view value) {
  const auto seed = parse_int(value);
  if (!seed || *seed < 0) bad_value("seed", value, "an integer of at least 0");
  options.seed = static_cast<std::uint64_t>(*seed);
}

void set_record_fd(Options& options, std::string_view value) {
  const auto fd = parse_int(value);
  if (!fd || *fd < 0 || *fd > 1'000'000) bad_value("record_fd", value, "a file descriptor");
  const int access = ::fcntl(static_cast<int>(*fd), F_GETFL);
  if (access < 0 || (access & O_ACCMODE) == O_RDONLY) {
    bad_value("record_fd", value, "a descriptor that is open for writing, as in 3>records.ndjson");
  }
  options.record_fd = static_cast<int>(*fd);
}

constexpr Flag kFlags[] = {
    {"backend", "PATH", "the module to load (required)",
     [](Options& o, std::string_view v) { o.backend = v; }},
    {"backend_option", "NAME=VALUE", "handed to the module; may be repeated", set_backend_option},
    {"device", "ID", "only this device, as --list names it",
     [](Options& o, std::string_view v) { o.device = v; }},
    {"mode", "quick|full", "under a second a benchmark (default), or five sustained", set_mode},
    {"limit_s", "SECONDS", "most that one benchmark may take, within what its mode takes",
     set_limit},
    {"start_at_ns", "N", "keep the device warm until then (CLOCK_MONOTONIC) before batches count",
     set_start_at},
    {"fill", "normal|zeros", "operands: N(0,1) (default), or zeros as a diagnosis", set_fill},
    {"seed", "N", "of operands, sampled rows and resampling (default 1)", set_seed},
    {"record_fd", "N", "write NDJSON records to descriptor N", set_record_fd},
    {"list", "", "write hello, device and plan records and end; loads nothing",
     [](Options& o, std::string_view) { o.list = true; }},
    {"corrupt", "", "self-test: damage every product before its check, which must then fail",
     [](Options& o, std::string_view) { o.corrupt = true; }},
    {"selftest", "", "check timers, counts and the check of products; write check records",
     [](Options& o, std::string_view) { o.selftest = true; }},
    {"help", "", "this text", [](Options& o, std::string_view) { o.help = true; }},
};

// Of Google Benchmark 1.7. It ends with status 0 on a bad value of an enumeration, so the values
// are checked here first.
constexpr std::string_view kGoogleFlags[] = {
    "benchmark_color",
    "benchmark_context",
    "benchmark_counters_tabular",
    "benchmark_display_aggregates_only",
    "benchmark_enable_random_interleaving",
    "benchmark_filter",
    "benchmark_format",
    "benchmark_list_tests",
    "benchmark_min_time",
    "benchmark_min_warmup_time",
    "benchmark_out",
    "benchmark_out_format",
    "benchmark_perf_counters",
    "benchmark_repetitions",
    "benchmark_report_aggregates_only",
    "benchmark_time_unit",
};

void check_google_flag(std::string_view name, std::string_view value) {
  const bool format = name == "benchmark_format" || name == "benchmark_out_format";
  if (format && value != "console" && value != "json" && value != "csv") {
    bad_value(name, value, "console, json or csv");
  }
}

[[noreturn]] void unknown(const std::string& argument, std::string_view name) {
  std::vector<std::string> known;
  for (const Flag& flag : kFlags) known.emplace_back(flag.name);
  for (const std::string_view flag : kGoogleFlags) known.emplace_back(flag);
  const std::string near = closest(name, known);
  throw UsageError(fmt::format("unknown argument {}{}; see --help", argument,
                               near.empty() ? "" : fmt::format("; did you mean --{}?", near)));
}

bool is_google_flag(std::string_view name) {
  for (const std::string_view flag : kGoogleFlags) {
    if (flag == name) return true;
  }
  return name == "v";
}

const Flag* find_flag(std::string_view name) {
  for (const Flag& flag : kFlags) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

void apply_argument(Options& options, const std::string& argument) {
  const std::string_view whole = argument;
  if (!whole.starts_with("--")) unknown(argument, whole);
  const auto equals = whole.find('=');
  const std::string_view name = whole.substr(2, equals == whole.npos ? equals : equals - 2);
  const bool has_value = equals != whole.npos;
  const std::string_view value = has_value ? whole.substr(equals + 1) : std::string_view();
  if (is_google_flag(name)) {
    check_google_flag(name, value);
    options.google_benchmark.push_back(argument);
    return;
  }
  const Flag* flag = find_flag(name);
  if (flag == nullptr) unknown(argument, name);
  if (flag->value.empty() && has_value) bad_value(name, value, "no value");
  if (!flag->value.empty() && value.empty()) {
    throw UsageError(fmt::format("--{} needs a value: --{}={}", name, name, flag->value));
  }
  flag->apply(options, value);
}

}  // namespace

Policy policy_of(const Options& options) {
  const Policy& whole = options.mode == Mode::full ? kFull : kQuick;
  Policy policy = options.limit_s ? within(whole, *options.limit_s) : whole;
  return options.start_at_ns > 0 ? side_by_side(policy) : policy;
}

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  options.google_benchmark.push_back(arguments.empty() ? "tpp-bench" : arguments.front());
  for (std::size_t i = 1; i < arguments.size(); ++i) apply_argument(options, arguments[i]);
  if (options.backend.empty() && !options.help) {
    throw UsageError("no module given: --backend=PATH, as lib/tpp/backends/cpu.so; see --help");
  }
  return options;
}

std::string usage() {
  std::string text =
      "tpp-bench: measures what the devices of one backend module compute\n\n"
      "usage: tpp-bench --backend=PATH [flags] [Google Benchmark's flags]\n\n";
  for (const Flag& flag : kFlags) {
    const std::string word =
        fmt::format("--{}{}{}", flag.name, flag.value.empty() ? "" : "=", flag.value);
    text += fmt::format("  {:<30} {}\n", word, flag.help);
  }
  text += "\nGoogle Benchmark's:\n";
  for (const std::string_view flag : kGoogleFlags) text += fmt::format("  --{}\n", flag);
  return text;
}

}  // namespace tpp::bench
