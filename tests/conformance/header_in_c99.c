/* The header is C99 and lays its structs out as promised: struct_size first, 64 bit members on
 * boundaries of their own size, so that every compiler agrees on the layout without packing. */
#include "kernels/tpp_backend.h"

#include <stddef.h>

#define MUST(name, condition) typedef char must_##name[(condition) ? 1 : -1]

#define SIZE_IS_FIRST(type) MUST(size_is_first_in_##type, offsetof(type, struct_size) == 0)
SIZE_IS_FIRST(tpp_error);
SIZE_IS_FIRST(tpp_device_info);
SIZE_IS_FIRST(tpp_benchmark_info);
SIZE_IS_FIRST(tpp_prepare_request);
SIZE_IS_FIRST(tpp_session_info);
SIZE_IS_FIRST(tpp_batch_result);
SIZE_IS_FIRST(tpp_verify_request);
SIZE_IS_FIRST(tpp_verify_result);
SIZE_IS_FIRST(tpp_open_options);
SIZE_IS_FIRST(tpp_backend_api);

MUST(error_text_follows_its_size, offsetof(tpp_error, message) == 4);
MUST(memory_bytes_is_aligned, offsetof(tpp_device_info, memory_bytes) % 8 == 0);
MUST(max_clock_is_aligned, offsetof(tpp_device_info, max_clock_hz) % 8 == 0);
MUST(seed_is_aligned, offsetof(tpp_prepare_request, seed) % 8 == 0);
MUST(operations_are_aligned, offsetof(tpp_session_info, operations_per_repeat) % 8 == 0);
MUST(elapsed_follows_the_head, offsetof(tpp_batch_result, elapsed_ns) == 8);
MUST(error_follows_the_head, offsetof(tpp_verify_result, max_error) == 8);
/* A host reads these four of any major version. */
MUST(major_is_second, offsetof(tpp_backend_api, abi_major) == 4);
MUST(minor_is_third, offsetof(tpp_backend_api, abi_minor) == 8);
MUST(name_is_after_the_head, offsetof(tpp_backend_api, name) == 16);

/* Major 1, as first published: a change of these sizes without appending is a break. */
MUST(device_info_begins_as_before, offsetof(tpp_device_info, bus_way) == 888);
MUST(benchmark_info_has_its_size, sizeof(tpp_benchmark_info) == 336);
MUST(session_info_begins_as_before, offsetof(tpp_session_info, product_m) == 232);
MUST(batch_result_has_its_size, sizeof(tpp_batch_result) == 64);

/* Minor 3 brought a flag of devices, and no member; minor 4 another, and two members of the table;
 * minor 5 members of devices. */
MUST(minor_is_5, TPP_BACKEND_ABI_MINOR == 5);
MUST(places_of_devices_end, sizeof(tpp_device_info) == 1232);
MUST(visibility_follows, offsetof(tpp_backend_api, visibility_variable) ==
                             offsetof(tpp_backend_api, release) + sizeof(void (*)(void)));
/* Appended with minor 1: what follows product_m, to 256. With minor 2: */
MUST(session_flags_follow, offsetof(tpp_session_info, flags) == 256);
MUST(session_info_has_its_size, sizeof(tpp_session_info) == 264);

int tpp_header_in_c99(void);
int tpp_header_in_c99(void) { return (int)TPP_BACKEND_ABI_MAJOR; }
