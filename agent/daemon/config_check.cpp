#include "agent/daemon/config_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/daemon/daemon_config.h"
#include "agent/daemon/pass_runner.h"
#include "agent/exit_code.h"
#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// Reading catalogues and rules takes well under a second; file systems may be slow.
constexpr double kDeadline_s = 60;
constexpr std::string_view kSpeaker = "tpp-agent: ";

struct PlacedWord {
  std::string word;
  std::string place;
};

// What a pass says that is given these words; nullopt if it takes them.
std::optional<std::string> refusal(const DaemonSettings& settings,
                                   const std::vector<PlacedWord>& words) {
  ChildCommand command{.arguments = {settings.agent.string(), "pass", "--check"},
                       .environment = environment_of_pass(),
                       .deadline_s = kDeadline_s,
                       .silence_s = kDeadline_s};
  for (const std::string& word : settings.source) command.arguments.push_back(word);
  for (const PlacedWord& one : words) command.arguments.push_back(one.word);
  const ChildResult result = run_child(command, [](std::string_view) { return true; });
  if (result.end == ChildEnd::exited && result.code == kAssessed) return std::nullopt;
  std::string_view said = trim(result.error_tail);
  if (said.starts_with(kSpeaker)) said.remove_prefix(kSpeaker.size());
  return said.empty() ? "the check " + describe(result) : std::string(said);
}

// What others rest on before these: the site's folder before all, rules before how they are read.
std::vector<PlacedWord> in_order(const DaemonConfig& config) {
  constexpr std::array<std::string_view, 3> kFirst = {
      "--site-directory=", "--catalog=", "--rules="};
  std::vector<PlacedWord> words;
  for (std::size_t i = 0; i < config.measure.size(); ++i) {
    words.push_back({config.measure[i], config.measure_places[i]});
  }
  const auto rank = [&](const PlacedWord& one) {
    return std::ranges::find_if(kFirst,
                                [&](std::string_view name) { return one.word.starts_with(name); });
  };
  std::ranges::stable_sort(words, {}, rank);
  return words;
}

}  // namespace

void check_config(const DaemonSettings& settings) {
  const std::vector<PlacedWord> words = in_order(load_daemon_config(settings.config_file));
  const auto refused = refusal(settings, words);
  if (!refused) return;
  // Which of them it is: the first without which it is taken.
  std::vector<PlacedWord> some;
  if (words.empty() || !words.front().word.starts_with("--site-directory=")) {
    if (const auto without = refusal(settings, some)) throw Error(*without);
  }
  for (const PlacedWord& one : words) {
    some.push_back(one);
    if (const auto with = refusal(settings, some)) {
      throw Error(fmt::format("{}: {}", one.place, *with));
    }
  }
  throw Error(*refused);
}

}  // namespace tpp
