// A constructed history for the exporters' tests: one event of every kind. Nothing in it was
// measured.
#ifndef TPP_TESTS_GOLDEN_SAMPLE_HISTORY_H
#define TPP_TESTS_GOLDEN_SAMPLE_HISTORY_H

#include "agent/model/history.h"

namespace tpp::samples {

History history();

}  // namespace tpp::samples

#endif
