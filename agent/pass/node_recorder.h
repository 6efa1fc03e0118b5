// Asks as a survey does and keeps what was read and answered, for a recording. Each call by a
// thread of its own.
#ifndef TPP_AGENT_PASS_NODE_RECORDER_H
#define TPP_AGENT_PASS_NODE_RECORDER_H

#include <cstddef>
#include <mutex>
#include <vector>

#include "agent/pass/node_question.h"
#include "agent/pass/node_recording.h"
#include "probes/node_files.h"

namespace tpp {

class NodeRecorder {
 public:
  // `run_child` is replaced by tests.
  explicit NodeRecorder(ChildRunner run_child = tpp::run_child)
      : run_child_(std::move(run_child)) {}

  // An Answerer. A probe's child is told to say what it reads.
  ChildResult ask(const NodeQuestion& question, const ChildCommand& command,
                  const LineReader& reader);

  // All of it, unmasked. Throws Error if it is more than a recording may be.
  NodeRecording take();

 private:
  struct Kept {
    RecordedAnswer answer;
    std::vector<NodeRead> reads;
  };

  const ChildRunner run_child_;
  std::mutex mutex_;
  std::vector<Kept> kept_;
  std::size_t bytes_ = 0;
};

}  // namespace tpp

#endif
