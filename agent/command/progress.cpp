#include "agent/command/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "agent/support/text.h"

namespace tpp {
namespace {

constexpr const char* kWipe = "\r\x1b[K";

}  // namespace

ProgressLine::ProgressLine()
    : terminal_(::isatty(STDERR_FILENO) == 1), started_(std::chrono::steady_clock::now()) {}

ProgressLine::~ProgressLine() {
  if (shown_) std::fputs(kWipe, stderr);
}

void ProgressLine::show(const PassProgress& progress) {
  if (!terminal_) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
  fmt::print(stderr, "{}{}", kWipe, progress_text(progress, elapsed.count()));
  std::fflush(stderr);
  shown_ = true;
}

std::string progress_text(const PassProgress& progress, double elapsed_s) {
  const record::Progress& now = progress.now;
  const std::string rate = now.per_second ? fmt::format("  {}/s", si(*now.per_second)) : "";
  return fmt::format("[{}/{}] {}  {} {:.0f} %{}  {:.0f} s", progress.done, progress.total,
                     to_string(now.benchmark), now.phase, now.fraction * 100, rate, elapsed_s);
}

}  // namespace tpp
