#include "kernels/gpu/link.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

#include "kernels/gpu/host_clock.h"
#include "kernels/gpu/kernel_contract.h"
#include "kernels/gpu/stream_check.h"

namespace tpp::gpu {
namespace {

constexpr uint64_t kWanted = uint64_t{128} << 20;      // larger than caches of devices
constexpr uint64_t kMostPinned = uint64_t{256} << 20;  // of host memory that cannot be paged out
constexpr uint64_t kLeast = uint64_t{1} << 20;
constexpr uint64_t kChunk = uint64_t{64} << 10;  // spoiled, and sampled, at one place each
constexpr uint64_t kChunkWords = kChunk / sizeof(StreamWord);
// From one channel's part of the pattern to the next one's, so that data on the wrong way are seen.
constexpr uint64_t kShiftWords = 256;
constexpr uint64_t kShift = kShiftWords * sizeof(StreamWord);
constexpr uint32_t kSamples = 16;  // of each channel
constexpr uint32_t kSampledWords = 16;
// Two equal halves make no word of the pattern: its second half is the first one's complement but
// for a part of the bits.
constexpr uint32_t kSpoil = 0x5bd1e995;
constexpr uint64_t kSpoilHalf = uint64_t{kSpoil} << 32 | kSpoil;

enum class Way : uint8_t { host_read, host_write, host_both, peer_both };

struct LinkRow {
  Way way;
  const char* subject;
  const char* words;
};
constexpr LinkRow kRows[] = {
    {Way::host_read, "host_read", "from pinned host memory"},
    {Way::host_write, "host_write", "to pinned host memory"},
    {Way::host_both, "host_both", "to and from pinned host memory at once"},
    {Way::peer_both, "peer_both", ""},
};

void write_pattern(std::span<StreamWord> words, uint64_t first_word, uint64_t seed) {
  for (uint64_t i = 0; i < words.size(); ++i) words[i] = stream_word(first_word + i, seed);
}

// Data on their way, again and again over the same memory.
struct Channel {
  const OwnedQueue* queue;  // of the device that copies: the one that sends, or reads from the host
  Address to;
  Address from;
  uint64_t first_word;       // of the pattern, at `from`
  StreamWord* host;          // `to`, where it is host memory
  const OwnedQueue* holder;  // of the device that has `to`, where one has
};

class LinkWorkload final : public boundary::Workload {
 public:
  LinkWorkload(const LinkRow& row, const LinkDevice& device,
               const boundary::Preparation& preparation)
      : row_(row),
        driver_(device.open()),
        engine_(device.engine),
        seed_(preparation.seed),
        bytes_(bytes_of(row.way, device, preparation.memory_limit_bytes)),
        lead_(driver_),
        begin_(driver_),
        end_(driver_) {
    if (row.way == Way::peer_both) {
      add_peers(device.peers);
    } else {
      add_host(row.way != Way::host_write, row.way != Way::host_read);
    }
    for (const Channel& channel : channels_) {
      done_.push_back(std::make_unique<OwnedMark>(channel.queue->driver()));
    }
  }

  boundary::SessionInfo info() const override {
    boundary::SessionInfo info;
    info.units = static_cast<uint32_t>(channels_.size());  // copies that run at the same time
    info.path = fmt::format("copies of {:.3g} MB {} by {}", static_cast<double>(bytes_) / 1e6,
                            words_, engine_);
    info.bytes_per_repeat = static_cast<double>(bytes_ * channels_.size());
    for (const auto& buffer : buffers_) info.working_set_bytes += buffer->bytes();
    for (const auto& buffer : pinned_) info.working_set_bytes += buffer->bytes();
    return info;
  }

  // From one mark that all channels wait for to one that waits for all of them, both on the same
  // device: its timer spans the slowest. The first copies start while others are still being
  // queued, some microseconds apart, and all of that counts as time.
  boundary::Batch run_batch(uint64_t repeats) override {
    spoil();
    boundary::Batch batch;
    batch.begin_ns = monotonic_ns();
    driver_.set_mark(begin_.get(), lead_.get());
    for (const Channel& channel : channels_) {
      channel.queue->driver().wait_for(channel.queue->get(), begin_.get());
      copy(channel);
    }
    for (uint64_t i = 1; i < repeats; ++i) {
      for (const Channel& channel : channels_) copy(channel);
    }
    for (std::size_t i = 0; i < channels_.size(); ++i) {
      const OwnedQueue& queue = *channels_[i].queue;
      queue.driver().set_mark(done_[i]->get(), queue.get());
      driver_.wait_for(lead_.get(), done_[i]->get());
    }
    driver_.set_mark(end_.get(), lead_.get());
    batch.elapsed_ns = driver_.elapsed_ns(begin_.get(), end_.get());
    batch.end_ns = monotonic_ns();
    batch.bytes = info().bytes_per_repeat * static_cast<double>(repeats);
    return batch;
  }

  boundary::Verification verify(uint64_t seed, bool corrupt) override {
    if (batches_ == 0) throw Failure(TPP_INVALID, "verify: no batch has run in this session");
    std::mt19937_64 generator(seed);
    boundary::Verification result;
    for (const Channel& channel : channels_) {
      for (uint32_t i = 0; i < kSamples; ++i) {
        const uint64_t chunk = generator() % (bytes_ / kChunk);
        check(channel, chunk * kChunkWords + spoiled_word(), corrupt && result.values == 0, result);
      }
    }
    return result;
  }

 private:
  static uint64_t bytes_of(Way way, const LinkDevice& device, uint64_t limit_bytes) {
    const uint64_t peers = device.peers.size();
    const uint64_t directions = way == Way::host_both ? 2 : 1;
    const uint64_t quarter = device.memory_bytes / 4;
    if (way != Way::peer_both) {
      const LinkShare shares[] = {{quarter, directions}, {kMostPinned, directions}};
      return link_bytes(shares, limit_bytes);
    }
    // One for each peer to write to, the pattern, and as much as its shifts may take.
    std::vector<LinkShare> shares = {{quarter, peers + 2}};
    for (const LinkPeer& peer : device.peers) shares.push_back({peer.memory_bytes / 4, 2});
    return link_bytes(shares, limit_bytes);
  }

  Address take(LinkDriver& driver, uint64_t bytes) {
    return buffers_.emplace_back(std::make_unique<Buffer>(driver, bytes))->address();
  }
  const PinnedBuffer& take_pinned(uint64_t first_word) {
    const PinnedBuffer& buffer =
        *pinned_.emplace_back(std::make_unique<PinnedBuffer>(driver_, bytes_));
    write_pattern({static_cast<StreamWord*>(buffer.memory()), bytes_ / sizeof(StreamWord)},
                  first_word, seed_);
    return buffer;
  }
  const OwnedQueue& take_queue(LinkDriver& driver) {
    return *queues_.emplace_back(std::make_unique<OwnedQueue>(driver));
  }

  void add_host(bool reads, bool writes) {
    words_ = row_.words;
    if (reads) {
      channels_.push_back({&take_queue(driver_), take(driver_, bytes_), take_pinned(0).address(), 0,
                           nullptr, &lead_});
    }
    if (!writes) return;
    // What is written back at first brought the pattern.
    const PinnedBuffer& target = take_pinned(kShiftWords);
    const Address from = take(driver_, bytes_);
    driver_.copy(lead_.get(), from, target.address(), bytes_);
    driver_.wait(lead_.get());
    channels_.push_back({&take_queue(driver_), target.address(), from, kShiftWords,
                         static_cast<StreamWord*>(target.memory()), nullptr});
  }

  // Each device pushes what it sends: writes need no answer on their way. A peer's pattern comes
  // from this device, over the same link.
  void add_peers(const std::vector<LinkPeer>& peers) {
    words_ = peer_words(peers);
    std::vector<StreamWord> pattern((bytes_ + 2 * peers.size() * kShift) / sizeof(StreamWord));
    write_pattern(pattern, 0, seed_);
    const Address sent = take(driver_, pattern.size() * sizeof(StreamWord));
    driver_.upload(sent, pattern.data(), pattern.size() * sizeof(StreamWord));
    driver_.wait(nullptr);  // an upload may return while the last of it is on its way
    for (const LinkPeer& peer : peers) {
      opened_.push_back(peer.open());
      LinkDriver& other = *opened_.back();
      accesses_.push_back(std::make_unique<PeerAccess>(driver_, other));
      accesses_.push_back(std::make_unique<PeerAccess>(other, driver_));
      const OwnedQueue& theirs = take_queue(other);
      const auto push = [&](const OwnedQueue& queue, Address to, Address from,
                            const OwnedQueue& holder) {
        channels_.push_back({&queue, to, from, channels_.size() * kShiftWords, nullptr, &holder});
      };
      push(take_queue(driver_), take(other, bytes_), sent + channels_.size() * kShift, theirs);
      const Address from = take(other, bytes_);
      driver_.copy(lead_.get(), from, sent + channels_.size() * kShift, bytes_);
      driver_.wait(lead_.get());
      push(theirs, take(driver_, bytes_), from, lead_);
    }
  }

  // Neither a rank nor atomics prove which kind of link it is.
  static std::string peer_words(const std::vector<LinkPeer>& peers) {
    const auto [best, worst] =
        std::minmax_element(peers.begin(), peers.end(),
                            [](const LinkPeer& a, const LinkPeer& b) { return a.rank < b.rank; });
    std::string rank = best->rank ? fmt::format("{}", *best->rank) : "unknown";
    if (worst->rank != best->rank) rank += fmt::format(" to {}", *worst->rank);
    const bool atomics = std::all_of(peers.begin(), peers.end(),
                                     [](const LinkPeer& peer) { return peer.has_atomics; });
    return fmt::format("to and from {} peer{} at once (peer access, performance rank {}{})",
                       peers.size(), peers.size() == 1 ? "" : "s", rank,
                       atomics ? ", native atomics" : "");
  }

  void copy(const Channel& channel) {
    channel.queue->driver().copy(channel.queue->get(), channel.to, channel.from, bytes_);
  }

  // Where in each chunk this batch is spoiled and sampled in host memory: all of it would take
  // longer than the batch.
  uint64_t spoiled_word() const { return batches_ * 61 % (kChunkWords - kSampledWords); }

  // What the batch is to leave is not there before it.
  void spoil() {
    ++batches_;
    for (const Channel& channel : channels_) {
      if (channel.holder != nullptr) {
        channel.holder->driver().fill(channel.holder->get(), channel.to, kSpoil, bytes_);
        continue;
      }
      for (uint64_t i = spoiled_word(); i < bytes_ / sizeof(StreamWord); i += kChunkWords) {
        channel.host[i] = {kSpoilHalf, kSpoilHalf};
      }
    }
    for (const Channel& channel : channels_) {
      if (channel.holder != nullptr) channel.holder->driver().wait(channel.holder->get());
    }
  }

  void check(const Channel& channel, uint64_t at, bool damaged, boundary::Verification& result) {
    StreamWord found[kSampledWords];
    if (channel.host != nullptr) {
      std::copy_n(channel.host + at, kSampledWords, found);
    } else {
      channel.holder->driver().download(found, channel.to + at * sizeof(StreamWord), sizeof found);
    }
    for (uint64_t i = 0; i < kSampledWords; ++i) {
      compare_words(found[i], stream_word(channel.first_word + at + i, seed_), damaged && i == 0,
                    result);
    }
  }

  // Given back from the last to the first: queues are done before what they copy goes.
  const LinkRow& row_;
  LinkDriver& driver_;
  const std::string engine_;
  const uint64_t seed_;
  const uint64_t bytes_;  // of one copy
  std::string words_;
  std::vector<std::shared_ptr<LinkDriver>> opened_;
  std::vector<std::unique_ptr<PeerAccess>> accesses_;
  std::vector<std::unique_ptr<PinnedBuffer>> pinned_;
  std::vector<std::unique_ptr<Buffer>> buffers_;
  OwnedQueue lead_;  // no copy of a channel
  std::vector<std::unique_ptr<OwnedQueue>> queues_;
  OwnedMark begin_;
  OwnedMark end_;
  std::vector<std::unique_ptr<OwnedMark>> done_;  // one a channel
  std::vector<Channel> channels_;
  uint64_t batches_ = 0;
};

boundary::Benchmark benchmark_of(const LinkRow& row, std::shared_ptr<const LinkDevice> device) {
  boundary::Benchmark benchmark;
  benchmark.kernel = "link";
  benchmark.subject = row.subject;
  benchmark.flags = TPP_BENCHMARK_BYTES;
  const bool peers = row.way == Way::peer_both;
  if (peers && device->peers.empty() && device->peer_fault.empty()) {
    benchmark.unsupported_by = "hardware";
    benchmark.reason = device->no_peer;
    return benchmark;
  }
  benchmark.variants.push_back(
      [&row, peers, device = std::move(device)](
          const boundary::Preparation& preparation) -> std::unique_ptr<boundary::Workload> {
        if (peers && !device->peer_fault.empty()) throw Failure(TPP_FAILED, device->peer_fault);
        return std::make_unique<LinkWorkload>(row, *device, preparation);
      });
  return benchmark;
}

}  // namespace

std::vector<boundary::Benchmark> link_benchmarks(const LinkDevice& device) {
  const auto kept = std::make_shared<const LinkDevice>(device);
  std::vector<boundary::Benchmark> list;
  for (const LinkRow& row : kRows) list.push_back(benchmark_of(row, kept));
  return list;
}

uint64_t link_bytes(std::span<const LinkShare> shares, uint64_t limit_bytes) {
  uint64_t bytes = kWanted;
  uint64_t buffers = 0;
  for (const LinkShare& share : shares) {
    bytes = std::min(bytes, share.most_bytes / share.buffers);
    buffers += share.buffers;
  }
  if (limit_bytes != 0) bytes = std::min(bytes, limit_bytes / buffers);
  bytes = bytes / kChunk * kChunk;
  if (bytes >= kLeast) return bytes;
  throw Failure(TPP_OUT_OF_MEMORY,
                fmt::format("link: {} bytes may be used for each of {} buffers, and {} are needed "
                            "to time a copy; raise the memory limit",
                            bytes, buffers, kLeast));
}

}  // namespace tpp::gpu
