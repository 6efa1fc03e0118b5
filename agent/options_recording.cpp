#include "agent/options_recording.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "agent/pass/recorded_node.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

// Another machine's inventory cannot be had with a part of this one's.
void refuse_beside(const char* option, const Options& options) {
  const char* beside = options.scenario                        ? "--simulate"
                       : !options.entered_topology.empty()     ? "--topology-file and -synthetic"
                       : options.backend_directory.has_value() ? "--backend-directory"
                       : !options.backend_options.empty()      ? "--backend-option"
                                                               : nullptr;
  if (beside == nullptr) return;
  throw UsageError(fmt::format("{} cannot be given with {}: give one", option, beside));
}

}  // namespace

void add_record_options(CLI::App& devices, Options& options, RecordingWords& words) {
  auto* record = devices
                     .add_option("--record", words.folder,
                                 "Write down what is read of this node, in a new folder, to be "
                                 "looked at elsewhere with --node; serial numbers and names masked")
                     ->type_name("DIR");
  devices
      .add_flag("--record-serials", options.record_serials,
                "Record serial numbers, UUIDs, addresses and the host's name as they are")
      ->needs(record);
}

void add_node_option(CLI::App& command, RecordingWords& words) {
  command
      .add_option("--node", words.node,
                  "A node that `devices --record` wrote down, in place of this one")
      ->type_name("DIR");
}

void put_recorded_node(const std::filesystem::path& folder, PassRequest& request) {
  const auto node = std::make_shared<const RecordedNode>(folder);
  request.banners.push_back(node->banner());
  request.survey.mode = PassMode::inventory;
  request.survey.modules = node->modules();
  request.survey.answerer = [node](const NodeQuestion& question, const ChildCommand& command,
                                   const LineReader& reader) {
    return node->answer(question, command, reader);
  };
}

void understand_recording(const RecordingWords& words, Options& options) {
  if (!words.node.empty()) {
    refuse_beside("--node", options);
    options.node = words.node;
  }
  if (words.folder.empty()) return;
  refuse_beside("--record", options);
  if (options.node) throw UsageError("--record cannot be given with --node: give one");
  options.record = words.folder;
  // "DIR/" is DIR.
  if (!options.record->has_filename()) options.record = options.record->parent_path();
}

}  // namespace tpp
