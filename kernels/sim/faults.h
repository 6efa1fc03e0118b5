// Faults that act on the whole process, carried out for real: the host must survive them.
#ifndef TPP_KERNELS_SIM_FAULTS_H
#define TPP_KERNELS_SIM_FAULTS_H

#include "kernels/sim/scenario.h"

namespace tpp::sim {

// hang, crash, illegal, memory and garbage happen here; other kinds do nothing. Of the five only
// garbage returns. Throws std::bad_alloc for memory, where the process has a limit to it.
void strike(const Fault& fault);

}  // namespace tpp::sim

#endif
