#include <csignal>
#include <exception>
#include <iostream>

#include "agent/daemon/config_check.h"
#include "agent/daemon/daemon.h"
#include "agent/daemon/daemon_options.h"
#include "agent/exit_code.h"
#include "agent/support/error.h"

namespace {

int run(const tpp::DaemonOptions& options) {
  if (options.only_check) {
    tpp::check_config(options.settings);
    std::cout << options.settings.config_file.string() << ": right\n";
    return tpp::kAssessed;
  }
  tpp::run_daemon(options.settings, tpp::Log(options.log_format, options.log_level));
  return tpp::kAssessed;
}

}  // namespace

// What `tpp-agent run` becomes: a program of its own, so that no other command and no child loads
// what serves pages.
int main(int argc, char** argv) {
  std::signal(SIGCHLD, SIG_DFL);
  try {
    const auto options = tpp::parse_daemon_options(argc, argv);
    return options ? run(*options) : static_cast<int>(tpp::kAssessed);
  } catch (const tpp::UsageError& error) {
    std::cerr << "tpp-agent run: " << error.what() << '\n';
    return tpp::kUsage;
  } catch (const std::exception& error) {
    std::cerr << "tpp-agent run: " << error.what() << '\n';
    return tpp::kNotAssessed;
  }
}
