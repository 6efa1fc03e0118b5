// The words of `tpp-agent devices --topology`: which node's tree is drawn. Inside options only.
#ifndef TPP_AGENT_OPTIONS_TOPOLOGY_H
#define TPP_AGENT_OPTIONS_TOPOLOGY_H

#include <string>

#include "agent/options.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace tpp {

// Words before they are understood.
struct TopologyWords {
  std::string file, synthetic;
};

// Both outlive `devices`.
void add_topology_options(CLI::App& devices, Options& options, TopologyWords& words);
void understand_topology(const TopologyWords& words, Options& options);

}  // namespace tpp

#endif
