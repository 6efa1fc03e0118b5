/* A module whose driver is not there: the quiet, stated outcome. Also what a module out of this
 * tree needs at least. */
#include <stdio.h>

#include "kernels/tpp_backend.h"

static tpp_status open_backend(const tpp_open_options* options, tpp_error* error) {
  (void)options;
  if (error) snprintf(error->message, sizeof error->message, "libexample.so is not installed");
  return TPP_UNAVAILABLE;
}
static void close_backend(void) {}
static uint32_t no_devices(void) { return 0; }
static uint32_t no_benchmarks(uint32_t device) {
  (void)device;
  return 0;
}

const tpp_backend_api* tpp_backend_query(uint32_t host_abi_major, uint32_t host_abi_minor) {
  static tpp_backend_api table;
  (void)host_abi_major;
  (void)host_abi_minor;
  table.struct_size = sizeof table;
  table.abi_major = TPP_BACKEND_ABI_MAJOR;
  table.abi_minor = TPP_BACKEND_ABI_MINOR;
  table.name = "unavailable";
  table.version = "1";
  table.open = open_backend;
  table.close = close_backend;
  table.device_count = no_devices;
  table.benchmark_count = no_benchmarks;
  return &table;
}
