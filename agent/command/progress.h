// One live line on standard error while a pass runs, where that is a terminal; nothing otherwise.
#ifndef TPP_AGENT_COMMAND_PROGRESS_H
#define TPP_AGENT_COMMAND_PROGRESS_H

#include <chrono>
#include <string>

#include "agent/pass/pass.h"

namespace tpp {

class ProgressLine {
 public:
  ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();  // wipes the line

  void show(const PassProgress& progress);

 private:
  const bool terminal_;
  bool shown_ = false;
  const std::chrono::steady_clock::time_point started_;
};

// The line itself, without control characters.
std::string progress_text(const PassProgress& progress, double elapsed_s);

}  // namespace tpp

#endif
