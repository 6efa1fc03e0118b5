#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "agent/command/command.h"
#include "agent/support/error.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

constexpr int kDefaultWidth = 120;

}  // namespace

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

bool output_is_terminal(const Options& options) {
  return !options.output && ::isatty(STDOUT_FILENO) == 1;
}

int output_width(const Options& options) {
  winsize size{};
  if (!output_is_terminal(options) || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
      size.ws_col == 0) {
    return kDefaultWidth;
  }
  return size.ws_col;
}

}  // namespace tpp
