/* The whole module for 64-bit Arm through its C interface: opens, lists, and runs one batch of
 * every variant of every benchmark. Each product must be right, and the same product damaged must
 * not be. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/tpp_backend.h"

static const tpp_backend_api* api;
static tpp_error error = {sizeof error, ""};
static int batches, failures;

/* Memory streams ask for several times the cache of the machine below. Where that is more than
 * this, loops_test.cpp alone has checked them. */
static const uint64_t memory_limit_bytes = 64u << 20;

static int expect(int condition, const char* what, const char* path) {
  if (!condition) {
    ++failures;
    printf("FAILED: %s: %s (%s)\n", path, what, error.message);
  }
  return condition;
}

/* qemu before 8.2.3 computes this instruction wrongly: see loops_test.cpp, which checks it. */
static int is_emulators_fault(const char* path, const tpp_verify_result* result) {
  const int fault = strstr(path, "smopa") != NULL && result->max_error > 0;
  if (fault) printf("%s: wrong, as qemu before 8.2.3 is\n", path);
  return fault;
}

static void verify(tpp_session* session, const char* path) {
  tpp_verify_result result = {sizeof result, 0, 0, 0};
  tpp_verify_request request = {sizeof request, 0, 1};
  if (!expect(api->verify(session, &request, &result, &error) == TPP_OK, "verify", path)) return;
  if (!is_emulators_fault(path, &result)) {
    expect(result.values > 0 && result.max_error <= result.error_bound, "product is wrong", path);
  }
  request.flags = TPP_VERIFY_CORRUPT;
  if (!expect(api->verify(session, &request, &result, &error) == TPP_OK, "verify", path)) return;
  expect(!(result.max_error <= result.error_bound), "damage was not seen", path);
}

static void run_variant(uint32_t device, uint32_t benchmark, uint32_t variant,
                        int is_memory_stream) {
  tpp_prepare_request request = {sizeof request,  device, benchmark,         variant,
                                 TPP_FILL_NORMAL, 1,      memory_limit_bytes};
  tpp_session* session = NULL;
  const tpp_status status = api->prepare(&request, &session, &error);
  if (is_memory_stream && status == TPP_OUT_OF_MEMORY) {
    printf("  left out: %s\n", error.message);
    return;
  }
  if (!expect(status == TPP_OK, "prepare", "?")) return;
  tpp_session_info info = {0};
  info.struct_size = sizeof info;
  expect(api->session_info(session, &info, &error) == TPP_OK, "session_info", "?");
  tpp_batch_result batch = {0};
  batch.struct_size = sizeof batch;
  if (expect(api->run_batch(session, 1, &batch, &error) == TPP_OK, "run_batch", info.path)) {
    ++batches;
    expect(batch.elapsed_ns > 0, "took no time", info.path);
    expect(batch.operations + batch.bytes > 0, "did nothing", info.path);
    verify(session, info.path);
    const int scalable = strstr(info.path, "SVE") != NULL || strstr(info.path, "SME") != NULL;
    expect(!scalable || strstr(info.path, "-bit,") != NULL, "no vector length", info.path);
    printf("  %s\n", info.path);
  }
  api->release(session);
}

static void run_device(uint32_t device) {
  tpp_device_info info = {0};
  info.struct_size = sizeof info;
  if (!expect(api->device_info(device, &info, &error) == TPP_OK, "device_info", "?")) return;
  printf("%s: '%s' '%s' %s, %u %ss\n", info.id, info.vendor, info.name, info.architecture,
         (unsigned)info.units, info.unit_kind);
  for (uint32_t b = 0; b < api->benchmark_count(device); ++b) {
    tpp_benchmark_info benchmark = {0};
    benchmark.struct_size = sizeof benchmark;
    if (!expect(api->benchmark_info(device, b, &benchmark, &error) == TPP_OK, "benchmark_info",
                "?")) {
      continue;
    }
    printf("%s/%s/%s%s%s %s\n", info.id, benchmark.kernel, benchmark.subject,
           benchmark.accumulator[0] != '\0' ? "+" : "", benchmark.accumulator, benchmark.reason);
    if (benchmark.status != TPP_OK) {
      expect(benchmark.reason[0] != '\0', "unsupported without a reason", benchmark.subject);
      continue;
    }
    for (uint32_t v = 0; v < benchmark.variants; ++v) {
      run_variant(device, b, v, (benchmark.flags & TPP_BENCHMARK_BYTES) != 0);
    }
  }
}

int main(int argc, char** argv) {
  void* module = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) : NULL;
  if (module == NULL) {
    fprintf(stderr, "module_test: cannot load %s: %s\n", argc == 2 ? argv[1] : "(no module given)",
            argc == 2 ? dlerror() : "");
    return 1;
  }
  tpp_backend_query_function query;
  void* symbol = dlsym(module, "tpp_backend_query");
  memcpy(&query, &symbol, sizeof query); /* ISO C has no cast from object to function pointer */
  api = query(TPP_BACKEND_ABI_MAJOR, TPP_BACKEND_ABI_MINOR);
  if (!expect(api->open(NULL, &error) == TPP_OK, "open", argv[1])) return 1;
  for (uint32_t d = 0; d < api->device_count(); ++d) run_device(d);
  api->close();
  expect(batches > 0, "nothing ran", argv[1]);
  printf("%d batches, %d failures\n", batches, failures);
  return failures == 0 ? 0 : 1;
}
