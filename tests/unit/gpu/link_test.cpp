#include "kernels/gpu/link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tpp::gpu {
namespace {

constexpr uint64_t kMebi = uint64_t{1} << 20;

// What all devices of a node have taken, and what goes wrong.
struct Ledger {
  int steps_to_failure = -1;  // of taking; -1: none
  std::set<void*> memories;
  std::set<void*> queues;
  std::set<void*> marks;
  std::multiset<std::pair<const LinkDriver*, const LinkDriver*>> opened;
  std::map<void*, std::vector<std::string>> log;  // of each queue
  std::map<void*, std::string> mark_names;
  int copies = 0;
  int lost_from = -1;    // copies that do nothing, from this one on
  bool crossed = false;  // each copies what the one before it should have
  Address last_from = 0;

  bool is_empty() const {
    return memories.empty() && queues.empty() && marks.empty() && opened.empty();
  }
  void step() {
    if (steps_to_failure == 0) throw Failure(TPP_OUT_OF_MEMORY, "no more");
    --steps_to_failure;
  }
  template <class Set>
  void* take(Set& set, uint64_t bytes) {
    step();
    void* const memory = ::operator new(bytes + kMebi);
    set.insert(memory);
    return memory;
  }
  template <class Set>
  void give_back(Set& set, void* memory) noexcept {
    EXPECT_EQ(set.erase(memory), 1u);
    ::operator delete(memory);
  }
};

// A device whose copies are done at once, and each batch lasts a microsecond.
class PromptDriver final : public LinkDriver {
 public:
  explicit PromptDriver(Ledger& ledger) : ledger_(ledger) {}

  Address allocate(uint64_t bytes) override {
    return reinterpret_cast<Address>(ledger_.take(ledger_.memories, bytes));
  }
  void free(Address address) noexcept override {
    ledger_.give_back(ledger_.memories, reinterpret_cast<void*>(address));
  }
  void upload(Address to, const void* from, uint64_t bytes) override {
    std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  }
  void download(void* to, Address from, uint64_t bytes) override {
    std::memcpy(to, reinterpret_cast<const void*>(from), bytes);
  }
  void* function(const std::string&) override { throw Failure(TPP_UNSUPPORTED, "no kernels"); }
  void launch(void*, const Grid&, std::span<void*>) override {}
  void begin_timing() override {}
  double end_timing_ns() override { return 0; }

  void* allocate_pinned(uint64_t bytes) override { return ledger_.take(ledger_.memories, bytes); }
  void free_pinned(void* memory) noexcept override { ledger_.give_back(ledger_.memories, memory); }
  Queue create_queue() override { return ledger_.take(ledger_.queues, 1); }
  void destroy_queue(Queue queue) noexcept override { ledger_.give_back(ledger_.queues, queue); }
  void wait(Queue) override {}
  void copy(Queue queue, Address to, Address from, uint64_t bytes) override {
    ledger_.log[queue].emplace_back("copy");
    if (ledger_.lost_from >= 0 && ledger_.copies++ >= ledger_.lost_from) return;
    const Address before = std::exchange(ledger_.last_from, from);
    std::memcpy(reinterpret_cast<void*>(to),
                reinterpret_cast<const void*>(ledger_.crossed ? before : from), bytes);
  }
  void fill(Queue, Address to, uint32_t value, uint64_t bytes) override {
    auto* const words = reinterpret_cast<uint32_t*>(to);
    std::fill_n(words, bytes / sizeof value, value);
  }
  Mark create_mark() override { return ledger_.take(ledger_.marks, 1); }
  void destroy_mark(Mark mark) noexcept override { ledger_.give_back(ledger_.marks, mark); }
  void set_mark(Mark mark, Queue queue) override {
    ledger_.log[queue].push_back("set " + name_of(mark));
  }
  void wait_for(Queue queue, Mark mark) override {
    ledger_.log[queue].push_back("wait " + name_of(mark));
  }
  double elapsed_ns(Mark, Mark) override { return 1000; }
  void open_peer(const LinkDriver& peer) override {
    ledger_.step();
    ledger_.opened.emplace(this, &peer);
  }
  void close_peer(const LinkDriver& peer) noexcept override {
    const auto found = ledger_.opened.find({this, &peer});
    ASSERT_NE(found, ledger_.opened.end());
    ledger_.opened.erase(found);
  }

 private:
  // In the order in which they are used first.
  std::string name_of(Mark mark) {
    const auto next = std::to_string(ledger_.mark_names.size());
    return ledger_.mark_names.emplace(mark, next).first->second;
  }

  Ledger& ledger_;
};

// A node of `count` devices that reach each other; the first is looked at.
struct Node {
  explicit Node(int count, uint64_t memory_bytes = 16 * kMebi)
      : first(std::make_shared<PromptDriver>(ledger)) {
    device.open = [this]() -> LinkDriver& { return *first; };
    device.memory_bytes = memory_bytes;
    device.no_peer = "alone";
    for (int i = 1; i < count; ++i) {
      LinkPeer peer;
      peer.open = [this] {
        ledger.step();
        return std::make_shared<PromptDriver>(ledger);
      };
      peer.memory_bytes = memory_bytes;
      peer.rank = i - 1;
      peer.has_atomics = true;
      device.peers.push_back(peer);
    }
  }

  std::unique_ptr<boundary::Workload> make(const std::string& subject, uint64_t limit = 0) {
    boundary::Preparation preparation;
    preparation.seed = 5;
    preparation.memory_limit_bytes = limit;
    for (const boundary::Benchmark& benchmark : link_benchmarks(device)) {
      if (benchmark.subject == subject) return benchmark.variants.at(0)(preparation);
    }
    throw std::runtime_error("no such benchmark");
  }

  Ledger ledger;
  std::shared_ptr<PromptDriver> first;
  LinkDevice device;
};

const std::string kSubjects[] = {"host_read", "host_write", "host_both", "peer_both"};

bool is_right(boundary::Workload& workload) {
  bool right = true;
  for (uint64_t seed = 0; seed < 3; ++seed) {
    const boundary::Verification result = workload.verify(seed, false);
    EXPECT_GT(result.values, 0u);
    right = right && result.max_error <= result.error_bound;
  }
  return right;
}

TEST(Link, CountsTheBytesOfEveryDirection) {
  const std::map<std::string, double> copies = {
      {"host_read", 1}, {"host_write", 1}, {"host_both", 2}, {"peer_both", 4}};
  for (const std::string& subject : kSubjects) {
    Node node(3);
    const auto workload = node.make(subject, 8 * kMebi);
    const boundary::SessionInfo info = workload->info();
    const boundary::Batch batch = workload->run_batch(5);
    EXPECT_EQ(batch.bytes, 5 * info.bytes_per_repeat) << subject;
    EXPECT_EQ(info.units, copies.at(subject)) << subject;
    EXPECT_LE(info.working_set_bytes, 8 * kMebi) << subject;
    // Each buffer is a copy's source or target, but for the shifts of the pattern.
    EXPECT_GT(info.bytes_per_repeat, 0.5 * copies.at(subject) * kMebi) << subject;
    EXPECT_GT(batch.end_ns, batch.begin_ns);
    EXPECT_TRUE(is_right(*workload)) << subject;
  }
}

TEST(Link, TimesFromAMarkThatAllCopiesFollowToOneThatFollowsThemAll) {
  for (const std::string& subject : kSubjects) {
    Node node(3);
    const auto workload = node.make(subject);
    node.ledger.log.clear();
    workload->run_batch(2);
    std::set<std::string> done;
    std::vector<std::string> lead;
    for (const auto& [queue, steps] : node.ledger.log) {
      if (steps.front() == "set 0") {
        lead = steps;
        continue;
      }
      ASSERT_EQ(steps.size(), 4u) << subject;
      EXPECT_EQ(steps[0], "wait 0");
      EXPECT_EQ(steps[1] + steps[2], "copycopy");
      ASSERT_EQ(steps[3].substr(0, 4), "set ");
      done.insert("wait " + steps[3].substr(4));
    }
    EXPECT_EQ(done.size(), workload->info().units) << subject;
    ASSERT_EQ(lead.size(), done.size() + 2) << subject;
    EXPECT_EQ(std::set<std::string>(lead.begin() + 1, lead.end() - 1), done);
    EXPECT_EQ(lead.back().substr(0, 4), "set ");
  }
}

TEST(Link, FindsACopyThatLeftWhatAnEarlierOneDid) {
  for (const std::string& subject : kSubjects) {
    Node node(3);
    const auto workload = node.make(subject);
    workload->run_batch(1);
    ASSERT_TRUE(is_right(*workload)) << subject;
    for (uint32_t kept = 0; kept < workload->info().units; ++kept) {
      node.ledger.copies = 0;
      node.ledger.lost_from = static_cast<int>(kept);
      workload->run_batch(1);
      EXPECT_FALSE(is_right(*workload)) << subject << " " << kept;
    }
  }
}

TEST(Link, FindsDataOfAnotherChannel) {
  for (const char* const subject : {"host_both", "peer_both"}) {
    Node node(3);
    const auto workload = node.make(subject);
    workload->run_batch(1);
    ASSERT_TRUE(is_right(*workload)) << subject;
    node.ledger.crossed = true;
    workload->run_batch(1);
    EXPECT_FALSE(is_right(*workload)) << subject;
  }
}

TEST(Link, ChecksNothingBeforeABatchHasRun) {
  Node node(2);
  EXPECT_THROW(node.make("peer_both")->verify(1, false), Failure);
}

TEST(Link, GivesBackAllThatItTookWhereverItFails) {
  for (const std::string& subject : kSubjects) {
    int failures = 0;
    for (bool failed = true; failed; ++failures) {
      Node node(3);
      node.ledger.steps_to_failure = failures;
      try {
        node.make(subject)->run_batch(1);
        failed = false;
      } catch (const Failure&) {
      }
      EXPECT_TRUE(node.ledger.is_empty()) << subject << " " << failures;
    }
    EXPECT_GT(failures, 6) << subject;
  }
}

TEST(Link, OpensPeersBothWaysForAsLongAsItLasts) {
  Node node(3);
  for (int round = 0; round < 2; ++round) {
    const auto workload = node.make("peer_both");
    EXPECT_EQ(node.ledger.opened.size(), 4u);
  }
  EXPECT_TRUE(node.ledger.opened.empty());
  node.make("host_both");
  EXPECT_TRUE(node.ledger.opened.empty());
}

TEST(Link, SaysOfPeersWhatTheDriverSaysAndNoMore) {
  Node node(3);
  std::string path = node.make("peer_both")->info().path;
  EXPECT_NE(path.find("2 peers at once (peer access, performance rank 0 to 1, native atomics)"),
            std::string::npos)
      << path;
  EXPECT_EQ(path.find("NVLink"), std::string::npos);
  node.device.peers.pop_back();
  node.device.peers[0].rank.reset();
  node.device.peers[0].has_atomics = false;
  path = node.make("peer_both")->info().path;
  EXPECT_NE(path.find("1 peer at once (peer access, performance rank unknown)"), std::string::npos)
      << path;
}

TEST(Link, IsUnsupportedByHardwareWithoutPeersAndFailsWhereTheDriverDoesNotTell) {
  Node node(1);
  boundary::Benchmark row = link_benchmarks(node.device).back();
  EXPECT_EQ(row.subject, "peer_both");
  EXPECT_TRUE(row.variants.empty());
  EXPECT_EQ(row.unsupported_by, "hardware");
  EXPECT_EQ(row.reason, "alone");
  node.device.peer_fault = "cannot ask";
  row = link_benchmarks(node.device).back();
  ASSERT_EQ(row.variants.size(), 1u);
  EXPECT_THROW(row.variants[0]({}), Failure);
}

TEST(LinkBytes, FitIntoEveryShareAndTheLimit) {
  const LinkShare large[] = {{1024 * kMebi, 2}, {1024 * kMebi, 2}};
  EXPECT_EQ(link_bytes(large, 0), 128 * kMebi);
  EXPECT_EQ(link_bytes(large, 64 * kMebi), 16 * kMebi);
  const LinkShare small[] = {{1024 * kMebi, 2}, {12 * kMebi, 3}};
  EXPECT_EQ(link_bytes(small, 0), 4 * kMebi);
  try {
    link_bytes(small, kMebi);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_OUT_OF_MEMORY);
    EXPECT_NE(std::string(failure.what()).find("raise the memory limit"), std::string::npos);
  }
}

}  // namespace
}  // namespace tpp::gpu
