#include "agent/support/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>

namespace tpp {
namespace {

constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warn", "error"};

std::string time_text(std::chrono::system_clock::time_point time) {
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(whole);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (whole - seconds).count());
}

// A text in double quotes, as JSON and logfmt both read it, in ASCII: a terminal is safe from it,
// and what is no UTF-8 is replaced.
std::string in_quotes(std::string_view text) {
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

bool is_bare(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~' || c == '"' || c == '=' || c == '\\') return false;
  }
  return !text.empty();
}

}  // namespace

std::string log_line(LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
                     std::string_view message, const LogFields& fields) {
  const std::string_view level_name = kLevels[static_cast<std::size_t>(level)];
  const std::string now = time_text(time);
  std::string line;
  if (format == LogFormat::json) {
    line = fmt::format(R"({{"ts":"{}","level":"{}","msg":{})", now, level_name, in_quotes(message));
    for (const auto& [name, value] : fields)
      line += fmt::format(",\"{}\":{}", name, in_quotes(value));
    return line + "}\n";
  }
  line = fmt::format("ts={} level={} msg={}", now, level_name,
                     is_bare(message) ? std::string(message) : in_quotes(message));
  for (const auto& [name, value] : fields) {
    line += fmt::format(" {}={}", name, is_bare(value) ? value : in_quotes(value));
  }
  return line + '\n';
}

void Log::write(LogLevel level, std::string_view message, const LogFields& fields) const {
  if (level < least_) return;
  const std::string line =
      log_line(format_, std::chrono::system_clock::now(), level, message, fields);
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody to tell
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace tpp
