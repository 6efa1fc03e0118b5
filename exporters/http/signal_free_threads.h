// While one lives, threads that are started take no signals: those are for the thread that waits
// for them. Of the thread that makes it.
#ifndef TPP_EXPORTERS_HTTP_SIGNAL_FREE_THREADS_H
#define TPP_EXPORTERS_HTTP_SIGNAL_FREE_THREADS_H

#include <csignal>

namespace tpp {

class SignalFreeThreads {
 public:
  SignalFreeThreads() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalFreeThreads() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalFreeThreads(const SignalFreeThreads&) = delete;
  SignalFreeThreads& operator=(const SignalFreeThreads&) = delete;

 private:
  sigset_t before_ = {};
};

}  // namespace tpp

#endif
