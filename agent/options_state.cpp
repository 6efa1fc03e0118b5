#include "agent/options_state.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

constexpr const char* kVariable = "TPP_AGENT_STATE_DIRECTORY";

}  // namespace

void add_state_option(CLI::App& command, std::string& word, const char* what) {
  command.add_option("--state-directory", word, what)->type_name("DIR")->envname(kVariable);
}

bool is_from_environment(const std::string& state_directory) {
  const char* variable = std::getenv(kVariable);
  return variable != nullptr && state_directory == variable;
}

std::optional<std::int64_t> pass_of(const char* option, const std::string& word) {
  if (word.empty()) return std::nullopt;
  const auto number = parse_int(word);
  if (number && *number > 0) return number;
  throw UsageError(fmt::format(
      "{}: '{}' is no pass; expected its number, as `tpp-agent history` prints it", option, word));
}

}  // namespace tpp
