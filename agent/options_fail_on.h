// The option `--fail-on` of every command that has findings. Inside options only.
#ifndef TPP_AGENT_OPTIONS_FAIL_ON_H
#define TPP_AGENT_OPTIONS_FAIL_ON_H

#include <set>
#include <string>
#include <vector>

#include "agent/model/finding.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace tpp {

// `words` outlives `command`.
void add_fail_on_option(CLI::App& command, std::vector<std::string>& words);

// Throws UsageError for a word that is no class; "none" is none of them.
std::set<FindingClass> classes_of(const std::vector<std::string>& words);

}  // namespace tpp

#endif
