// What is known for certain, as one of the three values that a comparison has. Pure.
#ifndef TPP_AGENT_MODEL_TRUTH_OF_H
#define TPP_AGENT_MODEL_TRUTH_OF_H

#include "agent/model/verdict.h"

namespace tpp {

constexpr Truth truth_of(bool holds) { return holds ? Truth::met : Truth::not_met; }

constexpr Truth opposite(Truth truth) {
  return truth == Truth::not_decided ? truth : truth_of(truth == Truth::not_met);
}

}  // namespace tpp

#endif
