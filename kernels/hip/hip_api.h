// The functions of AMD's HIP runtime that this backend calls, filled from libamdhip64 at run time
// or by a test. Declared here, since nothing of ROCm is needed to build: functions, attributes and
// errors that ROCm 5, 6 and 7 have alike, as the headers of HIP 5.2 and 6 give them, and of the
// structure that they do not have alike the one member that no other function tells.
#ifndef TPP_KERNELS_HIP_HIP_API_H
#define TPP_KERNELS_HIP_HIP_API_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "kernels/cpp_shared_library.h"

namespace tpp::hip {

enum class Error : int {
  none = 0,
  out_of_memory = 2,
  not_initialized = 3,
  insufficient_driver = 35,
  no_device = 100,
  invalid_image = 200,
  no_binary_for_gpu = 209,
  ecc_not_correctable = 214,
  peer_access_unsupported = 217,
  not_found = 500,
  illegal_address = 700,
  launch_timeout = 702,
  context_is_destroyed = 709,
  assertion = 710,
  launch_failure = 719,
  unknown = 999,
};

enum class Attribute : int {
  clock_rate = 5,  // kHz
  l2_cache_size = 19,
  memory_bus_width = 59,
  multiprocessor_count = 63,
  shared_memory_per_block = 74,
  physical_multiprocessor_count = 10015,  // of RDNA the one above counts pairs
  wall_clock_rate = 10017,                // kHz, of the timer that kernels read; since ROCm 5.3
};

enum class PeerAttribute : int { performance_rank = 0, native_atomics = 2 };

enum class CopyKind : int { by_addresses = 4 };  // the runtime sees from them where they lie

using DeviceNumber = int;
struct ModuleHandle;
struct FunctionHandle;
struct EventHandle;
struct StreamHandle;

struct Uuid {
  char bytes[16];
};

// hipDeviceProp_t as HIP up to 5 has it, and from 6 on.
struct PropertiesR0000 {
  std::byte before[396];
  char architecture[256];  // gcnArchName, "gfx90a:sramecc+:xnack-"
  std::byte after[140];
};
struct PropertiesR0600 {
  std::byte before[1160];
  char architecture[256];
  std::byte after[56];
};
static_assert(sizeof(PropertiesR0000) == 792 && offsetof(PropertiesR0000, architecture) == 396);
static_assert(sizeof(PropertiesR0600) == 1472 && offsetof(PropertiesR0600, architecture) == 1160);

struct HipApi {
  Error (*init)(unsigned flags) = nullptr;
  Error (*runtime_version)(int* version) = nullptr;
  const char* (*error_name)(Error) = nullptr;
  const char* (*error_text)(Error) = nullptr;
  Error (*device_count)(int* count) = nullptr;
  Error (*device_name)(char* name, int size, DeviceNumber) = nullptr;
  Error (*attribute)(int* value, Attribute, DeviceNumber) = nullptr;
  Error (*pci_bus_id)(char* text, int size, DeviceNumber) = nullptr;
  Error (*total_memory)(size_t* bytes, DeviceNumber) = nullptr;
  Error (*uuid)(Uuid*, DeviceNumber) = nullptr;
  // One of them is there.
  Error (*properties_r0600)(PropertiesR0600*, DeviceNumber) = nullptr;
  Error (*properties_r0000)(PropertiesR0000*, DeviceNumber) = nullptr;
  Error (*set_device)(DeviceNumber) = nullptr;
  Error (*allocate)(void** address, size_t bytes) = nullptr;
  Error (*free)(void* address) = nullptr;
  Error (*upload)(void* to, const void* from, size_t bytes) = nullptr;
  Error (*download)(void* to, void* from, size_t bytes) = nullptr;
  Error (*load_module)(ModuleHandle** module, const void* image) = nullptr;
  Error (*unload_module)(ModuleHandle* module) = nullptr;
  Error (*function)(FunctionHandle** function, ModuleHandle* module, const char* name) = nullptr;
  Error (*launch)(FunctionHandle*, unsigned blocks_x, unsigned blocks_y, unsigned blocks_z,
                  unsigned threads_x, unsigned threads_y, unsigned threads_z, unsigned shared_bytes,
                  StreamHandle*, void** arguments, void** extra) = nullptr;
  Error (*create_event)(EventHandle**) = nullptr;
  Error (*destroy_event)(EventHandle*) = nullptr;
  Error (*record_event)(EventHandle*, StreamHandle*) = nullptr;
  Error (*wait_event)(EventHandle*) = nullptr;
  Error (*elapsed_ms)(float* ms, EventHandle* begin, EventHandle* end) = nullptr;
  Error (*allocate_pinned)(void** memory, size_t bytes, unsigned flags) = nullptr;
  Error (*free_pinned)(void* memory) = nullptr;
  Error (*create_stream)(StreamHandle**, unsigned flags) = nullptr;
  Error (*destroy_stream)(StreamHandle*) = nullptr;
  Error (*wait_stream)(StreamHandle*) = nullptr;
  Error (*stream_wait_event)(StreamHandle*, EventHandle*, unsigned flags) = nullptr;
  Error (*copy_async)(void* to, const void* from, size_t bytes, CopyKind, StreamHandle*) = nullptr;
  Error (*fill_async)(void* to, int value, size_t words, StreamHandle*) = nullptr;
  Error (*can_access_peer)(int* can, DeviceNumber from, DeviceNumber to) = nullptr;
  Error (*peer_attribute)(int* value, PeerAttribute, DeviceNumber from, DeviceNumber to) = nullptr;
  Error (*open_peer)(DeviceNumber, unsigned flags) = nullptr;
  Error (*close_peer)(DeviceNumber) = nullptr;

  // All that is required, or nullopt with the names of what is missing in `why`.
  static std::optional<HipApi> bind(const boundary::SymbolSource& source, std::string& why);
};

// "hipErrorOutOfMemory (out of memory)".
std::string error_words(const HipApi& api, Error error);

// Throws Failure for an error: what was tried, the runtime's words, and what to do.
[[noreturn]] void fail(const HipApi& api, Error error, const std::string& what);

// The architecture of a device, as `architecture` above; "" where the runtime says none, or
// something that is no name of one, as a structure of another form would.
std::string architecture_of(const HipApi& api, DeviceNumber device);

}  // namespace tpp::hip

#endif
