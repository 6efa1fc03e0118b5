#include "kernels/bench/stop_signal.h"

#include <unistd.h>

#include <csignal>

namespace tpp::bench {
namespace {

constexpr unsigned kGrace_s = 2;

volatile std::sig_atomic_t received = 0;

extern "C" void tpp_bench_remember_signal(int number) {
  received = number;
  ::alarm(kGrace_s);
}

extern "C" void tpp_bench_give_up(int) { ::_exit(128 + received); }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  // The second one finds the default action.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void watch_stop_signals() {
  handle(SIGTERM, tpp_bench_remember_signal);
  handle(SIGINT, tpp_bench_remember_signal);
  handle(SIGALRM, tpp_bench_give_up);
  std::signal(SIGPIPE, SIG_IGN);
}

int stop_signal() { return received; }

}  // namespace tpp::bench
