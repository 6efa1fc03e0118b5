#include "kernels/cpu/team.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include "kernels/cpu/architecture.h"
#include "kernels/cpu/workload.h"

namespace tpp::cpu {
namespace {

uint64_t now_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(t.tv_nsec);
}

// What one reading of the clock adds to an interval between two.
double timer_overhead_ns() {
  static const double overhead = [] {
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 1000; ++i) {
      const uint64_t begin = now_ns(CLOCK_MONOTONIC);
      least = std::min(least, now_ns(CLOCK_MONOTONIC) - begin);
    }
    return static_cast<double>(least);
  }();
  return overhead;
}

// The calling core's clock by the dependent chain. An interrupt, a foreign thread or a hypervisor
// that takes the core away can only lengthen the chain, so the quickest of three short ones is
// taken.
double core_clock_hz() {
  const std::optional<double> cycles_per_step = clock_chain_cycles_per_step();
  if (!cycles_per_step) return 0;
  constexpr int kChains = 3;
  constexpr uint64_t kSteps = 8192;  // 24576 clocks on x86: 8 us at 3 GHz
  uint64_t least = UINT64_MAX;
  for (int i = 0; i < kChains; ++i) {
    const uint64_t begin = now_ns(CLOCK_MONOTONIC);
    clock_chain(kSteps);
    least = std::min(least, now_ns(CLOCK_MONOTONIC) - begin);
  }
  const double ns = std::max(1.0, static_cast<double>(least) - timer_overhead_ns());
  return static_cast<double>(kSteps) * *cycles_per_step / ns * 1e9;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// All threads leave wait() within a fraction of a microsecond of each other. Threads of other
// programs may hold a core, hence the yield after a while.
class SpinBarrier {
 public:
  explicit SpinBarrier(int parties) : parties_(parties) {}
  void wait() {
    const unsigned round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == parties_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    constexpr int kSpins = 20'000;
    for (int spins = 0; round_.load(std::memory_order_acquire) == round; ++spins) {
      if (spins > kSpins) std::this_thread::yield();
    }
  }

 private:
  const int parties_;
  std::atomic<int> arrived_{0};
  std::atomic<unsigned> round_{0};
};

void pin_this_thread(int cpu) {
  // cpu_set_t ends at 1024 CPUs; larger nodes need a set of their own size.
  cpu_set_t* set = CPU_ALLOC(static_cast<std::size_t>(cpu) + 1);
  const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(cpu) + 1);
  CPU_ZERO_S(bytes, set);
  CPU_SET_S(static_cast<std::size_t>(cpu), bytes, set);
  const int error = pthread_setaffinity_np(pthread_self(), bytes, set);
  CPU_FREE(set);
  if (error != 0) {
    throw Failure(TPP_FAILED, fmt::format("cannot pin a thread to CPU {}: {}; is it still in this "
                                          "process's affinity mask?",
                                          cpu, std::generic_category().message(error)));
  }
}

}  // namespace

TeamTiming summarise(const std::vector<ThreadTiming>& threads) {
  TeamTiming team;
  std::vector<double> clocks;
  std::vector<double> cycles;
  for (const ThreadTiming& t : threads) {
    team.begin_ns = team.begin_ns == 0 ? t.begin_ns : std::min(team.begin_ns, t.begin_ns);
    team.end_ns = std::max(team.end_ns, t.end_ns);
    const double clock_hz = (t.clock_before_hz + t.clock_after_hz) / 2;
    clocks.push_back(clock_hz);
    cycles.push_back(t.own_ns * 1e-9 * clock_hz);
  }
  team.elapsed_ns = static_cast<double>(team.end_ns - team.begin_ns);
  team.clock_hz = median(clocks);
  team.unit_cycles = median(cycles);
  return team;
}

struct Team::State {
  explicit State(int size) : barrier(size), timings(static_cast<std::size_t>(size)) {}

  std::mutex mutex;
  std::condition_variable start;
  std::condition_variable done;
  unsigned generation = 0;  // of the work; guarded by mutex, as are all up to `stop`
  int running = 0;
  int ready = 0;
  std::string start_error;
  bool stop = false;
  const std::function<void(int)>* work = nullptr;
  bool timed = false;

  SpinBarrier barrier;
  std::vector<ThreadTiming> timings;  // each thread writes its own
  std::vector<std::thread> threads;

  void thread_main(int index, int cpu);
  void do_work(int index);
  void dispatch(const std::function<void(int)>& task, bool with_times);
  void end();
};

void Team::State::do_work(int index) {
  if (!timed) {
    (*work)(index);
    return;
  }
  ThreadTiming& t = timings[static_cast<std::size_t>(index)];
  t.clock_before_hz = core_clock_hz();
  barrier.wait();
  t.begin_ns = now_ns(CLOCK_MONOTONIC);
  const uint64_t own_begin = now_ns(CLOCK_THREAD_CPUTIME_ID);
  (*work)(index);
  const uint64_t own_end = now_ns(CLOCK_THREAD_CPUTIME_ID);
  t.end_ns = now_ns(CLOCK_MONOTONIC);
  t.clock_after_hz = core_clock_hz();
  t.own_ns = static_cast<double>(std::min(own_end - own_begin, t.end_ns - t.begin_ns));
}

void Team::State::thread_main(int index, int cpu) {
  std::string error;
  try {
    pin_this_thread(cpu);
    flush_denormals();
  } catch (const std::exception& e) {
    error = e.what();
  }
  std::unique_lock lock(mutex);
  if (!error.empty()) start_error = error;
  ++ready;
  done.notify_all();
  unsigned seen = 0;
  while (true) {
    start.wait(lock, [&] { return stop || generation != seen; });
    if (stop) return;
    seen = generation;
    lock.unlock();
    do_work(index);
    lock.lock();
    if (--running == 0) done.notify_all();
  }
}

void Team::State::dispatch(const std::function<void(int)>& task, bool with_times) {
  std::unique_lock lock(mutex);
  work = &task;
  timed = with_times;
  running = static_cast<int>(threads.size());
  ++generation;
  start.notify_all();
  done.wait(lock, [&] { return running == 0; });
  work = nullptr;
}

void Team::State::end() {
  {
    const std::lock_guard lock(mutex);
    stop = true;
  }
  start.notify_all();
  for (std::thread& t : threads) t.join();
}

Team::Team(const std::vector<int>& cpus)
    : state_(std::make_unique<State>(static_cast<int>(cpus.size()))) {
  timer_overhead_ns();  // now, not on a core that is being measured
  try {
    for (int i = 0; i < static_cast<int>(cpus.size()); ++i) {
      state_->threads.emplace_back(&State::thread_main, state_.get(), i,
                                   cpus[static_cast<std::size_t>(i)]);
    }
  } catch (const std::system_error& e) {
    state_->end();
    throw Failure(TPP_FAILED, fmt::format("cannot start {} threads: {}; raise the limit on "
                                          "processes or tasks",
                                          cpus.size(), e.what()));
  }
  std::string error;
  {
    std::unique_lock lock(state_->mutex);
    state_->done.wait(lock, [&] { return state_->ready == size(); });
    error = state_->start_error;
  }
  if (!error.empty()) {
    state_->end();
    throw Failure(TPP_FAILED, error);
  }
}

Team::~Team() { state_->end(); }

int Team::size() const { return static_cast<int>(state_->threads.size()); }

void Team::run(const std::function<void(int)>& work) { state_->dispatch(work, false); }

TeamTiming Team::run_timed(const std::function<void(int)>& work) {
  state_->dispatch(work, true);
  return summarise(state_->timings);
}

}  // namespace tpp::cpu
