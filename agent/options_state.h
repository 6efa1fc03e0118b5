// The words that name a state directory, and a pass in its history. Inside options only.
#ifndef TPP_AGENT_OPTIONS_STATE_H
#define TPP_AGENT_OPTIONS_STATE_H

#include <cstdint>
#include <optional>
#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace tpp {

// `word` outlives `command`; `what` says what it is used for.
void add_state_option(CLI::App& command, std::string& word, const char* what);

// Whether it came from the environment, so that words of the command line may go before it.
bool is_from_environment(const std::string& state_directory);

// nullopt for "". Throws UsageError unless it is the number of a pass.
std::optional<std::int64_t> pass_of(const char* option, const std::string& word);

}  // namespace tpp

#endif
