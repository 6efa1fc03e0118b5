/* The smallest honest backend: one device, one benchmark, multiply-adds one after the other in
 * plain C. Shows what a module must do; its rate says nothing of the machine, so it calls itself
 * generic. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tpp/tpp_backend.h>

enum { VALUES = 1024 }; /* of each operand vector */

struct tpp_session {
  double a[VALUES];
  double b[VALUES];
  double sum; /* product of the last batch */
};

/* The other side may be of an older or a newer minor version, whose structs are shorter or longer:
 * each says its size in its first member, and nothing is read or written beyond it. */
static size_t common_size(const void* other_side, size_t ours) {
  uint32_t theirs;
  memcpy(&theirs, other_side, sizeof theirs);
  return theirs < ours ? theirs : ours;
}

/* A request: what the caller's struct does not have stays 0. */
static void take(void* request, const void* in, size_t size) {
  memset(request, 0, size);
  memcpy(request, in, common_size(in, size));
}

/* An answer, but for its struct_size, which is the caller's. */
static void give(void* out, const void* answer, size_t size) {
  const size_t length = common_size(out, size);
  if (length > sizeof(uint32_t)) {
    memcpy((char*)out + sizeof(uint32_t), (const char*)answer + sizeof(uint32_t),
           length - sizeof(uint32_t));
  }
}

static tpp_status fail(tpp_error* error, tpp_status status, const char* message) {
  const size_t text = offsetof(tpp_error, message);
  if (error != NULL && common_size(error, sizeof *error) > text) {
    snprintf(error->message, common_size(error, sizeof *error) - text, "scalar: %s", message);
  }
  return status;
}

static tpp_status scalar_open(const tpp_open_options* in, tpp_error* error) {
  tpp_open_options options;
  memset(&options, 0, sizeof options);
  if (in != NULL) {
    take(&options, in, sizeof options);
  }
  if (options.option_count > 0) {
    char message[256];
    snprintf(message, sizeof message, "there are no options; remove %.100s",
             options.option_names[0]);
    return fail(error, TPP_INVALID, message);
  }
  return TPP_OK;
}

static void scalar_close(void) {}

static uint32_t scalar_device_count(void) { return 1; }

static tpp_status scalar_device_info(uint32_t device, tpp_device_info* out, tpp_error* error) {
  if (device != 0) {
    return fail(error, TPP_INVALID, "there is only device 0");
  }
  const tpp_device_info info = {
      .flags = TPP_DEVICE_SLICE | TPP_DEVICE_TIMER_IS_HOST,
      .id = "scalar:0",
      .name = "one thread of plain C",
      .kind = "cpu",
      .unit_kind = "core",
      .slice_reason = "one thread only",
      .units = 1,
  };
  give(out, &info, sizeof info);
  return TPP_OK;
}

static uint32_t scalar_benchmark_count(uint32_t device) { return device == 0 ? 1 : 0; }

static tpp_status scalar_benchmark_info(uint32_t device, uint32_t benchmark,
                                        tpp_benchmark_info* out, tpp_error* error) {
  if (device != 0 || benchmark != 0) {
    return fail(error, TPP_INVALID, "there is only benchmark 0 of device 0");
  }
  const tpp_benchmark_info info = {
      .flags = TPP_BENCHMARK_GENERIC,
      .kernel = "fma",
      .subject = "fp64",
      .status = TPP_OK,
      .variants = 1,
  };
  give(out, &info, sizeof info);
  return TPP_OK;
}

static tpp_status scalar_prepare(const tpp_prepare_request* in, tpp_session** out,
                                 tpp_error* error) {
  tpp_prepare_request request;
  take(&request, in, sizeof request);
  if (request.device != 0 || request.benchmark != 0 || request.variant != 0) {
    return fail(error, TPP_INVALID, "there is only variant 0 of benchmark 0 of device 0");
  }
  tpp_session* session = calloc(1, sizeof *session);
  if (session == NULL) {
    return fail(error, TPP_OUT_OF_MEMORY, "no memory for two vectors of 1024 values");
  }
  srand((unsigned)request.seed);
  for (int i = 0; i < VALUES; ++i) {
    session->a[i] = request.fill == TPP_FILL_ZEROS ? 0.0 : rand() / (double)RAND_MAX - 0.5;
    session->b[i] = request.fill == TPP_FILL_ZEROS ? 0.0 : rand() / (double)RAND_MAX - 0.5;
  }
  *out = session;
  return TPP_OK;
}

static tpp_status scalar_session_info(tpp_session* session, tpp_session_info* out,
                                      tpp_error* error) {
  (void)session;
  (void)error;
  const tpp_session_info info = {
      .units = 1,
      .path = "plain C, one dependent chain",
      .operations_per_repeat = 2.0 * VALUES,
      .working_set_bytes = 2 * VALUES * sizeof(double),
  };
  give(out, &info, sizeof info);
  return TPP_OK;
}

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static tpp_status scalar_run_batch(tpp_session* session, uint64_t repeats, tpp_batch_result* out,
                                   tpp_error* error) {
  (void)error;
  const uint64_t begin = now_ns();
  for (uint64_t repeat = 0; repeat < repeats; ++repeat) {
    /* volatile: every repeat is really done. */
    volatile double sum = 0;
    for (int i = 0; i < VALUES; ++i) {
      sum = sum + session->a[i] * session->b[i];
    }
    session->sum = sum;
  }
  const uint64_t end = now_ns();
  const tpp_batch_result result = {
      .begin_ns = begin,
      .end_ns = end,
      .elapsed_ns = (double)(end - begin),
      .operations = 2.0 * VALUES * (double)repeats,
  };
  give(out, &result, sizeof result);
  return TPP_OK;
}

static tpp_status scalar_verify(tpp_session* session, const tpp_verify_request* in,
                                tpp_verify_result* out, tpp_error* error) {
  (void)error;
  tpp_verify_request request;
  take(&request, in, sizeof request);
  long double reference = 0;
  long double magnitude = 0;
  for (int i = 0; i < VALUES; ++i) {
    const long double product = (long double)session->a[i] * session->b[i];
    reference += product;
    magnitude += fabsl(product);
  }
  const double damage = (request.flags & TPP_VERIFY_CORRUPT) != 0 ? 1.0 : 0.0;
  const long double difference = fabsl(session->sum + damage - reference);
  const tpp_verify_result result = {
      .values = 1,
      .max_error = difference == 0 ? 0 : (double)(difference / magnitude),
      .error_bound = VALUES * 0x1p-53, /* one rounding a step */
  };
  give(out, &result, sizeof result);
  return TPP_OK;
}

static void scalar_release(tpp_session* session) { free(session); }

const tpp_backend_api* tpp_backend_query(uint32_t host_abi_major, uint32_t host_abi_minor) {
  static const tpp_backend_api api = {
      .struct_size = sizeof api,
      .abi_major = TPP_BACKEND_ABI_MAJOR,
      .abi_minor = TPP_BACKEND_ABI_MINOR,
      .name = "scalar",
      .version = "1",
      .open = scalar_open,
      .close = scalar_close,
      .device_count = scalar_device_count,
      .device_info = scalar_device_info,
      .benchmark_count = scalar_benchmark_count,
      .benchmark_info = scalar_benchmark_info,
      .prepare = scalar_prepare,
      .session_info = scalar_session_info,
      .run_batch = scalar_run_batch,
      .verify = scalar_verify,
      .release = scalar_release,
  };
  (void)host_abi_major;
  (void)host_abi_minor;
  return &api;
}
