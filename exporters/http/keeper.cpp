#include "exporters/http/keeper.h"

#include <algorithm>
#include <utility>

#include "exporters/http/signal_free_threads.h"

namespace tpp {
namespace {

using std::chrono::milliseconds;

// Past that a look is taken to hang.
constexpr milliseconds kLookPatience{1'000};

milliseconds round_of(const WebLimits& limits) {
  const milliseconds shortest = std::min({limits.first_request, limits.request, limits.idle});
  return std::clamp(shortest / 4, milliseconds(20), milliseconds(1'000));
}

}  // namespace

Keeper::Keeper(ConnectionTable& table, const WebLimits& limits, Work work)
    : table_(table),
      limits_(limits),
      work_(std::move(work)),
      round_(round_of(limits)),
      last_look_(Clock::now()) {
  const SignalFreeThreads no_signals;
  thread_ = std::thread([this] { run(); });
}

void Keeper::wake() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(awake_, true)) changed_.notify_one();
}

// Under the mutex. Whether a look is being made that is worth waiting for.
bool Keeper::begin_look(Clock::time_point now) {
  if (!work_.has_configuration || stopping_) return false;
  if (looking_) return now - last_look_ < kLookPatience;
  if (now - last_look_ < limits_.config_check) return false;
  looking_ = true;
  last_look_ = now;
  changed_.notify_one();
  return true;
}

void Keeper::ask_for_look(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  static_cast<void>(begin_look(now));
}

bool Keeper::wait_for_look(Clock::time_point now, const std::function<void()>& suspend,
                           std::function<void()> resume) {
  const std::lock_guard lock(mutex_);
  if (!begin_look(now)) return false;
  suspend();
  waiting_.push_back(std::move(resume));
  return true;
}

void Keeper::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto called = [this] { return stopping_ || looking_; };
    if (awake_) {
      changed_.wait_for(lock, round_, called);
    } else {
      changed_.wait(lock, [&] { return called() || awake_; });
    }
    if (stopping_) break;
    const bool look = looking_;
    lock.unlock();
    if (look) work_.look();
    table_.hang_up_overdue(Clock::now());
    lock.lock();
    // Who connects after that has to take the mutex to wake this.
    if (table_.size() == 0) awake_ = false;
    if (!look) continue;
    looking_ = false;
    const auto over = std::exchange(waiting_, {});
    lock.unlock();
    for (const auto& resume : over) resume();
    lock.lock();
  }
}

void Keeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  for (const auto& resume : std::exchange(waiting_, {})) resume();
}

}  // namespace tpp
