// Streams, events, pinned memory and peers of a fake driver, whatever its vendor calls them. What
// is queued on a stream is done only when something waits for it, so that a wait that is missing
// leaves a copy undone. Stricter than drivers that would help out in silence: a copy to a peer that
// was not opened is refused, as is one beyond what was allocated. One thread at a time.
#ifndef TPP_TESTS_FAKES_STREAMS_H
#define TPP_TESTS_FAKES_STREAMS_H

#include <cstddef>
#include <cstdint>

namespace fakes {

// What a driver would say of a call; none: it is done or queued.
enum class Refusal : uint8_t { none, bad_handle, bad_range, peer_is_open, peer_is_not_open };

uint64_t now_ns();

void set_current_device(int device);
int current_device();

constexpr int kHost = -1;  // as the owner of pinned memory
void add_memory(const void* memory, std::size_t bytes, int owner);
void remove_memory(const void* memory);
void* allocate_pinned(std::size_t bytes);  // nullptr where there is none
void free_pinned(void* memory);

// Of the current device. Events live as long as the process; no stream is the one on which all is
// done at once.
void* create_event();
Refusal record_event(void* event, void* stream);
void wait_event(void* event);
Refusal elapsed_ms(float* ms, void* begin, void* end);

void* create_stream();
void destroy_stream(void* stream);
void wait_stream(void* stream);
Refusal stream_wait_event(void* stream, void* event);

// From the `lost_from`-th on, copies are queued and leave nothing behind; 0 = all do what they say.
Refusal copy(void* to, const void* from, std::size_t bytes, void* stream, int lost_from);
Refusal fill(void* to, uint32_t value, std::size_t words, void* stream);

// The current device's access to another's memory.
Refusal open_peer(int device);
Refusal close_peer(int device);

}  // namespace fakes

#endif
