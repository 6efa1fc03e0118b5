// A recorded node in place of this one: files are read by our probes again, in children as ever;
// what a library or a module answered is said once more. A recording is somebody else's: all of it
// is held against what it may be.
#ifndef TPP_AGENT_PASS_RECORDED_NODE_H
#define TPP_AGENT_PASS_RECORDED_NODE_H

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pass/node_question.h"
#include "agent/pass/node_recording.h"

namespace tpp {

// recording.json
struct RecordingManifest {
  struct Answer {
    NodeQuestion question;
    std::string file;  // within answers/
  };
  std::string agent_version;
  std::string recorded_at;
  bool masked = false;
  std::string note;  // of whoever keeps it: "constructed: ..."
  std::vector<Answer> answers;
};

// Throws Error, which `origin` begins: no JSON, another form, a member missing or of another type.
RecordingManifest parse_recording_manifest(std::string_view text, const std::string& origin);
std::string render_recording_manifest(const RecordingManifest& manifest);

// An answer as it stands in its file: what the child wrote, and how it ended. Throws Error.
RecordedAnswer parse_recorded_answer(std::string_view text, const std::string& origin);
std::string render_recorded_answer(const RecordedAnswer& answer);

class RecordedNode {
 public:
  // Throws Error if there is no recording, or one that cannot be read.
  explicit RecordedNode(std::filesystem::path folder);

  // For the first line of every output.
  std::string banner() const;
  // Modules that were asked, by name.
  std::vector<std::string> modules() const;

  // An Answerer. A probe that answered nothing at the time is run over the files: the command is
  // told which. Throws Error if the answer cannot be read.
  ChildResult answer(const NodeQuestion& question, const ChildCommand& command,
                     const LineReader& reader) const;

 private:
  const std::filesystem::path folder_;
  const RecordingManifest manifest_;
};

}  // namespace tpp

#endif
