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

// What one thread saw of a batch: the same work `slices` times, the clock read before the first,
// after the last and every half millisecond between, because it changes within a batch: the load of
// other cores, power and heat move it at any time.
struct ThreadTiming {
  uint64_t begin_ns = 0;  // CLOCK_MONOTONIC
  uint64_t end_ns = 0;
  std::vector<double> slice_ns;  // one a slice
  // One a slice, the mean of the readings before and after it; empty: this architecture cannot
  // tell.
  std::vector<double> clock_hz;
};

// The figures of a batch, from those of its threads. Pure.
struct TeamTiming {
  double elapsed_ns = 0;  // last end - first begin
  uint64_t begin_ns = 0;
  uint64_t end_ns = 0;
  // Medians over threads of the mean of the middle half of the slices, so that a core that is taken
  // away now and then, by other programs or a hypervisor, does not show as slower issue: short
  // slices are mostly hit not at all. 0 = not known.
  double clock_hz = 0;
  double unit_cycles = 0;  // slices x (time of a slice x its clock)
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

  // Runs work(thread, slice) for slices 0 .. slices - 1 on every thread, timed. All slices must be
  // the same amount of work.
  TeamTiming run_timed(int slices, const std::function<void(int, int)>& work);

  // One slice.
  TeamTiming run_timed(const std::function<void(int)>& work);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tpp::cpu

#endif
