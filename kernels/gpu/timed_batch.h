// One batch by two clocks: the device's timer around what is queued, and the host's monotonic clock
// around that, by which telemetry is joined.
#ifndef TPP_KERNELS_GPU_TIMED_BATCH_H
#define TPP_KERNELS_GPU_TIMED_BATCH_H

#include <cstdint>

#include "kernels/cpp_workload.h"
#include "kernels/gpu/driver.h"
#include "kernels/gpu/host_clock.h"

namespace tpp::gpu {

// Calls `queue` that many times and waits until the device has done it all. What was done is left
// to the caller to fill in.
template <class Queue>
boundary::Batch timed_batch(Driver& driver, uint64_t times, Queue queue) {
  boundary::Batch batch;
  batch.begin_ns = monotonic_ns();
  driver.begin_timing();
  for (uint64_t i = 0; i < times; ++i) queue();
  batch.elapsed_ns = driver.end_timing_ns();
  batch.end_ns = monotonic_ns();
  return batch;
}

}  // namespace tpp::gpu

#endif
