#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "agent/command/command.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "exporters/prometheus/report_metrics.h"

namespace tpp {
void check_output(const Options& options) {
  if (options.output) check_replaceable(*options.output);
}

void write_output(const Options& options, std::string_view text) {
  if (options.output) return replace_file(*options.output, text);
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) {
    throw Error(fmt::format("cannot write to standard output: {}", std::strerror(errno)));
  }
}

void write_textfile(const Options& options, const Report& report) {
  if (!options.textfile) return;
  replace_public_file(*options.textfile,
                      render_prometheus(report, {.version = report.agent_version},
                                        {.detail = options.metrics_detail}));
}

TableOptions table_options(const Options& options) {
  TableOptions table;
  table.metrics_detail = options.metrics_detail;
  if (options.output || ::isatty(STDOUT_FILENO) != 1) return table;
  table.colour = std::getenv("NO_COLOR") == nullptr;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) table.width = size.ws_col;
  return table;
}

}  // namespace tpp
