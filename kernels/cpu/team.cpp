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
#include <numeric>
#include <system_error>
#include <thread>

#include "kernels/cpu/architecture.h"
#include "kernels/cpu/workload.h"

namespace tpp::cpu {
namespace {

uint64_t now_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(t.tv_nsec);
}

// Of one chain: 1.5 us at 3 GHz, 0.3 % of the time between two readings.
constexpr double kChainCycles = 4608;
constexpr uint64_t kWarmingSteps = 64;
constexpr int kChainsOfOneSlice = 8;
// Often enough that a reading which an interrupt spoiled, and which counts for the slices before
// and after it, falls to the quarter that middle_mean drops from either end of a 5 ms batch.
constexpr uint64_t kClockEveryNs = 500'000;

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Mean of the middle half: deaf to interruptions as a median is, and finer than the timer's step,
// which a median keeps. AMD's time-stamp counter moves in steps of 10 ns, 0.8 % of a chain.
double middle_mean(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto dropped = static_cast<std::ptrdiff_t>((values.size() + 1) / 4);
  const auto first = values.begin() + dropped;
  const auto last = values.end() - dropped;
  return std::accumulate(first, last, 0.0) / static_cast<double>(last - first);
}

double chain_ns(uint64_t steps) {
  const uint64_t begin = now_ns();
  clock_chain(steps);
  return static_cast<double>(now_ns() - begin);
}

uint64_t chain_steps(double cycles_per_step) {
  return static_cast<uint64_t>(kChainCycles / cycles_per_step);
}

// What the call and the two readings of the timer add to a chain: what two single chains take
// longer than one double. Some 30 ns, and a microsecond where the kernel has to be asked for the
// time.
double chain_overhead_ns(uint64_t steps) {
  static const double overhead = [steps] {
    std::vector<double> differences;
    for (int i = 0; i < 400; ++i) {
      const double once = chain_ns(steps);
      differences.push_back(2 * once - chain_ns(2 * steps));
    }
    return std::max(middle_mean(std::move(differences)), 0.0);
  }();
  return overhead;
}

// The calling core's clock by the dependent chain. A short chain goes first: work that filled the
// caches has left the loop's code and the timer's page out of them, and a cold chain reads several
// percent low.
double core_clock_hz(double cycles_per_step, int chains) {
  const uint64_t steps = chain_steps(cycles_per_step);
  chain_ns(kWarmingSteps);
  std::vector<double> ns;
  for (int i = 0; i < chains; ++i) ns.push_back(chain_ns(steps));
  const double one_ns = std::max(1.0, middle_mean(std::move(ns)) - chain_overhead_ns(steps));
  return static_cast<double>(steps) * cycles_per_step / one_ns * 1e9;
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
    std::vector<double> slice_cycles;
    for (std::size_t i = 0; i < t.clock_hz.size(); ++i) {
      slice_cycles.push_back(t.slice_ns[i] * 1e-9 * t.clock_hz[i]);
    }
    clocks.push_back(middle_mean(t.clock_hz));
    cycles.push_back(middle_mean(std::move(slice_cycles)) * static_cast<double>(t.slice_ns.size()));
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

  SpinBarrier barrier;
  std::vector<ThreadTiming> timings;  // each thread writes its own
  std::vector<std::thread> threads;

  void thread_main(int index, int cpu);
  void time_slices(int index, int slices, const std::function<void(int, int)>& slice);
  void end();
};

void Team::State::time_slices(int index, int slices, const std::function<void(int, int)>& slice) {
  ThreadTiming& t = timings[static_cast<std::size_t>(index)];
  t.slice_ns.clear();
  t.clock_hz.clear();
  t.slice_ns.reserve(static_cast<std::size_t>(slices));  // no allocation between the clocks
  t.clock_hz.reserve(static_cast<std::size_t>(slices));
  const double cycles_per_step = clock_chain_cycles_per_step().value_or(0);
  // Few readings have to be good ones each; of many the middle is taken.
  const int chains = slices == 1 ? kChainsOfOneSlice : 1;
  barrier.wait();
  double clock_hz = cycles_per_step > 0 ? core_clock_hz(cycles_per_step, chains) : 0;
  t.begin_ns = now_ns();
  uint64_t read_at = t.begin_ns;
  for (int i = 0; i < slices; ++i) {
    const uint64_t begin = now_ns();
    slice(index, i);
    t.end_ns = now_ns();
    t.slice_ns.push_back(static_cast<double>(t.end_ns - begin));
    if (cycles_per_step == 0 || (t.end_ns - read_at < kClockEveryNs && i + 1 < slices)) continue;
    const double previous_hz = clock_hz;
    clock_hz = core_clock_hz(cycles_per_step, chains);
    read_at = now_ns();
    t.clock_hz.resize(t.slice_ns.size(), (previous_hz + clock_hz) / 2);
  }
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
    (*work)(index);
    lock.lock();
    if (--running == 0) done.notify_all();
  }
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
  // Now, not on a core that is being measured.
  if (const auto cycles = clock_chain_cycles_per_step()) chain_overhead_ns(chain_steps(*cycles));
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

void Team::run(const std::function<void(int)>& work) {
  std::unique_lock lock(state_->mutex);
  state_->work = &work;
  state_->running = size();
  ++state_->generation;
  state_->start.notify_all();
  state_->done.wait(lock, [&] { return state_->running == 0; });
  state_->work = nullptr;
}

TeamTiming Team::run_timed(int slices, const std::function<void(int, int)>& work) {
  run([&](int thread) { state_->time_slices(thread, slices, work); });
  return summarise(state_->timings);
}

TeamTiming Team::run_timed(const std::function<void(int)>& work) {
  return run_timed(1, [&](int thread, int) { work(thread); });
}

}  // namespace tpp::cpu
