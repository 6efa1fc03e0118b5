#include "agent/daemon/pass_runner.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include "agent/support/error.h"
#include "agent/support/text.h"

extern char** environ;

namespace tpp {
namespace {

// A pass that is to end has its workers gone within half a second; the rest is keeping what was
// measured.
constexpr double kStopGrace_s = 3;

// What stands in for words of the daemon's command line, and what systemd tells it alone.
constexpr std::array<std::string_view, 5> kOfTheDaemon = {
    "TPP_AGENT_", "NOTIFY_SOCKET=", "WATCHDOG_", "LISTEN_", "MAINPID="};

bool is_hang(ChildEnd end) {
  return end == ChildEnd::deadline || end == ChildEnd::silent || end == ChildEnd::stuck;
}

PassRun run_pass_child(const ChildCommand& command, PassReceiver& receiver) {
  PassRun result;
  const ChildResult child =
      run_child(command, [&](std::string_view line) { return receiver.take(line); });
  const bool orderly = child.end == ChildEnd::exited || child.end == ChildEnd::stopped;
  if (receiver.news() && orderly) {
    result.news = receiver.news();
    result.documents = receiver.take_documents();
    return result;
  }
  result.hung = is_hang(child.end);
  result.failure = fmt::format("the pass {}{}{}", describe(child),
                               child.error_tail.empty() ? "" : ": ", trim(child.error_tail));
  return result;
}

}  // namespace

std::vector<std::string> environment_of_pass() {
  std::vector<std::string> variables;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view variable = *at;
    const bool of_the_daemon = std::ranges::any_of(
        kOfTheDaemon, [&](std::string_view begin) { return variable.starts_with(begin); });
    if (!of_the_daemon) variables.emplace_back(variable);
  }
  return variables;
}

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
  try {
    thread_ = std::thread([this, order = std::move(order)] { run(order); });
  } catch (const std::system_error& error) {
    throw Error(fmt::format("cannot start a thread: {}", error.what()));
  }
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
  const auto began = std::chrono::steady_clock::now();
  PassRun result;
  try {
    const ChildCommand command{.arguments = order.arguments,
                               .environment = environment_of_pass(),
                               .deadline_s = order.deadline_s,
                               .silence_s = order.deadline_s,
                               .stop = [this] { return stopped_.load(); },
                               .stop_grace_s = kStopGrace_s,
                               .input = order.input,
                               .cgroup = order.cgroup};
    result = run_pass_child(command, receiver);
  } catch (const std::exception& error) {
    result.failure = error.what();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  result.duration_s = took.count();
  {
    const std::lock_guard lock(mutex_);
    run_ = std::move(result);
  }
  tell();
}

}  // namespace tpp
