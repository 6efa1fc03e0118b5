/* A module that will not work with this host and says no more. */
#include <stddef.h>

#include "kernels/tpp_backend.h"

const tpp_backend_api* tpp_backend_query(uint32_t host_abi_major, uint32_t host_abi_minor) {
  (void)host_abi_major;
  (void)host_abi_minor;
  return NULL;
}
