// How a fact was learnt. Plain values.
#ifndef TPP_AGENT_MODEL_SOURCE_H
#define TPP_AGENT_MODEL_SOURCE_H

namespace tpp {

// `read` from hardware or kernel, `entered` by the operator or a scenario, `inferred` from other
// facts.
enum class Source { read, entered, inferred };

}  // namespace tpp

#endif
