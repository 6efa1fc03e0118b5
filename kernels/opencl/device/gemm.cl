// C = A x B, row-major, A of n x depth, B of depth x n, by tiles of TILE x TILE that 256 work-items
// share, 4 x 4 each, DEPTH steps at a time through local memory. With DOT an element is four
// integers of 8 bits along k (cl_khr_integer_dot_product).
#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
#ifdef cl_khr_fp16
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
#endif

#if defined(DOT)
#define MULTIPLY_ADD(a, b, c) ((c) + dot_4x8packed_ss_int(a, b))
#elif defined(FUSED)
#define MULTIPLY_ADD(a, b, c) fma(a, b, c)
#else
#define MULTIPLY_ADD(a, b, c) mad(a, b, c)
#endif

__kernel __attribute__((reqd_work_group_size(256, 1, 1))) void gemm_tiled(
    __global const ELEMENT* a, __global const ELEMENT* b, __global SUM* c, uint n, uint depth) {
  __local ELEMENT tile_a[DEPTH][TILE];
  __local ELEMENT tile_b[DEPTH][TILE];
  const uint item = (uint)get_local_id(0);
  const uint tiles = n / TILE;
  const uint block = (uint)get_group_id(0);
  const uint row = block / tiles * TILE;
  const uint column = block % tiles * TILE;
  const uint my_row = item / 16;
  const uint my_column = item % 16;
  SUM sum[4][4];
  for (uint i = 0; i < 4; ++i) {
    for (uint j = 0; j < 4; ++j) sum[i][j] = 0;
  }
  for (uint k = 0; k < depth; k += DEPTH) {
    for (uint i = item; i < DEPTH * TILE; i += 256) {
      tile_a[i % DEPTH][i / DEPTH] = a[(ulong)(row + i / DEPTH) * depth + k + i % DEPTH];
      tile_b[i / TILE][i % TILE] = b[(ulong)(k + i / TILE) * n + column + i % TILE];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint step = 0; step < DEPTH; ++step) {
      ELEMENT of_a[4], of_b[4];
      for (uint i = 0; i < 4; ++i) of_a[i] = tile_a[step][my_row + 16 * i];
      for (uint j = 0; j < 4; ++j) of_b[j] = tile_b[step][my_column + 16 * j];
      for (uint i = 0; i < 4; ++i) {
        for (uint j = 0; j < 4; ++j) sum[i][j] = MULTIPLY_ADD(of_a[i], of_b[j], sum[i][j]);
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  for (uint i = 0; i < 4; ++i) {
    for (uint j = 0; j < 4; ++j) {
      c[(ulong)(row + my_row + 16 * i) * n + column + my_column + 16 * j] = sum[i][j];
    }
  }
}
