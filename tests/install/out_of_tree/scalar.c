/* The smallest honest backend: one device, one benchmark, multiply-adds one after the other in
 * plain C. Shows what a module must do; its rate says nothing of the machine, so it calls itself
 * generic. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <math.h>
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

static tpp_status fail(tpp_error* error, tpp_status status, const char* message) {
  if (error != NULL) {
    snprintf(error->message, sizeof error->message, "scalar: %s", message);
  }
  return status;
}

static tpp_status scalar_open(const tpp_open_options* options, tpp_error* error) {
  if (options != NULL && options->option_count > 0) {
    return fail(error, TPP_INVALID, "there are no options; remove what was given");
  }
  return TPP_OK;
}

static void scalar_close(void) {}

static uint32_t scalar_device_count(void) { return 1; }

static tpp_status scalar_device_info(uint32_t device, tpp_device_info* out, tpp_error* error) {
  if (device != 0) {
    return fail(error, TPP_INVALID, "there is only device 0");
  }
  out->flags = TPP_DEVICE_SLICE | TPP_DEVICE_TIMER_IS_HOST;
  snprintf(out->id, sizeof out->id, "scalar:0");
  snprintf(out->name, sizeof out->name, "one thread of plain C");
  snprintf(out->kind, sizeof out->kind, "cpu");
  snprintf(out->unit_kind, sizeof out->unit_kind, "core");
  snprintf(out->slice_reason, sizeof out->slice_reason, "one thread only");
  out->units = 1;
  return TPP_OK;
}

static uint32_t scalar_benchmark_count(uint32_t device) { return device == 0 ? 1 : 0; }

static tpp_status scalar_benchmark_info(uint32_t device, uint32_t benchmark,
                                        tpp_benchmark_info* out, tpp_error* error) {
  if (device != 0 || benchmark != 0) {
    return fail(error, TPP_INVALID, "there is only benchmark 0 of device 0");
  }
  out->flags = TPP_BENCHMARK_GENERIC;
  snprintf(out->kernel, sizeof out->kernel, "fma");
  snprintf(out->subject, sizeof out->subject, "fp64");
  out->status = TPP_OK;
  out->variants = 1;
  return TPP_OK;
}

static tpp_status scalar_prepare(const tpp_prepare_request* request, tpp_session** out,
                                 tpp_error* error) {
  tpp_session* session = calloc(1, sizeof *session);
  if (session == NULL) {
    return fail(error, TPP_OUT_OF_MEMORY, "no memory for two vectors of 1024 values");
  }
  srand((unsigned)request->seed);
  for (int i = 0; i < VALUES; ++i) {
    session->a[i] = request->fill == TPP_FILL_ZEROS ? 0.0 : rand() / (double)RAND_MAX - 0.5;
    session->b[i] = request->fill == TPP_FILL_ZEROS ? 0.0 : rand() / (double)RAND_MAX - 0.5;
  }
  *out = session;
  return TPP_OK;
}

static tpp_status scalar_session_info(tpp_session* session, tpp_session_info* out,
                                      tpp_error* error) {
  (void)session;
  (void)error;
  out->units = 1;
  snprintf(out->path, sizeof out->path, "plain C, one dependent chain");
  out->operations_per_repeat = 2.0 * VALUES;
  out->working_set_bytes = 2 * VALUES * sizeof(double);
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
  out->begin_ns = begin;
  out->end_ns = now_ns();
  out->elapsed_ns = (double)(out->end_ns - begin);
  out->operations = 2.0 * VALUES * (double)repeats;
  return TPP_OK;
}

static tpp_status scalar_verify(tpp_session* session, const tpp_verify_request* request,
                                tpp_verify_result* out, tpp_error* error) {
  (void)error;
  long double reference = 0;
  long double magnitude = 0;
  for (int i = 0; i < VALUES; ++i) {
    const long double product = (long double)session->a[i] * session->b[i];
    reference += product;
    magnitude += fabsl(product);
  }
  const double damage = (request->flags & TPP_VERIFY_CORRUPT) != 0 ? 1.0 : 0.0;
  const long double difference = fabsl(session->sum + damage - reference);
  out->values = 1;
  out->max_error = difference == 0 ? 0 : (double)(difference / magnitude);
  out->error_bound = VALUES * 0x1p-53; /* one rounding a step */
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
