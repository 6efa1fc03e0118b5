// The devices of a board at once, after each was measured by itself: the same benchmark in a worker
// each, which begin to count at one time. Information beside the sum of one by one, and part of no
// other figure.
#ifndef TPP_AGENT_PASS_TOGETHER_H
#define TPP_AGENT_PASS_TOGETHER_H

#include <optional>
#include <vector>

#include "agent/pass/device_gate.h"
#include "agent/pass/pass.h"
#include "agent/pass/worker.h"

namespace tpp {

// How one device was measured by itself.
struct DeviceWork {
  WorkerRequest request;
  double startup_s = 0;  // of its worker
};

// Pure. Share of the longest of `times` in which all of them were running, 0 to 1; nullopt where
// there is none, or one has no length.
std::optional<double> overlap_of(const std::vector<record::CountedTime>& times);

// The boards of which several devices, all whole, were measured, with their devices.
std::vector<std::vector<DeviceId>> boards_together(const Inventory& inventory);

// Whether several devices of a board are given the same one at once: not `link`, which loads the
// others of its device by itself.
bool runs_together(const BenchmarkId& benchmark);

struct TogetherInputs {
  const GateInputs& gate;
  double left_s = 0;  // of the pass
  const PassObserver& observer;
};

// Sets Report::together of `result`, and adds findings of workers that died and of devices that are
// not idle any more. `done` is what was measured.
void measure_together(const std::vector<DeviceWork>& done, const TogetherInputs& inputs,
                      PassResult& result);

}  // namespace tpp

#endif
