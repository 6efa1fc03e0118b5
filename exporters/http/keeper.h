// A thread that keeps house while there are connections: hangs up what is overdue, and looks
// whether the web configuration has changed. A request that comes when what is known is too old
// waits for that look; everyone else goes on meanwhile, and so do all if the look takes long, as on
// a file system that hangs.
#ifndef TPP_EXPORTERS_HTTP_KEEPER_H
#define TPP_EXPORTERS_HTTP_KEEPER_H

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "exporters/http/connection_table.h"

namespace tpp {

class Keeper {
 public:
  using Clock = ConnectionTable::Clock;
  struct Work {
    std::function<void()> look;  // at the configuration; on the keeper's thread; shall not throw
    bool has_configuration = false;
  };

  Keeper(ConnectionTable& table, const WebLimits& limits, Work work);
  ~Keeper() { stop(); }
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // There is a connection now.
  void wake();
  // Asks for a look if what is known is too old. True if one has to be waited for: then `suspend`
  // has been called, and `resume` is when it is over. Both shall not wait.
  bool wait_for_look(Clock::time_point now, const std::function<void()>& suspend,
                     std::function<void()> resume);
  // The same for one who does not wait.
  void ask_for_look(Clock::time_point now);
  // Resumes who waits, and lets nobody wait any more. Any number of times.
  void stop();

 private:
  bool begin_look(Clock::time_point now);
  void run();

  ConnectionTable& table_;
  const WebLimits limits_;
  const Work work_;
  const std::chrono::milliseconds round_;  // how often it looks for what is overdue
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // all below: under the mutex
  bool awake_ = false;
  bool looking_ = false;
  Clock::time_point last_look_;
  std::vector<std::function<void()>> waiting_;
  std::thread thread_;
};

}  // namespace tpp

#endif
