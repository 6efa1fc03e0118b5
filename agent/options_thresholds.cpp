#include "agent/options_thresholds.h"

#include <CLI/CLI.hpp>

namespace tpp {

void add_threshold_option(CLI::App& command, std::vector<std::string>& words) {
  command
      .add_option("--threshold", words,
                  "A number that triggers findings (docs/findings.md), such as clock_share=0.9; "
                  "what verdicts rest on can be made stricter only")
      ->type_name("NAME=VALUE,...")
      ->delimiter(',')
      ->allow_extra_args(false)  // words behind it may be reports
      ->envname("TPP_AGENT_THRESHOLD");
}

}  // namespace tpp
