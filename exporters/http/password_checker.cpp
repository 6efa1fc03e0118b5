#include "exporters/http/password_checker.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "exporters/http/signal_free_threads.h"

namespace tpp {
namespace {

// Scrapes and everybody's work come first. On Linux a priority is a thread's.
void lower_priority() { static_cast<void>(::setpriority(PRIO_PROCESS, ::gettid(), 10)); }

}  // namespace

PasswordChecker::PasswordChecker(PasswordCache& cache, Check check)
    : cache_(cache), check_(std::move(check)) {}

PasswordChecker::Job* PasswordChecker::find(const CredentialDigest& digest) {
  const auto job = std::ranges::find(waiting_, digest, [](const Job& j) { return j.claim.digest; });
  return job == waiting_.end() ? nullptr : &*job;
}

bool PasswordChecker::has_room_for(const PeerKey& peer) const {
  const auto of_peer = std::ranges::count(waiting_, peer, [](const Job& job) { return job.peer; });
  return waiting_.size() < kMostWaiting &&
         static_cast<std::size_t>(of_peer) < kMostWaitingOfOnePeer;
}

bool PasswordChecker::submit(PasswordCache::Claim claim, const PeerKey& peer, Done done) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return false;
  if (Job* same = find(claim.digest)) {
    same->done.push_back(std::move(done));
    return true;
  }
  if (!has_room_for(peer)) return false;
  if (!thread_.joinable()) start_thread();
  Job& job = waiting_.emplace_back();
  job.claim = std::move(claim);
  job.peer = peer;
  job.done.push_back(std::move(done));
  changed_.notify_one();
  return true;
}

void PasswordChecker::start_thread() {
  const SignalFreeThreads no_signals;
  thread_ = std::thread([this] { run(); });
}

// To the front: the oldest of another address than the last one, where there is one.
void PasswordChecker::choose_next() {
  const auto other =
      std::ranges::find_if(waiting_, [this](const Job& job) { return job.peer != last_peer_; });
  if (other != waiting_.end()) std::rotate(waiting_.begin(), other, std::next(other));
  last_peer_ = waiting_.front().peer;
}

CheckOutcome PasswordChecker::outcome_of(const PasswordCache::Claim& claim) {
  try {
    const bool right = check_(claim.credentials.password, claim.hash) && claim.known_user;
    cache_.remember(claim, right);
    return right ? CheckOutcome::right : CheckOutcome::wrong;
  } catch (const std::exception&) {
    return CheckOutcome::abandoned;
  }
}

void PasswordChecker::run() {
  lower_priority();
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    choose_next();
    const PasswordCache::Claim claim = waiting_.front().claim;
    lock.unlock();
    const CheckOutcome outcome = outcome_of(claim);
    lock.lock();
    const Job finished = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    for (const Done& done : finished.done) done(outcome);
    lock.lock();
  }
}

void PasswordChecker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  const Jobs abandoned = std::exchange(waiting_, {});
  for (const Job& job : abandoned) {
    for (const Done& done : job.done) done(CheckOutcome::abandoned);
  }
}

}  // namespace tpp
