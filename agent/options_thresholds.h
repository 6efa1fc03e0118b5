// The option of the numbers that trigger findings, which several commands take. Its words are read
// by thresholds_of.
#ifndef TPP_AGENT_OPTIONS_THRESHOLDS_H
#define TPP_AGENT_OPTIONS_THRESHOLDS_H

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace tpp {

void add_threshold_option(CLI::App& command, std::vector<std::string>& words);

}  // namespace tpp

#endif
