#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "agent/command/command.h"
#include "agent/support/error.h"
#include "agent/support/program_tree.h"

namespace tpp {

int run_command(const Options& options) {
  const std::string daemon = program_tree().daemon.string();
  std::vector<std::string> words = {daemon};
  words.insert(words.end(), options.run_words.begin(), options.run_words.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(daemon.c_str(), arguments.data());
  throw Error(fmt::format("cannot start {}: {}", daemon, std::strerror(errno)));
}

}  // namespace tpp
