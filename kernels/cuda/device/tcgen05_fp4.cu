// Blackwell's matrix instructions of 4 bits in tensor memory: the rows of tcgen05_fp4.inc.
#include "kernels/cuda/device/tensor_memory_loop.cuh"

#include "kernels/cuda/device/tcgen05_fp4.inc"
