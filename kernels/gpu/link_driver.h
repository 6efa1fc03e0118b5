// What copying over a device's links asks of its driver beside driver.h: pinned host memory, queues
// whose copies run at the same time, marks that order and time them, and peers. As driver.h: every
// function throws Failure unless it is noexcept; one thread at a time.
#ifndef TPP_KERNELS_GPU_LINK_DRIVER_H
#define TPP_KERNELS_GPU_LINK_DRIVER_H

#include <cstdint>

#include "kernels/gpu/driver.h"

namespace tpp::gpu {

class LinkDriver : public Driver {
 public:
  // Copies of one queue run in order; queues wait for each other by marks alone. Null is the one
  // that Driver::upload and launch use.
  using Queue = void*;
  // A point in a queue: reached when all that was queued before it is done.
  using Mark = void*;

  // Host memory that devices reach without the processor.
  virtual void* allocate_pinned(uint64_t bytes) = 0;
  virtual void free_pinned(void* memory) noexcept = 0;

  virtual Queue create_queue() = 0;
  virtual void destroy_queue(Queue queue) noexcept = 0;  // when what it holds is done
  virtual void wait(Queue queue) = 0;                    // until what it holds is done

  // Both return before they end. `to` and `from`: of this device, of one it has open as a peer, or
  // pinned.
  virtual void copy(Queue queue, Address to, Address from, uint64_t bytes) = 0;
  // Of this device's memory, a multiple of 4 bytes.
  virtual void fill(Queue queue, Address to, uint32_t value, uint64_t bytes) = 0;

  virtual Mark create_mark() = 0;
  virtual void destroy_mark(Mark mark) noexcept = 0;
  virtual void set_mark(Mark mark, Queue queue) = 0;
  // What is queued from now on begins after the mark, which may be another device's.
  virtual void wait_for(Queue queue, Mark mark) = 0;
  // Waits for `end`; the time between by the device's own timer.
  virtual double elapsed_ns(Mark begin, Mark end) = 0;

  // Lets this device reach the other's memory; closed as often as it was opened. The other is of
  // the same backend.
  virtual void open_peer(const LinkDriver& peer) = 0;
  virtual void close_peer(const LinkDriver& peer) noexcept = 0;
};

// Pinned host memory of one owner.
class PinnedBuffer {
 public:
  PinnedBuffer(LinkDriver& driver, uint64_t bytes)
      : driver_(driver), bytes_(bytes), memory_(driver.allocate_pinned(bytes)) {}
  ~PinnedBuffer() { driver_.free_pinned(memory_); }
  PinnedBuffer(const PinnedBuffer&) = delete;
  PinnedBuffer& operator=(const PinnedBuffer&) = delete;

  void* memory() const { return memory_; }
  Address address() const { return reinterpret_cast<Address>(memory_); }
  uint64_t bytes() const { return bytes_; }

 private:
  LinkDriver& driver_;
  uint64_t bytes_;
  void* memory_;
};

// A queue of one owner.
class OwnedQueue {
 public:
  explicit OwnedQueue(LinkDriver& driver) : driver_(driver), queue_(driver.create_queue()) {}
  ~OwnedQueue() { driver_.destroy_queue(queue_); }
  OwnedQueue(const OwnedQueue&) = delete;
  OwnedQueue& operator=(const OwnedQueue&) = delete;

  LinkDriver& driver() const { return driver_; }
  LinkDriver::Queue get() const { return queue_; }

 private:
  LinkDriver& driver_;
  LinkDriver::Queue queue_;
};

// A mark of one owner.
class OwnedMark {
 public:
  explicit OwnedMark(LinkDriver& driver) : driver_(driver), mark_(driver.create_mark()) {}
  ~OwnedMark() { driver_.destroy_mark(mark_); }
  OwnedMark(const OwnedMark&) = delete;
  OwnedMark& operator=(const OwnedMark&) = delete;

  LinkDriver::Mark get() const { return mark_; }

 private:
  LinkDriver& driver_;
  LinkDriver::Mark mark_;
};

// One device's access to another's memory.
class PeerAccess {
 public:
  PeerAccess(LinkDriver& driver, const LinkDriver& peer) : driver_(driver), peer_(peer) {
    driver_.open_peer(peer_);
  }
  ~PeerAccess() { driver_.close_peer(peer_); }
  PeerAccess(const PeerAccess&) = delete;
  PeerAccess& operator=(const PeerAccess&) = delete;

 private:
  LinkDriver& driver_;
  const LinkDriver& peer_;
};

}  // namespace tpp::gpu

#endif
