// Blackwell's matrix instructions in tensor memory: the rows of tcgen05.inc.
#include "kernels/cuda/device/tensor_memory_loop.cuh"

#include "kernels/cuda/device/tcgen05.inc"
