#include "agent/daemon/pass_runner.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "agent/support/error.h"

extern char** environ;

namespace tpp {
namespace {

// A pass that is to end has its workers gone within half a second; the rest is keeping what was
// measured.
constexpr double kStopGrace_s = 4;

// The pass tells of variables that could talk a measurement down, and hands none of them on. What
// stands in for words of its command line is the daemon's.
std::vector<std::string> environment_of_pass() {
  std::vector<std::string> variables;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view variable = *at;
    if (!variable.starts_with("TPP_AGENT_")) variables.emplace_back(variable);
  }
  return variables;
}

}  // namespace

PassRunner::PassRunner() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0) throw Error(fmt::format("cannot make an eventfd: {}", std::strerror(errno)));
}

PassRunner::~PassRunner() {
  stop();
  if (thread_.joinable()) thread_.join();
  ::close(event_);
}

void PassRunner::start(PassOrder order) {
  TPP_CHECK(!running());
  stopped_ = false;
  thread_ = std::thread([this, order = std::move(order)] { run(order); });
}

std::optional<PassStep> PassRunner::take_step() {
  std::uint64_t ignored = 0;
  (void)!::read(event_, &ignored, sizeof ignored);
  const std::lock_guard lock(mutex_);
  return std::exchange(step_, std::nullopt);
}

std::optional<PassRun> PassRunner::take_run() {
  {
    const std::lock_guard lock(mutex_);
    if (!run_) return std::nullopt;
  }
  thread_.join();
  return std::exchange(run_, std::nullopt);
}

void PassRunner::tell() const {
  const std::uint64_t one = 1;
  (void)!::write(event_, &one, sizeof one);
}

void PassRunner::run(const PassOrder& order) {
  PassReceiver receiver([this](const PassStep& step) {
    {
      const std::lock_guard lock(mutex_);
      step_ = step;
    }
    tell();
  });
  PassRun result;
  try {
    const ChildCommand command{.arguments = order.arguments,
                               .environment = environment_of_pass(),
                               .deadline_s = order.deadline_s,
                               .silence_s = order.deadline_s,
                               .stop = [this] { return stopped_.load(); },
                               .stop_grace_s = kStopGrace_s};
    const ChildResult child =
        run_child(command, [&](std::string_view line) { return receiver.take(line); });
    if (receiver.news() && child.end == ChildEnd::exited) {
      result.news = receiver.news();
      result.documents = receiver.take_documents();
    } else {
      result.failure = fmt::format("the pass {}{}{}", describe(child),
                                   child.error_tail.empty() ? "" : ": ", child.error_tail);
    }
  } catch (const Error& error) {
    result.failure = error.what();
  }
  {
    const std::lock_guard lock(mutex_);
    run_ = std::move(result);
  }
  tell();
}

}  // namespace tpp
