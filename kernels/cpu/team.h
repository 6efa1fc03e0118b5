// Threads pinned one to a core that start a piece of work together and time it. Parked on a
// condition variable between calls, so that they burn nothing while the host thinks; started by a
// spinning barrier, so that they begin within a fraction of a microsecond of each other.
//
// run() and run_timed() may be called from one thread at a time.
#ifndef TPP_KERNELS_CPU_TEAM_H
#define TPP_KERNELS_CPU_TEAM_H

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace tpp::cpu {

// What one thread saw.
struct ThreadTiming {
  uint64_t begin_ns = 0;  // CLOCK_MONOTONIC
  uint64_t end_ns = 0;
  double own_ns = 0;  // processor time within: without the time that other programs took the core
  double clock_before_hz = 0;  // 0 = this architecture's chain cannot tell
  double clock_after_hz = 0;
};

// The figures of a batch, from those of its threads. Pure.
struct TeamTiming {
  double elapsed_ns = 0;  // last end - first begin
  uint64_t begin_ns = 0;
  uint64_t end_ns = 0;
  double clock_hz = 0;     // median over threads of the mean of both clocks; 0 = not known
  double unit_cycles = 0;  // median over threads of own_ns x own clock; 0 = not known
};
TeamTiming summarise(const std::vector<ThreadTiming>& threads);

class Team {
 public:
  // One thread per entry of `cpus`. Throws Failure if a thread cannot be started or pinned.
  explicit Team(const std::vector<int>& cpus);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const;

  // Runs work(thread) on every thread, 0 .. size() - 1, and waits for all. `work` must not throw.
  void run(const std::function<void(int)>& work);

  // As run, with every thread's clock read just before and after its work, and the work itself
  // timed.
  TeamTiming run_timed(const std::function<void(int)>& work);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tpp::cpu

#endif
