// Runs one pass at a time in a child process, and hands over what came of it. The thread that runs
// it is the child's parent; all else is called from one other thread.
#ifndef TPP_AGENT_DAEMON_PASS_RUNNER_H
#define TPP_AGENT_DAEMON_PASS_RUNNER_H

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/pass/pass_messages.h"
#include "agent/support/child_process.h"

namespace tpp {

struct PassOrder {
  std::vector<std::string> arguments;  // of the child, [0] the path of the program
  double deadline_s = 3600;
  std::shared_ptr<const std::string> input = nullptr;  // on its standard input
  std::string cgroup = {};                             // as in ChildCommand
};

struct PassRun {
  std::optional<PassNews> news;  // none where the child failed
  std::map<std::string, std::string> documents;
  std::string failure;  // why there is no news: how the child ended, and its last words
  bool hung = false;    // it had to be killed at its deadline, or survived that
  double duration_s = 0;
};

// This process's own, but for what stands in for words of its command line. The pass tells of
// variables that could talk a measurement down, and hands none of them on.
std::vector<std::string> environment_of_pass();

class PassRunner {
 public:
  PassRunner();
  ~PassRunner();  // stops what runs
  PassRunner(const PassRunner&) = delete;
  PassRunner& operator=(const PassRunner&) = delete;

  // There must be none running. Throws Error if no thread can be had.
  void start(PassOrder order);
  bool running() const { return thread_.joinable(); }
  // Asks the running one to end; take_run() hands over what came of it.
  void stop() { stopped_ = true; }

  // Becomes readable when a pass has got a step further, or ended.
  int descriptor() const { return event_; }
  std::optional<PassStep> take_step();  // the newest
  // Once after each start, when it has ended; nullopt before.
  std::optional<PassRun> take_run();

 private:
  void run(const PassOrder& order);
  void tell() const;

  int event_ = -1;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;  // guards step_ and run_
  std::optional<PassStep> step_;
  std::optional<PassRun> run_;
  std::thread thread_;
};

}  // namespace tpp

#endif
