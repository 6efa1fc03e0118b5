// The part of a pass that puts load on devices: one after another, since devices of a node share
// power and memory. Where it is asked for, those of one board at once afterwards (together.h).
#ifndef TPP_AGENT_PASS_MEASURING_H
#define TPP_AGENT_PASS_MEASURING_H

#include "agent/pass/pass.h"

namespace tpp {

// Adds measurements and findings to the report of `result` and to its code in use, and says whether
// the deadline passed.
void measure_devices(const PassRequest& request, const Survey& survey, const PassObserver& observer,
                     PassResult& result);

}  // namespace tpp

#endif
