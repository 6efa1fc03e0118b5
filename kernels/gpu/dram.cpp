#include "kernels/gpu/dram.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include "kernels/gpu/kernel_contract.h"
#include "kernels/gpu/stream_check.h"
#include "kernels/gpu/timed_batch.h"

namespace tpp::gpu {
namespace {

constexpr uint64_t kUnknownCache = uint64_t{128} << 20;  // larger than most
constexpr uint64_t kWanted = uint64_t{4} << 30;
constexpr uint64_t kGrain = uint64_t{1} << 20;
constexpr uint32_t kSamples = 64;
constexpr uint64_t kSampledWords = 16;  // in a row

struct StreamKind {
  Stream stream;
  const char* entry;
  uint64_t arrays;  // that each take their share of the working set
  const char* words;
};
constexpr StreamKind kKinds[] = {
    {Stream::read, "dram_read", 1, "loads of 16 bytes"},
    {Stream::write, "dram_write", 1, "stores of 16 bytes"},
    {Stream::copy, "dram_copy", 2, "loads and stores of 16 bytes"},
};

const StreamKind& kind_of(Stream stream) {
  return *std::find_if(std::begin(kKinds), std::end(kKinds),
                       [&](const StreamKind& kind) { return kind.stream == stream; });
}

class StreamWorkload final : public boundary::Workload {
 public:
  StreamWorkload(const StreamKind& kind, const StreamTarget& target,
                 const boundary::Preparation& preparation)
      : kind_(kind),
        target_(target),
        driver_(target.driver),
        function_(driver_.function(kind.entry)),
        fill_(driver_.function("dram_write")),
        words_(stream_bytes(target, preparation.memory_limit_bytes) / kind.arrays /
               sizeof(StreamWord)),
        seed_(preparation.seed),
        first_(driver_, words_ * sizeof(StreamWord)) {
    if (kind.stream == Stream::copy) second_.emplace(driver_, words_ * sizeof(StreamWord));
    if (kind.stream == Stream::read) second_.emplace(driver_, threads() * sizeof(StreamWord));
    fill(first_, seed_);
  }

  boundary::SessionInfo info() const override {
    boundary::SessionInfo info;
    info.units = target_.units;
    info.path = fmt::format("{}, {}, over {:.3g} GB", kind_.words, target_.image,
                            static_cast<double>(working_set()) / 1e9);
    info.bytes_per_repeat = static_cast<double>(working_set());
    info.working_set_bytes = working_set();
    return info;
  }

  boundary::Batch run_batch(uint64_t repeats) override {
    spoil();
    boundary::Batch batch = timed_batch(driver_, repeats, [&] { launch(); });
    batch.bytes = static_cast<double>(working_set()) * static_cast<double>(repeats);
    ran_ = true;
    return batch;
  }

  boundary::Verification verify(uint64_t seed, bool corrupt) override {
    if (!ran_) throw Failure(TPP_INVALID, "verify: no batch has run in this session");
    std::mt19937_64 generator(seed);
    boundary::Verification result;
    for (uint32_t i = 0; i < kSamples; ++i) {
      const bool damaged = corrupt && i == 0;
      kind_.stream == Stream::read
          ? check_sum(generator() % threads(), damaged, result)
          : check_words(generator() % (words_ - kSampledWords), damaged, result);
    }
    return result;
  }

 private:
  uint64_t working_set() const { return words_ * sizeof(StreamWord) * kind_.arrays; }
  uint64_t threads() const {
    return uint64_t{target_.units} * kStreamBlocksPerUnit * kStreamThreads;
  }
  Grid grid() const { return {target_.units * kStreamBlocksPerUnit, kStreamThreads, 0}; }

  void fill(const Buffer& buffer, uint64_t seed) {
    Address to = buffer.address();
    uint64_t words = buffer.bytes() / sizeof(StreamWord);
    void* arguments[] = {&to, &words, &seed};
    driver_.launch(fill_, grid(), arguments);
  }

  // What the batch is to leave is not there before it: an idle loop does not pass on what an
  // earlier one did.
  void spoil() {
    if (kind_.stream == Stream::write) ++seed_;
    if (!second_) return;
    fill(*second_, ++spoiled_ + seed_);
    // It is done before the batch begins: the host's clock, which is read around the batch and held
    // against the device's, counts no other work.
    StreamWord filled{};
    driver_.download(&filled, second_->address(), sizeof filled);
  }

  void launch() {
    Address first = first_.address();
    Address second = second_ ? second_->address() : 0;
    if (kind_.stream == Stream::write) {
      void* arguments[] = {&first, &words_, &seed_};
      driver_.launch(function_, grid(), arguments);
    } else if (kind_.stream == Stream::read) {
      void* arguments[] = {&first, &words_, &second};
      driver_.launch(function_, grid(), arguments);
    } else {
      void* arguments[] = {&second, &first, &words_};
      driver_.launch(function_, grid(), arguments);
    }
  }

  void check_sum(uint64_t thread, bool damaged, boundary::Verification& result) {
    StreamWord expected{0, 0};
    for (uint64_t i = thread; i < words_; i += threads()) {
      const StreamWord word = stream_word(i, seed_);
      expected.low ^= word.low;
      expected.high ^= word.high;
    }
    StreamWord found{};
    driver_.download(&found, second_->address() + thread * sizeof found, sizeof found);
    compare_words(found, expected, damaged, result);
  }

  void check_words(uint64_t at, bool damaged, boundary::Verification& result) {
    const Buffer& written = second_ ? *second_ : first_;
    std::vector<StreamWord> found(kSampledWords);
    driver_.download(found.data(), written.address() + at * sizeof(StreamWord),
                     kSampledWords * sizeof(StreamWord));
    for (uint64_t i = 0; i < kSampledWords; ++i) {
      compare_words(found[i], stream_word(at + i, seed_), damaged && i == 0, result);
    }
  }

  const StreamKind& kind_;
  const StreamTarget target_;
  Driver& driver_;
  void* function_;
  void* fill_;
  uint64_t words_;  // of one array
  uint64_t seed_;   // of what the first array holds
  uint64_t spoiled_ = 0;
  Buffer first_;
  std::optional<Buffer> second_;  // of `copy` the other array, of `read` the sums
  bool ran_ = false;
};

}  // namespace

boundary::Benchmark stream_benchmark(const StreamRow& row) {
  boundary::Benchmark benchmark;
  benchmark.kernel = "dram";
  benchmark.subject = row.subject;
  benchmark.flags = TPP_BENCHMARK_BYTES;
  return benchmark;
}

uint64_t stream_bytes(const StreamTarget& target, uint64_t limit_bytes) {
  const uint64_t cache = target.cache_bytes != 0 ? target.cache_bytes : kUnknownCache;
  uint64_t most = target.memory_bytes / 4;
  if (limit_bytes != 0) most = std::min(most, limit_bytes);
  const uint64_t bytes = std::min(std::max(kWanted, 32 * cache), most) / kGrain * kGrain;
  if (bytes >= 4 * cache) return bytes;
  throw Failure(TPP_OUT_OF_MEMORY,
                fmt::format("dram: {} bytes may be used, and {} are needed to be well beyond the "
                            "caches; raise the memory limit",
                            most, 4 * cache));
}

std::unique_ptr<boundary::Workload> make_stream_workload(Stream stream, const StreamTarget& target,
                                                         const boundary::Preparation& preparation) {
  return std::make_unique<StreamWorkload>(kind_of(stream), target, preparation);
}

}  // namespace tpp::gpu
