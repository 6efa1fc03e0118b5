// Blackwell's matrix instructions in tensor memory: the rows of tcgen05_int8.inc.
#include "kernels/cuda/device/tensor_memory_loop.cuh"

#include "kernels/cuda/device/tcgen05_int8.inc"
