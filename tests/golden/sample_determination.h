// A determination and a table of licences with every member set, made by hand: what the exporters
// do with each shows in the golden files.
#ifndef TPP_TESTS_GOLDEN_SAMPLE_DETERMINATION_H
#define TPP_TESTS_GOLDEN_SAMPLE_DETERMINATION_H

#include "agent/model/determination.h"

namespace tpp::samples {

Determination determination();
LicenceMatrix matrix();

}  // namespace tpp::samples

#endif
