// B300's matrix instructions of 96 elements of 4 bits along k: the rows of tcgen05_fp4_k96.inc.
#define TPP_CLUSTER __cluster_dims__(2, 1, 1)
#include "kernels/cuda/device/tensor_memory_loop.cuh"

#include "kernels/cuda/device/tcgen05_fp4_k96.inc"
