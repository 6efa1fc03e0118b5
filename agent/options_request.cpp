#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/options.h"
#include "agent/options_boards.h"
#include "agent/options_recording.h"
#include "agent/support/program_tree.h"
#include "agent/threshold_settings.h"

namespace tpp {
namespace {

// "file:PATH" or "synthetic:WORDS", as the user gave it.
std::string entered_words(std::string_view entered) {
  return std::string(entered.substr(entered.find(':') + 1));
}

// What of the options every output says in its first line.
void add_banners(const Options& options, std::vector<std::string>& banners) {
  if (!options.entered_topology.empty()) {
    banners.push_back(fmt::format("ENTERED: not this node's topology, but that of {}",
                                  entered_words(options.entered_topology)));
  }
  for (std::string& banner : board_banners(options)) banners.push_back(std::move(banner));
  for (const auto& [name, value] : options.backend_options) {
    banners.push_back(fmt::format("FORCED: {}={}", name, value));
  }
  if (options.backend_directory) {
    banners.push_back(
        fmt::format("OVERRIDDEN: modules from {}", options.backend_directory->string()));
  }
  for (const auto& [name, option] : options.readings) {
    banners.push_back(fmt::format("READING: {}={}", name, option));
  }
  if (auto banner = threshold_banner(options.thresholds)) {
    banners.push_back(std::move(*banner));
  }
}

}  // namespace

CatalogPaths catalog_paths(const Options& options) {
  const ProgramTree tree = program_tree();
  return {.shipped = tree.catalog, .given = options.catalog, .local = options.site / "catalog.d"};
}

PassRequest pass_request(const Options& options) {
  const ProgramTree tree = program_tree();
  PassRequest request;
  request.survey.agent = tree.executable;
  request.survey.bench = tree.bench;
  request.survey.backend_directory = options.backend_directory.value_or(tree.backends);
  request.survey.backend_options = options.backend_options;
  request.survey.topology = options.topology;
  request.survey.mode = options.command == Command::devices ? PassMode::inventory : options.mode;
  if (options.scenario) {
    // Said whether or not the scenario has a device to show.
    request.banners.emplace_back(kSimulatedBanner);
    request.survey.only_backend = "sim";
    request.survey.backend_options.emplace_back("sim.scenario", options.scenario->string());
  }
  if (options.node) put_recorded_node(*options.node, request);
  request.rules = {tree.rules, options.rules, options.site / "rules.d"};
  request.catalog = catalog_paths(options);
  request.board_map = options.board_map;
  request.survey.boards.level = options.board_level;
  add_banners(options, request.banners);
  request.thresholds = request.survey.thresholds = options.thresholds;
  request.selection = options.selection;
  request.deadline_s = options.deadline_s;
  request.silence_s = options.silence_s;
  request.classify_cpu = options.classify_cpu;
  request.together = options.together;
  request.gate = options.served.gate;
  request.gate.force = options.force;
  request.readings = options.readings;
  return request;
}

}  // namespace tpp
