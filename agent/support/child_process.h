// A short-lived child of one of our own programs, with a deadline. Whatever can hang or crash runs
// in one. The child writes lines to descriptor 3; standard output goes nowhere, standard error is
// kept.
//
// The child is the head of its own process group and dies with the thread that runs it. Where
// memory runs out the kernel ends it, and what it starts, before anything else. Each thread may run
// one.
#ifndef TPP_AGENT_SUPPORT_CHILD_PROCESS_H
#define TPP_AGENT_SUPPORT_CHILD_PROCESS_H

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tpp {

inline constexpr int kRecordDescriptor = 3;

struct ChildCommand {
  std::vector<std::string> arguments;    // [0] is the path of the program
  std::vector<std::string> environment;  // "NAME=value", the whole of it
  double deadline_s = 60;                // for its whole life
  double silence_s = 60;                 // longest time without a line
  std::function<bool()> stop = nullptr;  // looked at about every 50 ms; true ends the child
  // ... with SIGKILL so long after SIGTERM; what it says until then is read as before.
  double stop_grace_s = 0.5;
  // What it finds on standard input; it is copied to a file before the child begins.
  std::shared_ptr<const std::string> input = nullptr;
  // "cgroup.procs" of the cgroup that it is put into before its program begins; where that cannot
  // be done it is not run, and its words say why. "": it stays where this process is.
  std::string cgroup = {};
};

enum class ChildEnd {
  exited,     // code is the exit status
  signalled,  // code is the signal
  deadline,   // outlived deadline_s; was killed
  silent,     // sent nothing for silence_s; was killed
  refused,    // the reader refused a line, or a line was longer than a line may be; was killed
  stopped,    // was no longer wanted
  stuck,      // did not go away after SIGKILL (uninterruptible in the kernel); was abandoned
};

struct ChildResult {
  ChildEnd end = ChildEnd::exited;
  int code = 0;
  std::string error_tail;  // last of what it wrote to standard error
  double cpu_s = 0;
  double max_resident_mb = 0;
};

// Takes one line without its end; returns false to have the child killed.
using LineReader = std::function<bool(std::string_view)>;

// Runs the child to its end. Throws Error if it cannot be started.
ChildResult run_child(const ChildCommand& command, const LineReader& reader);

// One clause for a reader: "was killed by SIGILL (illegal instruction)".
std::string describe(const ChildResult& result);

// The environment that every child gets: an allow-list of the caller's variables.
std::vector<std::string> allowed_environment();

// Variables set in the caller's environment that could talk a measurement down. They are not passed
// on.
std::vector<std::string> distrusted_variables();

}  // namespace tpp

#endif
