// A node as its probes and modules saw it, to be looked at again elsewhere: the files that probes
// read, and what their libraries and the modules answered. On the disk a folder:
//
//   recording.json     form, agent, day, what is masked, who answered what; written last
//   proc/ sys/         files, folders and symbolic links, as they were read
//   topology.xml       hwloc's
//   answers/*.ndjson   what children wrote, a line a record; last how they ended
//
// Folders in which nothing was read are empty: no probe tells them from such as are not there.
#ifndef TPP_AGENT_PASS_NODE_RECORDING_H
#define TPP_AGENT_PASS_NODE_RECORDING_H

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/pass/node_question.h"

namespace tpp {

inline constexpr int kRecordingForm = 1;
inline constexpr std::size_t kLargestRecording = 64u << 20;  // of all its files
inline constexpr std::size_t kMostRecordedFiles = 20'000;
inline constexpr std::size_t kMostRecordedAnswers = 1024;

struct RecordedAnswer {
  NodeQuestion question;
  std::vector<std::string> lines;  // JSON, as the child wrote them
  ChildResult end;
};

// Paths are relative, as the probes gave them.
struct NodeRecording {
  std::map<std::string, std::string> texts;
  std::map<std::string, std::string> links;
  std::set<std::string> folders;  // and whatever else was listed in one
  std::vector<RecordedAnswer> answers;
  bool masked = false;
};

// Throws Error, and changes nothing, where a recording could not be put: `folder` is to be new, or
// empty.
void check_recordable(const std::filesystem::path& folder);

// Folders of mode 0700, files of 0600. Throws Error and leaves nothing behind if it cannot be
// written whole.
void write_recording(const NodeRecording& recording, const std::filesystem::path& folder);

// How many files it is, without its manifest.
std::size_t count_files(const NodeRecording& recording);

}  // namespace tpp

#endif
