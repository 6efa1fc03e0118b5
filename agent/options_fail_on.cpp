#include "agent/options_fail_on.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "agent/model/names.h"
#include "agent/options_catalog.h"

namespace tpp {

void add_fail_on_option(CLI::App& command, std::vector<std::string>& words) {
  command
      .add_option(
          "--fail-on", words,
          "Classes of findings that make the exit code 1 (default contradiction,health; none)")
      ->type_name("CLASS,...")
      ->delimiter(',')
      ->allow_extra_args(false)  // words behind it may be reports
      ->envname("TPP_AGENT_FAIL_ON");
}

std::set<FindingClass> classes_of(const std::vector<std::string>& words) {
  std::set<FindingClass> result;
  std::vector<std::string> known = {"none"};
  for (const auto& row : EnumNames<FindingClass>::rows) known.emplace_back(row.name);
  for (const std::string& word : words) {
    if (const auto finding_class = parse_enum<FindingClass>(word)) {
      result.insert(*finding_class);
    } else if (word != "none") {
      fail_unknown_word("--fail-on", word, known);
    }
  }
  return result;
}

}  // namespace tpp
