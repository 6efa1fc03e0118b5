// A constructed node with a bus, for the exporters' tests. No figure in it was measured on
// anything.
#ifndef TPP_TESTS_GOLDEN_SAMPLE_TOPOLOGY_H
#define TPP_TESTS_GOLDEN_SAMPLE_TOPOLOGY_H

#include "agent/model/inventory.h"

namespace tpp::samples {

// Two cards of one model behind one switch of the mainboard, a card of two dies, a partition, a
// socket, and a display controller that nobody lists.
Inventory switched_node();

}  // namespace tpp::samples

#endif
