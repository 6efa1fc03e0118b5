// Log lines of a long-lived process: one event a line, as logfmt or JSON, with the time in UTC. A
// line is one write, so that lines of several threads and processes do not mix.
#ifndef TPP_AGENT_SUPPORT_LOG_H
#define TPP_AGENT_SUPPORT_LOG_H

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tpp {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { logfmt, json };

// Names and values; a name is a word of lower-case letters and '_'.
using LogFields = std::vector<std::pair<std::string_view, std::string>>;

// One line with its end, whatever bytes the message and the values hold. Pure.
//   ts=2026-11-29T10:15:02.123Z level=info msg="pass began" device=0000:17:00.0
std::string log_line(LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
                     std::string_view message, const LogFields& fields);

// Any number of threads may use one.
class Log {
 public:
  Log(LogFormat format, LogLevel least, int descriptor = 2)
      : format_(format), least_(least), descriptor_(descriptor) {}

  void write(LogLevel level, std::string_view message, const LogFields& fields = {}) const;
  void debug(std::string_view message, const LogFields& fields = {}) const {
    write(LogLevel::debug, message, fields);
  }
  void info(std::string_view message, const LogFields& fields = {}) const {
    write(LogLevel::info, message, fields);
  }
  void warn(std::string_view message, const LogFields& fields = {}) const {
    write(LogLevel::warn, message, fields);
  }
  void error(std::string_view message, const LogFields& fields = {}) const {
    write(LogLevel::error, message, fields);
  }

 private:
  LogFormat format_;
  LogLevel least_;
  int descriptor_;
};

}  // namespace tpp

#endif
