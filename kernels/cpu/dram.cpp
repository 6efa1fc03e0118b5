#include "kernels/cpu/dram.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <random>
#include <system_error>

#include "kernels/cpu/cgroup.h"
#include "kernels/cpu/device.h"
#include "kernels/cpu/team.h"

namespace tpp::cpu {
namespace {

// The working set is walked in this many slices, one a repeat, in turn over all batches: a batch
// may then be short, and still every slice has been pushed out of the caches when its turn comes
// again.
constexpr uint64_t kSlices = 16;
constexpr uint64_t kArrays = 3;  // a, b, c of the triad; the other streams walk them as one
constexpr uint64_t kHugePage = 2u << 20;
constexpr uint64_t kSampledWords = 64;  // of each thread

// Each repeat is timed, and its time is kept: far more than any batch that makes sense, and no more
// than memory holds.
constexpr uint64_t kMostRepeats = 1u << 20;

// Assumed where sysfs does not tell (Arm virtual machines): larger than most.
constexpr uint64_t kUnknownCache = 256u << 20;

// Anonymous memory, in huge pages where the system gives them: else a gigabyte takes 262144 faults,
// and each access may miss the TLB as well as the cache.
class Mapping {
 public:
  explicit Mapping(uint64_t bytes) : bytes_(bytes + kHugePage) {
    void* const memory =
        mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      throw Failure(TPP_OUT_OF_MEMORY,
                    fmt::format("dram: cannot map {} bytes: {}; free memory or raise its limit",
                                bytes_, std::generic_category().message(errno)));
    }
    memory_ = static_cast<char*>(memory);
    madvise(memory_, bytes_, MADV_HUGEPAGE);  // refused where there are none: ordinary pages do
  }
  ~Mapping() { munmap(memory_, bytes_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  char* begin() const {
    const auto address = reinterpret_cast<uintptr_t>(memory_);
    return memory_ + ((address + kHugePage - 1) / kHugePage * kHugePage - address);
  }

 private:
  uint64_t bytes_;
  char* memory_ = nullptr;
};

// What every thread's part is: three arrays back to back, each of kSlices slices.
struct Part {
  std::unique_ptr<Mapping> memory;
  uint64_t slice_words = 0;

  uint64_t array_words() const { return slice_words * kSlices; }
  double* slice(uint64_t array, uint64_t index) const {
    return reinterpret_cast<double*>(memory->begin()) + array * array_words() + index * slice_words;
  }
};

// The buffers of a device, one part a thread, touched first by the thread that uses it so that they
// lie in its own NUMA node.
struct StreamBuffers {
  uint64_t bytes = 0;  // of all parts
  std::vector<Part> parts;
};

StreamBuffers take_buffers(Team& team, uint64_t bytes) {
  StreamBuffers buffers;
  const auto threads = static_cast<uint64_t>(team.size());
  // Stream kernels take multiples of 1024 bytes; whole pages keep the slices apart.
  constexpr uint64_t kGrain = 4096;
  const uint64_t share = bytes / (threads * kArrays * kSlices) + 1;
  const uint64_t slice = (share + kGrain - 1) / kGrain * kGrain;
  for (uint64_t thread = 0; thread < threads; ++thread) {
    Part part;
    part.slice_words = slice / sizeof(double);
    part.memory = std::make_unique<Mapping>(slice * kSlices * kArrays);
    buffers.parts.push_back(std::move(part));
  }
  buffers.bytes = slice * kSlices * kArrays * threads;
  return buffers;
}

// Value of word `i` of an array: small whole numbers, so that b + s * c is exact.
double pattern(uint64_t array, uint64_t i) {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15u;  // 2^64 / golden ratio: neighbours differ
  return static_cast<double>(((i + array * 7919) * kOdd >> 54) + 1);  // 1 .. 1024
}

uint64_t bits_of(double value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

class StreamWorkload final : public Workload {
 public:
  StreamWorkload(const StreamKernel& kernel, Stream stream, Team& team,
                 std::shared_ptr<StreamBuffers> buffers, bool zeros)
      : kernel_(kernel),
        stream_(stream),
        team_(team),
        buffers_(std::move(buffers)),
        zeros_(zeros),
        sums_(buffers_->parts.size()) {
    slice_sums_.resize(buffers_->parts.size());
    team_.run([&](int thread) { fill(static_cast<std::size_t>(thread)); });
  }

  SessionInfo info() const override {
    static constexpr const char* kWhat[] = {"read", "write", "triad a = b + s*c"};
    SessionInfo info;
    info.units = static_cast<uint32_t>(team_.size());
    const char* stores = stream_ == Stream::read    ? ""
                         : kernel_.streaming_stores ? ", non-temporal stores"
                                                    : ", ordinary stores (reads before writes not "
                                                      "counted)";
    info.path = fmt::format("{}, {}{}, {} MiB on {} cores", kWhat[static_cast<int>(stream_)],
                            kernel_.isa, stores, buffers_->bytes >> 20, team_.size());
    info.bytes_per_repeat = static_cast<double>(buffers_->bytes / kSlices);
    info.working_set_bytes = buffers_->bytes;
    return info;
  }

  Batch run_batch(uint64_t repeats) override {
    if (repeats > kMostRepeats) {
      throw Failure(TPP_INVALID, fmt::format("dram: a batch of {} repeats; {} are the most",
                                             repeats, kMostRepeats));
    }
    first_ = next_;
    repeats_ = repeats;
    next_ += repeats;
    ++batch_;
    std::fill(sums_.begin(), sums_.end(), 0);
    const TeamTiming timing =
        team_.run_timed(static_cast<int>(repeats), [&](int thread, int repeat) {
          const auto t = static_cast<std::size_t>(thread);
          const uint64_t slice = (first_ + static_cast<uint64_t>(repeat)) % kSlices;
          sums_[t] += pass(buffers_->parts[t], slice);
        });
    Batch batch;
    batch.elapsed_ns = timing.elapsed_ns;
    batch.begin_ns = timing.begin_ns;
    batch.end_ns = timing.end_ns;
    batch.bytes = static_cast<double>(buffers_->bytes / kSlices) * static_cast<double>(repeats);
    batch.clock_hz = timing.clock_hz;
    batch.unit_cycles = timing.unit_cycles;
    return batch;
  }

  // Everything here is whole numbers: a value is right or it is not, and the error 0 or infinite.
  Verification verify(uint64_t seed, bool corrupt) override {
    if (repeats_ == 0) throw Failure(TPP_INVALID, "verify: no batch has run in this session");
    Verification result;
    std::mt19937_64 generator(seed);
    for (std::size_t thread = 0; thread < buffers_->parts.size(); ++thread) {
      const bool damage = corrupt && thread == 0;
      const bool right = stream_ == Stream::read ? sum_is_right(thread, damage)
                                                 : words_are_right(thread, damage, generator);
      if (!right) result.max_error = INFINITY;
      result.values += stream_ == Stream::read ? 1u : static_cast<uint32_t>(kSampledWords);
    }
    return result;
  }

 private:
  // The scale and the value written change with each batch: what an earlier one left is not taken
  // for this one's.
  double scale() const { return static_cast<double>(batch_ % 7 + 2); }
  double written() const { return zeros_ ? 0 : static_cast<double>(batch_ % 1000 + 3); }

  uint64_t pass(const Part& part, uint64_t slice) const {
    const uint64_t bytes = part.slice_words * sizeof(double);
    uint64_t sum = 0;
    switch (stream_) {
      case Stream::read:
        for (uint64_t array = 0; array < kArrays; ++array) {
          sum += kernel_.read(reinterpret_cast<const uint64_t*>(part.slice(array, slice)), bytes);
        }
        break;
      case Stream::write:
        for (uint64_t array = 0; array < kArrays; ++array) {
          kernel_.write(reinterpret_cast<uint64_t*>(part.slice(array, slice)), bytes,
                        bits_of(written()));
        }
        break;
      case Stream::triad:
        kernel_.triad(part.slice(0, slice), part.slice(1, slice), part.slice(2, slice), scale(),
                      bytes);
        break;
    }
    return sum;
  }

  // What stands in word i of an array before the first batch. What a stream writes to differs from
  // what it will write.
  double initial(uint64_t array, uint64_t i) const {
    const bool target = stream_ == Stream::write || (stream_ == Stream::triad && array == 0);
    if (target) return 1;
    return zeros_ ? 0 : pattern(array, i);
  }

  // On the part's own thread; notes the sum of each slice as it goes.
  void fill(std::size_t thread) {
    const Part& part = buffers_->parts[thread];
    for (uint64_t array = 0; array < kArrays; ++array) {
      for (uint64_t slice = 0; slice < kSlices; ++slice) {
        double* const words = part.slice(array, slice);
        uint64_t sum = 0;
        for (uint64_t i = 0; i < part.slice_words; ++i) {
          words[i] = initial(array, slice * part.slice_words + i);
          sum += bits_of(words[i]);
        }
        slice_sums_[thread][slice] += sum;
      }
    }
  }

  bool sum_is_right(std::size_t thread, bool damage) const {
    uint64_t expected = 0;
    for (uint64_t i = 0; i < repeats_; ++i) {
      expected += slice_sums_[thread][(first_ + i) % kSlices];
    }
    return sums_[thread] + (damage ? 1 : 0) == expected;
  }

  // Samples words of the slices that the last batch went over.
  bool words_are_right(std::size_t thread, bool damage, std::mt19937_64& generator) const {
    const Part& part = buffers_->parts[thread];
    const uint64_t slices = std::min(repeats_, kSlices);
    bool right = true;
    for (uint64_t sample = 0; sample < kSampledWords; ++sample) {
      const uint64_t slice = (first_ + generator() % slices) % kSlices;
      const uint64_t i = generator() % part.slice_words;
      const uint64_t array = stream_ == Stream::write ? generator() % kArrays : 0;
      const uint64_t word = slice * part.slice_words + i;
      const double expected =
          stream_ == Stream::write ? written() : initial(1, word) + scale() * initial(2, word);
      double value = part.slice(array, slice)[i];
      if (damage && sample == 0) value += 1;
      right = right && value == expected;
    }
    return right;
  }

  const StreamKernel& kernel_;
  const Stream stream_;
  Team& team_;
  const std::shared_ptr<StreamBuffers> buffers_;
  const bool zeros_;
  std::vector<uint64_t> sums_;  // one a thread: what the last batch read
  std::vector<std::array<uint64_t, kSlices>> slice_sums_;
  uint64_t next_ = 0;     // slice that the next batch begins with, modulo kSlices
  uint64_t first_ = 0;    // that the last batch began with
  uint64_t repeats_ = 0;  // of the last batch
  uint64_t batch_ = 0;    // number of the last batch
};

// "MemAvailable:  123 kB" of /proc/meminfo; UINT64_MAX where it does not say.
uint64_t available_memory() {
  std::ifstream file("/proc/meminfo");
  std::string line;
  while (std::getline(file, line)) {
    constexpr std::string_view kField = "MemAvailable:";
    if (line.rfind(kField, 0) != 0) continue;
    const auto digit = line.find_first_of("0123456789");
    uint64_t kib = 0;
    if (digit == std::string::npos) break;
    std::from_chars(line.data() + digit, line.data() + line.size(), kib);
    return kib << 10;
  }
  return UINT64_MAX;
}

const StreamKernel& best_stream_kernel(const FeatureSet& features) {
  const auto kernels = stream_kernels();
  const auto best = std::find_if(kernels.begin(), kernels.end(), [&](const StreamKernel& kernel) {
    return features.has(kernel.needs);
  });
  return best != kernels.end() ? *best : portable_stream_kernel();
}

// Too little memory is a state of the node and not a lack of the hardware: the benchmark fails, and
// may not the next time.
void require_memory(std::string_view what, uint64_t have, const Socket& socket) {
  const uint64_t need = stream_bytes_needed(socket.cache_bytes);
  if (have >= need) return;
  throw Failure(TPP_OUT_OF_MEMORY,
                fmt::format("dram: {} of {} MiB is less than the {} MiB needed (4 x {} MiB "
                            "last-level cache); free memory or raise the limit",
                            what, have >> 20, need >> 20, socket.cache_bytes >> 20));
}

}  // namespace

uint64_t stream_bytes_needed(uint64_t cache_bytes) {
  return 4 * (cache_bytes != 0 ? cache_bytes : kUnknownCache);
}

std::unique_ptr<Workload> make_stream_workload(const StreamKernel& kernel, Stream stream,
                                               Team& team, uint64_t bytes,
                                               const Preparation& preparation) {
  auto buffers = std::make_shared<StreamBuffers>(take_buffers(team, bytes));
  return std::make_unique<StreamWorkload>(kernel, stream, team, std::move(buffers),
                                          preparation.zeros);
}

std::vector<Benchmark> dram_benchmarks(Device& device) {
  struct Row {
    Stream stream;
    const char* subject;
  };
  static constexpr Row kRows[] = {
      {Stream::read, "read"}, {Stream::write, "write"}, {Stream::triad, "triad"}};
  const uint64_t needed = stream_bytes_needed(device.socket.cache_bytes);
  const StreamKernel& kernel = best_stream_kernel(device.features);
  auto shared = std::make_shared<std::shared_ptr<StreamBuffers>>();  // filled by the first prepared
  std::vector<Benchmark> benchmarks;
  for (const Row& row : kRows) {
    Benchmark benchmark;
    benchmark.kernel = "dram";
    benchmark.subject = row.subject;
    benchmark.flags = TPP_BENCHMARK_BYTES;
    if (kernel.needs == Feature::portable) benchmark.flags |= TPP_BENCHMARK_GENERIC;
    benchmark.variants.push_back(
        [&device, &kernel, needed, shared, stream = row.stream](const Preparation& preparation) {
          const uint64_t limit = preparation.memory_limit_bytes;
          require_memory("a memory limit", limit != 0 ? limit : UINT64_MAX, device.socket);
          if (!*shared) {
            require_memory("memory available on this node", available_memory(), device.socket);
            require_memory("memory left in the cgroup", cgroup_limits().memory_left, device.socket);
            *shared = std::make_shared<StreamBuffers>(take_buffers(device.team(), needed));
          }
          return std::unique_ptr<Workload>(std::make_unique<StreamWorkload>(
              kernel, stream, device.team(), *shared, preparation.zeros));
        });
    benchmarks.push_back(std::move(benchmark));
  }
  return benchmarks;
}

}  // namespace tpp::cpu
