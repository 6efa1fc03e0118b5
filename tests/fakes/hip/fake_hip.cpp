// A ROCm runtime that has no GPU: libamdhip64 for tests, once as HIP 5 has its structure of
// properties, once with that of HIP 6 besides and once with that alone (FAKE_HIP_MAJOR). Device
// memory is the process's own; a kernel of this project runs as soon as it is launched, computed by
// kernel_emulation. What the environment variable TPP_FAKE_HIP asks for, or the file fake_hip of
// the home folder where that is not set (words apart by spaces):
//
//   arch=gfx942 units=4 count=1 version=60000000   what devices and runtime say of themselves
//   memory_mb=64                                   and of their memory
//   bus=171                                        where on the bus the first one is
//   partitions=1                                   they have one PCI address
//   no-timer=1                                     the rate of the timer is not told
//   pairs=1                                        the runtime counts pairs of compute units
//   fail=hipMalloc:2:3 hang=hipEventSynchronize    settings.h
//   peers=1                                        the devices reach each other
//   lose=40                                        copies of links leave nothing from that one on
//   emulator=COMMAND                               issue loops are run by it (outside_emulator.h)
//
// Calls have the signatures of kernels/hip/hip_api.h, which hip_header_test holds against AMD's own
// headers where they are installed. One thread at a time, as the backend calls it.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/hip/hip_api.h"
#include "tests/fakes/hip/kernel_emulation.h"
#include "tests/fakes/hip/outside_emulator.h"
#include "tests/fakes/settings.h"
#include "tests/fakes/stream_emulation.h"
#include "tests/fakes/streams.h"

namespace {

using fakes::now_ns;
using fakes::Refusal;
using tpp::hip::Attribute;
using tpp::hip::DeviceNumber;
using tpp::hip::Error;
using tpp::hip::EventHandle;
using tpp::hip::StreamHandle;

fakes::Settings settings("TPP_FAKE_HIP", "fake_hip");
std::string setting(const std::string& name) { return settings.text(name); }
int number(const std::string& name, int otherwise) { return settings.number(name, otherwise); }
Error fault(const std::string& call) { return static_cast<Error>(settings.fault(call)); }

#define FAIL_IF_ASKED(call)                                                  \
  do {                                                                       \
    if (const Error asked = fault(call); asked != Error::none) return asked; \
  } while (false)

std::string target() {
  const std::string given = setting("arch");
  return given.empty() ? "gfx942" : given;
}

unsigned lanes() { return target().rfind("gfx9", 0) == 0 ? 64 : 32; }

// EF_AMDGPU_MACH of LLVM's guide to the AMDGPU backend, the low byte of a code object's flags.
const std::map<std::string, unsigned> kMachines = {
    {"gfx906", 0x2f},  {"gfx908", 0x30},  {"gfx90a", 0x3f},  {"gfx942", 0x4c},  {"gfx950", 0x4f},
    {"gfx1100", 0x41}, {"gfx1101", 0x46}, {"gfx1102", 0x47}, {"gfx1103", 0x44}, {"gfx1150", 0x43},
    {"gfx1151", 0x4a}, {"gfx1200", 0x48}, {"gfx1201", 0x4e}, {"gfx1030", 0x36}, {"gfx1152", 0x55}};

template <class Value>
Value value_at(const char* at) {
  Value value{};
  std::memcpy(&value, at, sizeof value);
  return value;
}

struct Kernel {
  std::string name;
  const std::string* image;
};
std::map<const void*, size_t> memory;  // of the device: how much was asked for at each address
std::vector<std::unique_ptr<std::string>> modules;
std::vector<std::unique_ptr<Kernel>> kernels;

// Each unit ran as long as all together, at a clock of 1.755 GHz, by a timer of 100 MHz; units of
// accelerators take turns on two dies, of which the second is slower.
void stamp(const fake_hip::Launch& launch, uint64_t begin, uint64_t end) {
  for (uint32_t block = 0; block < launch.blocks; ++block) {
    const uint32_t die = lanes() == 64 ? block % 2 : 0;
    const double clock_ghz = die == 0 ? 1.755 : 1.7;
    launch.stamps[block] = {
        0,          static_cast<uint64_t>(static_cast<double>(end - begin) * clock_ghz),
        begin / 10, end / 10,
        block,      die};
  }
}

void put_architecture(char (&to)[256]) {
  const bool accelerator = lanes() == 64;
  std::snprintf(to, sizeof to, "%s%s", target().c_str(), accelerator ? ":sramecc+:xnack-" : "");
}

Error error_of(Refusal refusal) {
  constexpr int kErrors[] = {0, 400, 1, 704, 705};  // as hipError_t numbers them
  return static_cast<Error>(kErrors[static_cast<int>(refusal)]);
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): AMD's names.
#define HIP extern "C" __attribute__((visibility("default")))

HIP Error hipInit(unsigned) {
  FAIL_IF_ASKED("hipInit");
  return number("count", 1) > 0 ? Error::none : Error::no_device;
}
HIP Error hipRuntimeGetVersion(int* version) {
  FAIL_IF_ASKED("hipRuntimeGetVersion");
  *version = number("version", FAKE_HIP_MAJOR * 10'000'000);
  return Error::none;
}
HIP const char* hipGetErrorName(Error error) {
  static std::string kept;
  kept = "hipError" + std::to_string(static_cast<int>(error));
  return kept.c_str();
}
HIP const char* hipGetErrorString(Error) { return "a fault that was asked for"; }
HIP Error hipGetDeviceCount(int* count) {
  FAIL_IF_ASKED("hipGetDeviceCount");
  *count = number("count", 1);
  return Error::none;
}
HIP Error hipDeviceGetName(char* name, int size, DeviceNumber) {
  FAIL_IF_ASKED("hipDeviceGetName");
  std::snprintf(name, static_cast<size_t>(size), "Fake Instinct");
  return Error::none;
}
HIP Error hipDeviceGetAttribute(int* value, Attribute which, DeviceNumber) {
  FAIL_IF_ASKED("hipDeviceGetAttribute");
  const int units = number("units", 4);
  const std::map<Attribute, int> values = {
      {Attribute::clock_rate, 2'100'000},
      {Attribute::l2_cache_size, 4 << 20},
      {Attribute::memory_bus_width, 8192},
      {Attribute::multiprocessor_count, number("pairs", 0) != 0 ? units / 2 : units},
      {Attribute::shared_memory_per_block, 64 << 10},
      {Attribute::physical_multiprocessor_count, units},
      {Attribute::wall_clock_rate, 100'000}};
  const auto found = values.find(which);
  const bool untold = which == Attribute::wall_clock_rate && number("no-timer", 0) != 0;
  if (found == values.end() || untold) return static_cast<Error>(1);
  *value = found->second;
  return Error::none;
}
HIP Error hipDeviceGetPCIBusId(char* text, int size, DeviceNumber device) {
  FAIL_IF_ASKED("hipDeviceGetPCIBusId");
  const int first = number("bus", 0xAB);
  const int bus = number("partitions", 0) != 0 ? first : first + device;
  std::snprintf(text, static_cast<size_t>(size), "0000:%02X:00.0", bus);
  return Error::none;
}
HIP Error hipDeviceTotalMem(size_t* bytes, DeviceNumber) {
  FAIL_IF_ASKED("hipDeviceTotalMem");
  *bytes = static_cast<size_t>(number("memory_mb", 64)) << 20;
  return Error::none;
}
HIP Error hipDeviceGetUuid(tpp::hip::Uuid* uuid, DeviceNumber device) {
  FAIL_IF_ASKED("hipDeviceGetUuid");
  char text[17] = {};
  std::snprintf(text, sizeof text, "%016x", 0xabc0 + device);
  std::memcpy(uuid->bytes, text, sizeof uuid->bytes);
  return Error::none;
}
#if FAKE_HIP_MAJOR >= 6
HIP Error hipGetDevicePropertiesR0600(tpp::hip::PropertiesR0600* properties, DeviceNumber) {
  FAIL_IF_ASKED("hipGetDeviceProperties");
  std::memset(properties, 0x11, sizeof *properties);
  put_architecture(properties->architecture);
  return Error::none;
}
#endif
#if FAKE_HIP_MAJOR < 7
HIP Error hipGetDeviceProperties(tpp::hip::PropertiesR0000* properties, DeviceNumber) {
  FAIL_IF_ASKED("hipGetDeviceProperties");
  std::memset(properties, 0x22, sizeof *properties);
  put_architecture(properties->architecture);
  return Error::none;
}
#endif
HIP Error hipSetDevice(DeviceNumber device) {
  FAIL_IF_ASKED("hipSetDevice");
  fakes::set_current_device(device);
  return Error::none;
}
HIP Error hipMalloc(void** address, size_t bytes) {
  FAIL_IF_ASKED("hipMalloc");
  *address = std::malloc(bytes);
  memory[*address] = bytes;
  fakes::add_memory(*address, bytes, fakes::current_device());
  return *address != nullptr ? Error::none : Error::out_of_memory;
}
HIP Error hipFree(void* address) {
  fakes::remove_memory(address);
  std::free(address);
  return Error::none;
}
HIP Error hipMemcpyHtoD(void* to, const void* from, size_t bytes) {
  FAIL_IF_ASKED("hipMemcpyHtoD");
  std::memcpy(to, from, bytes);
  return Error::none;
}
HIP Error hipMemcpyDtoH(void* to, void* from, size_t bytes) {
  FAIL_IF_ASKED("hipMemcpyDtoH");
  std::memcpy(to, from, bytes);
  return Error::none;
}
// A code object is an ELF file, whose section headers stand at its end.
HIP Error hipModuleLoadData(tpp::hip::ModuleHandle** module, const void* image) {
  FAIL_IF_ASKED("hipModuleLoadData");
  const char* bytes = static_cast<const char*>(image);
  if (std::memcmp(bytes, "\177ELF", 4) != 0) return Error::invalid_image;
  const auto machine = kMachines.find(target());
  const unsigned flags = value_at<uint32_t>(bytes + 48);
  if (machine == kMachines.end() || (flags & 0xff) != machine->second) {
    return Error::no_binary_for_gpu;
  }
  const auto size = value_at<uint64_t>(bytes + 40) +
                    uint64_t{value_at<uint16_t>(bytes + 58)} * value_at<uint16_t>(bytes + 60);
  modules.push_back(std::make_unique<std::string>(bytes, size));
  *module = reinterpret_cast<tpp::hip::ModuleHandle*>(modules.back().get());
  return Error::none;
}
HIP Error hipModuleUnload(tpp::hip::ModuleHandle*) { return Error::none; }
HIP Error hipModuleGetFunction(tpp::hip::FunctionHandle** function, tpp::hip::ModuleHandle* module,
                               const char* name) {
  FAIL_IF_ASKED("hipModuleGetFunction");
  const auto& image = *reinterpret_cast<const std::string*>(module);
  const std::string symbol = std::string(1, '\0') + name + ".kd" + std::string(1, '\0');
  if (image.find(symbol) == std::string::npos) return Error::not_found;
  kernels.push_back(std::make_unique<Kernel>(Kernel{name, &image}));
  *function = reinterpret_cast<tpp::hip::FunctionHandle*>(kernels.back().get());
  return Error::none;
}
// NOLINTNEXTLINE(readability-function-size): AMD's parameters.
HIP Error hipModuleLaunchKernel(tpp::hip::FunctionHandle* function, unsigned blocks, unsigned,
                                unsigned, unsigned threads, unsigned, unsigned, unsigned,
                                tpp::hip::StreamHandle*, void** arguments, void**) {
  FAIL_IF_ASKED("hipModuleLaunchKernel");
  const uint64_t begin = now_ns();
  const std::string& name = reinterpret_cast<Kernel*>(function)->name;
  if (fakes::is_stream(name)) {
    const bool done = fakes::emulate_stream(name, uint64_t{blocks} * threads, arguments);
    return done ? Error::none : static_cast<Error>(1);
  }
  const fake_hip::Launch launch(blocks, threads, arguments);
  const std::string emulator = setting("emulator");
  const Kernel& kernel = *reinterpret_cast<Kernel*>(function);
  const bool done = emulator.empty() ? fake_hip::emulate(name, lanes(), launch)
                                     : fake_hip::run_outside(
                                           emulator, {name, *kernel.image, target()}, launch,
                                           {memory[launch.operands], memory[launch.accumulators]});
  if (!done) return static_cast<Error>(1);
  // An iteration takes as long as on a device, so that batches are fitted as there.
  constexpr uint64_t kIterationNs = 100;
  while (now_ns() < begin + launch.iterations * kIterationNs) continue;
  stamp(launch, begin, now_ns());
  return Error::none;
}
HIP Error hipEventCreate(EventHandle** event) {
  FAIL_IF_ASKED("hipEventCreate");
  *event = static_cast<EventHandle*>(fakes::create_event());
  return Error::none;
}
HIP Error hipEventDestroy(EventHandle*) { return Error::none; }
HIP Error hipEventRecord(EventHandle* event, StreamHandle* stream) {
  FAIL_IF_ASKED("hipEventRecord");
  return error_of(fakes::record_event(event, stream));
}
HIP Error hipEventSynchronize(EventHandle* event) {
  FAIL_IF_ASKED("hipEventSynchronize");
  fakes::wait_event(event);
  return Error::none;
}
HIP Error hipEventElapsedTime(float* ms, EventHandle* begin, EventHandle* end) {
  FAIL_IF_ASKED("hipEventElapsedTime");
  return error_of(fakes::elapsed_ms(ms, begin, end));
}
HIP Error hipStreamCreateWithFlags(StreamHandle** stream, unsigned) {
  FAIL_IF_ASKED("hipStreamCreateWithFlags");
  *stream = static_cast<StreamHandle*>(fakes::create_stream());
  return Error::none;
}
HIP Error hipStreamDestroy(StreamHandle* stream) {
  fakes::destroy_stream(stream);
  return Error::none;
}
HIP Error hipStreamSynchronize(StreamHandle* stream) {
  FAIL_IF_ASKED("hipStreamSynchronize");
  fakes::wait_stream(stream);
  return Error::none;
}
HIP Error hipStreamWaitEvent(StreamHandle* stream, EventHandle* event, unsigned) {
  FAIL_IF_ASKED("hipStreamWaitEvent");
  return error_of(fakes::stream_wait_event(stream, event));
}
HIP Error hipHostMalloc(void** memory_at, size_t bytes, unsigned) {
  FAIL_IF_ASKED("hipHostMalloc");
  *memory_at = fakes::allocate_pinned(bytes);
  return *memory_at != nullptr ? Error::none : Error::out_of_memory;
}
HIP Error hipHostFree(void* pinned) {
  fakes::free_pinned(pinned);
  return Error::none;
}
HIP Error hipMemcpyAsync(void* to, const void* from, size_t bytes, tpp::hip::CopyKind kind,
                         StreamHandle* stream) {
  FAIL_IF_ASKED("hipMemcpyAsync");
  if (kind != tpp::hip::CopyKind::by_addresses) return static_cast<Error>(21);
  return error_of(fakes::copy(to, from, bytes, stream, number("lose", 0)));
}
HIP Error hipMemsetD32Async(void* to, int value, size_t words, StreamHandle* stream) {
  FAIL_IF_ASKED("hipMemsetD32Async");
  return error_of(fakes::fill(to, static_cast<uint32_t>(value), words, stream));
}
HIP Error hipDeviceCanAccessPeer(int* can, DeviceNumber from, DeviceNumber to) {
  FAIL_IF_ASKED("hipDeviceCanAccessPeer");
  *can = number("peers", 0) != 0 && from != to;
  return Error::none;
}
HIP Error hipDeviceGetP2PAttribute(int* value, tpp::hip::PeerAttribute which, DeviceNumber,
                                   DeviceNumber) {
  FAIL_IF_ASKED("hipDeviceGetP2PAttribute");
  *value = which == tpp::hip::PeerAttribute::native_atomics ? 1 : 0;
  return Error::none;
}
HIP Error hipDeviceEnablePeerAccess(DeviceNumber peer, unsigned) {
  FAIL_IF_ASKED("hipDeviceEnablePeerAccess");
  return error_of(fakes::open_peer(peer));
}
HIP Error hipDeviceDisablePeerAccess(DeviceNumber peer) {
  return error_of(fakes::close_peer(peer));
}
// NOLINTEND(readability-identifier-naming)
