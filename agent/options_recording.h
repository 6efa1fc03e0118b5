// The words that record a node, and those that take a recorded one in place of this. Inside options
// only.
#ifndef TPP_AGENT_OPTIONS_RECORDING_H
#define TPP_AGENT_OPTIONS_RECORDING_H

#include <filesystem>
#include <string>

#include "agent/options.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace tpp {

// Words before they are understood.
struct RecordingWords {
  std::string folder, node;
};

// All outlive the command.
void add_record_options(CLI::App& devices, Options& options, RecordingWords& words);
void add_node_option(CLI::App& command, RecordingWords& words);

// In place of this node; nothing of it can be measured. Throws Error if it cannot be read.
void put_recorded_node(const std::filesystem::path& folder, PassRequest& request);

// Throws UsageError where words contradict each other; the other options are understood already.
void understand_recording(const RecordingWords& words, Options& options);

}  // namespace tpp

#endif
