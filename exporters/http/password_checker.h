// Checks passwords on a thread of its own, one at a time, so that bcrypt delays nobody whose
// password is known already: at most one core, at a lower priority, works for whoever sends wrong
// ones. The same claim asked again while it waits is checked once. Bounded, over all and per
// address, and addresses take turns. The thread is started with the first claim.
#ifndef TPP_EXPORTERS_HTTP_PASSWORD_CHECKER_H
#define TPP_EXPORTERS_HTTP_PASSWORD_CHECKER_H

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "exporters/http/connection_table.h"
#include "exporters/http/password_cache.h"

namespace tpp {

enum class CheckOutcome { right, wrong, abandoned };

class PasswordChecker {
 public:
  static constexpr std::size_t kMostWaiting = 32;
  static constexpr std::size_t kMostWaitingOfOnePeer = 4;
  using Check = std::function<bool(const std::string& password, const std::string& hash)>;
  // Called once for each claim that was taken, on the checker's thread or in stop(); shall not
  // wait, nor throw.
  using Done = std::function<void(CheckOutcome)>;

  // `check` is bcrypt_matches but in tests; one that throws finds nothing out.
  PasswordChecker(PasswordCache& cache, Check check);
  ~PasswordChecker() { stop(); }
  PasswordChecker(const PasswordChecker&) = delete;
  PasswordChecker& operator=(const PasswordChecker&) = delete;

  // False, and `done` is not called, if too many wait or it was stopped.
  bool submit(PasswordCache::Claim claim, const PeerKey& peer, Done done);
  // Abandons what waits, after the check that is being made. Any number of times.
  void stop();

 private:
  struct Job {
    PasswordCache::Claim claim;
    PeerKey peer = {};
    std::vector<Done> done;
  };
  using Jobs = std::deque<Job>;

  void start_thread();
  void run();
  Job* find(const CredentialDigest& digest);
  bool has_room_for(const PeerKey& peer) const;
  void choose_next();
  CheckOutcome outcome_of(const PasswordCache::Claim& claim);

  PasswordCache& cache_;
  const Check check_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Jobs waiting_;  // all below: under the mutex; the first may be being checked
  bool stopping_ = false;
  PeerKey last_peer_ = {};
  std::thread thread_;
};

}  // namespace tpp

#endif
