// SIGTERM and SIGINT as a flag that is looked at between batches: the batch under way ends, its
// session is released and the process leaves without a further outcome. A module that does not come
// back within two seconds is left hanging: the process ends all the same.
#ifndef TPP_KERNELS_BENCH_STOP_SIGNAL_H
#define TPP_KERNELS_BENCH_STOP_SIGNAL_H

namespace tpp::bench {

// Once, at start. Also ignores SIGPIPE: a reader of records that went away is an error text.
void watch_stop_signals();

// 0, or the number of the signal that came.
int stop_signal();

}  // namespace tpp::bench

#endif
