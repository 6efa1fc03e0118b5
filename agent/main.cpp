#include <csignal>
#include <exception>
#include <iostream>

#include "agent/command/command.h"
#include "agent/exit_code.h"
#include "agent/options.h"
#include "agent/support/error.h"

namespace {

int dispatch(const tpp::Options& options) {
  switch (options.command) {
    case tpp::Command::measure:
      return tpp::measure_command(options);
    case tpp::Command::devices:
      return tpp::devices_command(options);
    case tpp::Command::classify:
      return tpp::classify_command(options);
    case tpp::Command::shipment:
      return tpp::shipment_command(options);
    case tpp::Command::history:
      return tpp::history_command(options);
    case tpp::Command::selftest:
      return tpp::selftest_command(options);
    case tpp::Command::catalog:
      return tpp::catalog_command(options);
    case tpp::Command::pass:
      return tpp::pass_command(options);
    case tpp::Command::run:
      return tpp::run_command(options);
    case tpp::Command::probe:
      return tpp::probe_command(options);
  }
  return tpp::kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  // Whoever started this may have left it ignored; then no child's end could be read.
  std::signal(SIGCHLD, SIG_DFL);
  try {
    const auto options = tpp::parse_options(argc, argv);
    return options ? dispatch(*options) : static_cast<int>(tpp::kAssessed);
  } catch (const tpp::UsageError& error) {
    std::cerr << "tpp-agent: " << error.what() << '\n';
    return tpp::kUsage;
  } catch (const std::exception& error) {
    std::cerr << "tpp-agent: " << error.what() << '\n';
    return tpp::kNotAssessed;
  }
}
