// What the idle gate decided, as findings, banner and result of a pass.
#ifndef TPP_AGENT_PASS_GATE_FINDINGS_H
#define TPP_AGENT_PASS_GATE_FINDINGS_H

#include "agent/pass/device_gate.h"
#include "agent/pass/pass.h"
#include "agent/pass/worker.h"

namespace tpp {

// Before load is put on `device`.
void note_answer(const Device& device, const GateAnswer& answer, PassResult& result);

// After its worker has ended: that it was given up, or that it was measured beside others.
void note_end(const Device& device, const DeviceGate& gate, const WorkerResult& worked,
              PassResult& result);

}  // namespace tpp

#endif
