#include "tests/fakes/streams.h"

#include <time.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace fakes {
namespace {

struct Stream {
  int device;
  std::deque<std::function<void()>> pending;
  uint64_t queued = 0;
  uint64_t done = 0;
};

// Where an event was recorded last; of no stream: it is reached.
struct Point {
  Stream* stream = nullptr;
  uint64_t position = 0;
};
struct Event {
  int device;
  Point at;
  uint64_t time_ns = 0;
};

struct Memory {
  std::size_t bytes;
  int owner;
};

int current = 0;
std::vector<std::unique_ptr<Event>> events;
std::map<void*, std::unique_ptr<Stream>> streams;
std::map<uintptr_t, Memory> memories;
std::set<std::pair<int, int>> opened;  // who may reach whom
int copies = 0;

Event& event_of(void* event) { return *static_cast<Event*>(event); }
Stream* stream_of(void* stream) { return static_cast<Stream*>(stream); }

void reach(const Point& point) {
  while (point.stream != nullptr && point.stream->done < point.position) {
    const auto work = std::move(point.stream->pending.front());
    point.stream->pending.pop_front();
    ++point.stream->done;
    work();
  }
}

Point end_of(Stream& stream) { return {&stream, stream.queued}; }

Refusal queue(void* handle, std::function<void()> work) {
  Stream* const stream = stream_of(handle);
  if (stream == nullptr) {
    work();
    return Refusal::none;
  }
  if (stream->device != current) return Refusal::bad_handle;
  stream->pending.push_back(std::move(work));
  ++stream->queued;
  return Refusal::none;
}

Refusal may_reach(const void* memory, std::size_t bytes) {
  const auto address = reinterpret_cast<uintptr_t>(memory);
  auto found = memories.upper_bound(address);
  if (found == memories.begin()) return Refusal::bad_range;
  const auto& [begin, known] = *--found;
  if (address + bytes > begin + known.bytes) return Refusal::bad_range;
  const bool own = known.owner == kHost || known.owner == current;
  return own || opened.contains({current, known.owner}) ? Refusal::none : Refusal::peer_is_not_open;
}

}  // namespace

uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

void set_current_device(int device) { current = device; }
int current_device() { return current; }

void add_memory(const void* memory, std::size_t bytes, int owner) {
  memories[reinterpret_cast<uintptr_t>(memory)] = {bytes, owner};
}
void remove_memory(const void* memory) { memories.erase(reinterpret_cast<uintptr_t>(memory)); }

void* allocate_pinned(std::size_t bytes) {
  constexpr std::size_t kPage = 4096;
  void* const memory = std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage);
  if (memory != nullptr) add_memory(memory, bytes, kHost);
  return memory;
}
void free_pinned(void* memory) {
  remove_memory(memory);
  std::free(memory);
}

void* create_event() {
  events.push_back(std::make_unique<Event>(Event{current, {}, 0}));
  return events.back().get();
}
Refusal record_event(void* handle, void* stream) {
  Event& event = event_of(handle);
  if (event.device != current) return Refusal::bad_handle;
  // On a stream that has nothing to do it is reached as soon as it is recorded.
  const bool idle = stream != nullptr && stream_of(stream)->pending.empty();
  const Refusal queued = queue(stream, [&event] { event.time_ns = now_ns(); });
  if (idle && queued == Refusal::none) reach(end_of(*stream_of(stream)));
  event.at = stream != nullptr ? end_of(*stream_of(stream)) : Point{};
  return queued;
}
void wait_event(void* event) { reach(event_of(event).at); }
Refusal elapsed_ms(float* ms, void* begin, void* end) {
  const Event& first = event_of(begin);
  const Event& last = event_of(end);
  if (first.device != last.device) return Refusal::bad_handle;
  *ms = static_cast<float>(static_cast<double>(last.time_ns - first.time_ns) / 1e6);
  return Refusal::none;
}

void* create_stream() {
  auto made = std::make_unique<Stream>();
  made->device = current;
  void* const handle = made.get();
  streams.emplace(handle, std::move(made));
  return handle;
}
void destroy_stream(void* stream) {
  reach(end_of(*stream_of(stream)));
  streams.at(stream)->pending.clear();  // kept: events may have been recorded on it
}
void wait_stream(void* stream) {
  if (stream != nullptr) reach(end_of(*stream_of(stream)));
}
Refusal stream_wait_event(void* stream, void* event) {
  return queue(stream, [point = event_of(event).at] { reach(point); });
}

Refusal copy(void* to, const void* from, std::size_t bytes, void* stream, int lost_from) {
  for (const void* memory : {static_cast<const void*>(to), from}) {
    if (const Refusal refusal = may_reach(memory, bytes); refusal != Refusal::none) return refusal;
  }
  if (lost_from != 0 && ++copies >= lost_from) return queue(stream, [] {});
  return queue(stream, [=] { std::memcpy(to, from, bytes); });
}
Refusal fill(void* to, uint32_t value, std::size_t words, void* stream) {
  if (const Refusal refusal = may_reach(to, words * sizeof value); refusal != Refusal::none) {
    return refusal;
  }
  return queue(stream, [=] {
    for (std::size_t i = 0; i < words; ++i) static_cast<uint32_t*>(to)[i] = value;
  });
}

Refusal open_peer(int device) {
  return opened.emplace(current, device).second ? Refusal::none : Refusal::peer_is_open;
}
Refusal close_peer(int device) {
  return opened.erase({current, device}) == 1 ? Refusal::none : Refusal::peer_is_not_open;
}

}  // namespace fakes
