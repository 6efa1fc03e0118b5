// How the help of a command is set: descriptions are broken where a terminal of 120 columns ends.
#ifndef TPP_AGENT_OPTIONS_HELP_H
#define TPP_AGENT_OPTIONS_HELP_H

#include <CLI/CLI.hpp>
#include <memory>

namespace tpp {

// For the command line as a whole, before its subcommands are added: they take it over.
std::shared_ptr<CLI::FormatterBase> help_formatter();

}  // namespace tpp

#endif
