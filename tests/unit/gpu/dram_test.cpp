#include "kernels/gpu/dram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace tpp::gpu {
namespace {

// A device that does nothing, and keeps the names of what it was asked for.
class NotingDriver final : public Driver {
 public:
  Address allocate(uint64_t bytes) override {
    memory_.emplace_back(bytes);
    return reinterpret_cast<Address>(memory_.back().data());
  }
  void free(Address) noexcept override {}
  void upload(Address, const void*, uint64_t) override { notes.emplace_back("upload"); }
  void download(void* to, Address, uint64_t bytes) override {
    notes.emplace_back("download");
    std::memset(to, 0, bytes);
  }
  void* function(const std::string&) override { return this; }
  void launch(void*, const Grid&, std::span<void*>) override { notes.emplace_back("launch"); }
  void begin_timing() override { notes.emplace_back("begin"); }
  double end_timing_ns() override {
    notes.emplace_back("end");
    return 1;
  }

  std::vector<std::string> notes;

 private:
  std::vector<std::vector<std::byte>> memory_;
};

std::vector<std::string> notes_of(Stream stream) {
  NotingDriver driver;
  const StreamTarget target{driver, 1, uint64_t{64} << 20, uint64_t{1} << 20, "nothing"};
  const auto workload = make_stream_workload(stream, target, {});
  driver.notes.clear();
  workload->run_batch(2);
  return driver.notes;
}

// Kernels are only queued: without the wait the host's clock would count a fill that the device's
// does not, and find them to disagree.
TEST(Streams, BeginWhenWhatTheyAreToOverwriteIsSpoiled) {
  for (const Stream stream : {Stream::copy, Stream::read}) {
    EXPECT_THAT(notes_of(stream),
                testing::ElementsAre("launch", "download", "begin", "launch", "launch", "end"));
  }
}

TEST(Streams, OfStoresSpoilByANewPattern) {
  EXPECT_THAT(notes_of(Stream::write), testing::ElementsAre("begin", "launch", "launch", "end"));
}

}  // namespace
}  // namespace tpp::gpu
