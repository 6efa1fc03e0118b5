/* The boundary between the host programs and a backend: a shared module that multiplies on one kind
 * of device. The only header that both sides share. C99; nothing here throws or allocates for the
 * other side.
 *
 * A backend enumerates devices and benchmarks, and times one batch at a time. It decides nothing:
 * warm-up, repetition, stop rule, statistics and verdicts belong to the host.
 *
 * Rules of the boundary
 *  - Every struct begins with struct_size, set by whoever owns the memory. A reader must not touch
 *    members beyond the size that it was given. Members are only ever appended.
 *  - The major version must be equal on both sides; the minor may differ.
 *  - The caller owns all memory, error text included. Text members are NUL-terminated UTF-8.
 *  - 0, 0.0 and "" mean "not known" in members that describe hardware.
 *  - One exported symbol: tpp_backend_query.
 *
 * Threads: the host calls into one backend from one thread at a time. A backend may start threads
 * of its own inside a call and must have ended or parked them when the call returns.
 */
#ifndef TPP_BACKEND_H
#define TPP_BACKEND_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TPP_BACKEND_ABI_MAJOR 1u
#define TPP_BACKEND_ABI_MINOR 5u

#if defined(__GNUC__)
#define TPP_BACKEND_EXPORT __attribute__((visibility("default")))
#else
#define TPP_BACKEND_EXPORT
#endif

typedef int32_t tpp_status;
enum {
  TPP_OK = 0,
  TPP_UNAVAILABLE = 1, /* no such device, driver or library here: quiet, expected */
  TPP_UNSUPPORTED = 2, /* the device, a library or this build cannot do it, and never will */
  TPP_INVALID = 3,     /* the caller asked for something that does not exist */
  TPP_FAILED = 4,      /* it should have worked and did not */
  TPP_OUT_OF_MEMORY = 5,
  TPP_BUSY = 6,
  /* Minor 2. As TPP_FAILED, and whatever this process still asks of the device fails, too: the
   * host ends the process, and goes on in another one. */
  TPP_DEVICE_LOST = 7
};

/* Filled on every status but TPP_OK: what was tried, on what, what went wrong, what to do. */
typedef struct tpp_error {
  uint32_t struct_size;
  char message[512];
} tpp_error;

/* tpp_device_info.flags */
enum {
  TPP_DEVICE_SIMULATED = 1u << 0,     /* numbers come from a scenario, not from hardware */
  TPP_DEVICE_SLICE = 1u << 1,         /* a part of a device (partition, virtual machine, cgroup) */
  TPP_DEVICE_FORCED = 1u << 2,        /* an option narrowed what the backend may use */
  TPP_DEVICE_DATACENTER = 1u << 3,    /* the device itself says so (simulation only) */
  TPP_DEVICE_TIMER_IS_HOST = 1u << 4, /* elapsed_ns is read from the host's monotonic clock */
  /* Minor 3. Reached through a portable runtime: a backend of the device's own kind measures it
   * better, and where there is one this one's word and figures are not asked for. */
  TPP_DEVICE_PORTABLE = 1u << 5,
  /* Minor 4. Beside TPP_DEVICE_SLICE: a whole die of a package that has several, and the runtime
   * does not tell which belong together. Where somebody else does, it is a slice no more. */
  TPP_DEVICE_DIE = 1u << 6
};

/* What a runtime says of one device. Everything here is a claim of the runtime, to be reconciled
 * with what the bus shows. */
typedef struct tpp_device_info {
  uint32_t struct_size;
  uint32_t flags;
  char id[64];    /* PCI address "0000:17:00.0", or "cpu:0"; a slice appends "/<uuid or number>" */
  char name[128]; /* product name as the runtime reports it */
  char vendor[64];
  char kind[16];         /* "gpu", "cpu" or "accelerator" */
  char architecture[64]; /* "sm_90", "gfx942", "x86_64" ... */
  char unit_kind[16];    /* "SM", "CU" or "core" */
  char pci_id[16];       /* "10de:2335" */
  char uuid[96];
  char serial[64];
  char board_id[64];   /* equal on devices that the vendor says share a board */
  char package_id[64]; /* equal on devices that the vendor says share a package */
  char driver_version[64];
  char slice_reason[128]; /* why TPP_DEVICE_SLICE is set */
  uint32_t units;         /* units that the runtime can use */
  uint32_t memory_bus_bits;
  uint64_t memory_bytes;
  double max_clock_hz;           /* highest clock that the runtime admits */
  double memory_transfers_per_s; /* per pin; times memory_bus_bits / 8 is bytes/s */
  /* Minor 5. Where it sits, from a module that knows what no probe of the host reads.
   * bus_way: PCI addresses from the device up to the root, spaces between; behind that of what sits
   * in a slot "#" and the slot's name: "0000:07:00.0 0000:06:08.0 0000:05:00.0#3 0000:00:01.0". */
  char bus_way[256];
  char host_socket[16]; /* that it hangs at, "cpu:1" */
  char link_group[64];  /* equal on devices that link to each other */
  uint32_t module_id;   /* which socket of a baseboard, from 1 */
  uint32_t reserved;    /* must be 0 */
} tpp_device_info;

/* tpp_benchmark_info.flags */
enum {
  TPP_BENCHMARK_GENERIC = 1u << 0,  /* portable path: can prove "over" a threshold, nothing else */
  TPP_BENCHMARK_EMULATED = 1u << 1, /* not executed at this bit width by the hardware */
  TPP_BENCHMARK_BYTES = 1u << 2     /* counts bytes, not operations */
};

/* One benchmark that a device is asked about. Its name is
 * "<device>/<kernel>/<subject>[+<accumulator>]". The subject is a precision, or what moves:
 *   dram  "read", "write", "triad", "copy"
 *   link  "host_read", "host_write": the device reads or writes host memory; "host_both": at once;
 *         "peer_both": to and from every device that it reaches directly, at once. The bytes of
 *         both directions are added. */
typedef struct tpp_benchmark_info {
  uint32_t struct_size;
  uint32_t flags;
  char kernel[16];         /* "gemm", "mma", "fma", "dram" or "link" */
  char subject[16];        /* "fp16", "read", "host_both" ... */
  char accumulator[16];    /* precision of the accumulator where it has to be told apart, else "" */
  tpp_status status;       /* TPP_OK, or TPP_UNSUPPORTED with the two members below */
  char unsupported_by[16]; /* "hardware", "library" or "build" */
  char reason[256];
  uint32_t variants; /* >= 1 where status is TPP_OK: instruction sets, shapes or algorithms to try;
                        ordered, the one expected to be best first */
} tpp_benchmark_info;

/* What the operand matrices are filled with. */
enum { TPP_FILL_NORMAL = 0, /* random, N(0,1), seeded */ TPP_FILL_ZEROS = 1 };

/* One benchmark made ready: memory taken, operands filled. */
typedef struct tpp_session tpp_session;

typedef struct tpp_prepare_request {
  uint32_t struct_size;
  uint32_t device;    /* 0 .. device_count - 1 */
  uint32_t benchmark; /* 0 .. benchmark_count - 1 of that device */
  uint32_t variant;   /* 0 .. variants - 1 */
  uint32_t fill;
  uint64_t seed;
  uint64_t memory_limit_bytes; /* 0 = the backend's own default */
} tpp_prepare_request;

typedef struct tpp_session_info {
  uint32_t struct_size;
  uint32_t units; /* units that work in a batch; of a link: copies that run at the same time */
  char path[192]; /* what runs: library, algorithm, instruction and shape; names ISA and width */
  double operations_per_repeat; /* 0 where bytes are counted */
  double bytes_per_repeat;
  uint64_t working_set_bytes;
  double operations_per_clock; /* most that one unit of this kind can do a clock; 0 = not known. A
                                  rate above it is a fault of the measurement */
  /* Minor 1. Where one repeat is one matrix product, of m x k by k x n, its dimensions over all
   * units; the host counts 2 m n k of it by itself. 0 = not one product. */
  uint64_t product_m;
  uint64_t product_n;
  uint64_t product_k;
  /* Minor 2. TPP_BENCHMARK_GENERIC or TPP_BENCHMARK_EMULATED where making it ready showed that this
   * session is so, whatever its benchmark's flags say. A module answers with a status instead where
   * the host has no room for a flag that is set: it would take the figure for more than it is. */
  uint32_t flags;
  uint32_t reserved; /* must be 0 */
} tpp_session_info;

/* One batch: `repeats` back-to-back executions between two reads of the device's timer. */
typedef struct tpp_batch_result {
  uint32_t struct_size;
  uint32_t reserved; /* must be 0 */
  double elapsed_ns; /* device timer, > 0 */
  uint64_t begin_ns; /* host CLOCK_MONOTONIC around the batch */
  uint64_t end_ns;
  double operations; /* really done; a multiply-add is two */
  double bytes;      /* really moved */
  double clock_hz; /* of the units during the batch, measured beside or inside it; 0 = no counter */
  double unit_cycles; /* clock cycles that the median unit spent in the batch; 0 = no counter.
                         operations / units / unit_cycles is the rate per clock and unit */
} tpp_batch_result;

/* tpp_verify_request.flags */
enum {
  TPP_VERIFY_CORRUPT = 1u << 0 /* damage one value of the product first: the check must fail */
};

typedef struct tpp_verify_request {
  uint32_t struct_size;
  uint32_t flags;
  uint64_t seed; /* which rows are sampled */
} tpp_verify_request;

/* The product of the last batch against a reference of higher precision. Both figures are in the
 * same unit: |difference| / (sum of |a*b| behind that value), so 0 is exact. A NaN counts as
 * infinity. */
typedef struct tpp_verify_result {
  uint32_t struct_size;
  uint32_t values; /* how many values were compared, >= 1 */
  double max_error;
  double error_bound; /* what correct rounding in this precision and order can reach; integers: 0 */
} tpp_verify_result;

typedef struct tpp_open_options {
  uint32_t struct_size;
  uint32_t option_count;
  const char* const* option_names; /* backend's own, e.g. sim: "scenario"; cpu: "isa" */
  const char* const* option_values;
} tpp_open_options;

/* One backend. Every function may be called only between open and close, but open itself. Functions
 * return TPP_OK, or a status with `error` filled; output is written only on TPP_OK. `error` may be
 * NULL. */
typedef struct tpp_backend_api {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;   /* must be 0 */
  const char* name;    /* "cpu", "cuda", ... also the name of its module */
  const char* version; /* of the method: figures of equal versions may be compared */

  /* Loads what it needs and enumerates. TPP_UNAVAILABLE where there is no such hardware or driver;
   * TPP_INVALID for an unknown option or value, which the message names. */
  tpp_status (*open)(const tpp_open_options* options, tpp_error* error);
  void (*close)(void);

  uint32_t (*device_count)(void);
  tpp_status (*device_info)(uint32_t device, tpp_device_info* out, tpp_error* error);

  /* Benchmarks of a device, those it cannot do included, each precision that the backend knows. */
  uint32_t (*benchmark_count)(uint32_t device);
  tpp_status (*benchmark_info)(uint32_t device, uint32_t benchmark, tpp_benchmark_info* out,
                               tpp_error* error);

  /* Takes memory and fills operands. The session belongs to the caller until release. */
  tpp_status (*prepare)(const tpp_prepare_request* request, tpp_session** out, tpp_error* error);
  tpp_status (*session_info)(tpp_session* session, tpp_session_info* out, tpp_error* error);
  tpp_status (*run_batch)(tpp_session* session, uint64_t repeats, tpp_batch_result* out,
                          tpp_error* error);
  tpp_status (*verify)(tpp_session* session, const tpp_verify_request* request,
                       tpp_verify_result* out, tpp_error* error);
  void (*release)(tpp_session* session);

  /* Minor 4. For a runtime that may show a process less than all its devices: the variable of the
   * environment that says which, by values of tpp_device_info.uuid with commas between, and the
   * tpp_device_info.vendor whose devices they are. It is read once a process. A host that knows of
   * a device which is not listed sets it for another process. NULL: there is no such variable. */
  const char* visibility_variable; /* "CUDA_VISIBLE_DEVICES" */
  const char* visibility_vendor;   /* "NVIDIA" */
} tpp_backend_api;

/* The module's one symbol. Takes the host's version and returns the table, or a table of another
 * abi_major (of which only the first four members may then be read), or NULL with no further word.
 * The table lives as long as the process. */
TPP_BACKEND_EXPORT const tpp_backend_api* tpp_backend_query(uint32_t host_abi_major,
                                                            uint32_t host_abi_minor);
typedef const tpp_backend_api* (*tpp_backend_query_function)(uint32_t, uint32_t);

#ifdef __cplusplus
}
#endif

#endif
