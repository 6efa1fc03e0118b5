/* A module of the next ABI major. Only the head of its table may be read: what follows is no
 * function, and calling it ends the process. */
#include "kernels/tpp_backend.h"

const tpp_backend_api* tpp_backend_query(uint32_t host_abi_major, uint32_t host_abi_minor) {
  static struct {
    uint32_t struct_size, abi_major, abi_minor, reserved;
    const void* rest[4];
  } table = {sizeof(table), TPP_BACKEND_ABI_MAJOR + 1u, 3u, 0u, {(const void*)1}};
  (void)host_abi_major;
  (void)host_abi_minor;
  return (const tpp_backend_api*)(const void*)&table;
}
