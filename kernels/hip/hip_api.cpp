#include "kernels/hip/hip_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "kernels/cpp_boundary.h"

namespace tpp::hip {

namespace {

using boundary::Failure;

// What an error of the runtime is to the host, and what to do about it.
struct Meaning {
  Error error;
  tpp_status status;
  const char* advice;
};
constexpr const char* kLookAtLog = "look at the kernel's log for amdgpu messages";
constexpr Meaning kMeanings[] = {
    {Error::out_of_memory, TPP_OUT_OF_MEMORY,
     "free memory of the device or lower the memory limit"},
    {Error::insufficient_driver, TPP_FAILED,
     "the kernel's driver is older than the ROCm runtime: update it"},
    {Error::invalid_image, TPP_FAILED,
     "the ROCm runtime is older than this device's code: update it"},
    {Error::no_binary_for_gpu, TPP_FAILED,
     "the ROCm runtime is older than this device's code: update it"},
    {Error::peer_access_unsupported, TPP_FAILED,
     "look at the IOMMU and at access control (ACS) of the PCIe bridges"},
    // After these the runtime answers a process with nothing else, if it has not ended it by itself
    // as it does by default on a fault of memory. A device that was listed and is gone was reset.
    {Error::ecc_not_correctable, TPP_DEVICE_LOST,
     "memory of the device failed: look at the kernel's log and reset the device"},
    {Error::no_device, TPP_DEVICE_LOST,
     "the device is gone, as after a reset: look at the kernel's log for amdgpu messages"},
    {Error::illegal_address, TPP_DEVICE_LOST, kLookAtLog},
    {Error::launch_timeout, TPP_DEVICE_LOST,
     "a kernel ran longer than the driver lets it: look at the kernel's log for amdgpu messages"},
    {Error::context_is_destroyed, TPP_DEVICE_LOST, kLookAtLog},
    {Error::assertion, TPP_DEVICE_LOST, kLookAtLog},
    {Error::launch_failure, TPP_DEVICE_LOST, kLookAtLog},
    {Error::unknown, TPP_DEVICE_LOST, kLookAtLog},
};

const Meaning* meaning_of(Error error) {
  const auto* const found = std::find_if(std::begin(kMeanings), std::end(kMeanings),
                                         [&](const Meaning& row) { return row.error == error; });
  return found == std::end(kMeanings) ? nullptr : found;
}

// "gfx90a:sramecc+:xnack-", where it ends within its room.
std::string architecture_in(const char (&text)[256]) {
  const std::string_view all(text, sizeof text);
  const std::string_view name = all.substr(0, all.find('\0'));
  const bool printable = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isgraph(static_cast<unsigned char>(c)) != 0;
  });
  const bool ends = name.size() < sizeof text;
  return ends && printable && name.rfind("gfx", 0) == 0 ? std::string(name) : "";
}

}  // namespace

std::optional<HipApi> HipApi::bind(const boundary::SymbolSource& source, std::string& why) {
  HipApi api;
  boundary::Binder binder(source);
  binder.required(api.init, "hipInit");
  binder.required(api.runtime_version, "hipRuntimeGetVersion");
  binder.required(api.error_name, "hipGetErrorName");
  binder.required(api.error_text, "hipGetErrorString");
  binder.required(api.device_count, "hipGetDeviceCount");
  binder.required(api.device_name, "hipDeviceGetName");
  binder.required(api.attribute, "hipDeviceGetAttribute");
  binder.required(api.pci_bus_id, "hipDeviceGetPCIBusId");
  binder.required(api.total_memory, "hipDeviceTotalMem");
  binder.optional(api.uuid, "hipDeviceGetUuid");
  binder.optional(api.properties_r0600, "hipGetDevicePropertiesR0600");
  // Of the older form in every version that has it, with a name of its own or without.
  binder.optional(api.properties_r0000, "hipGetDeviceProperties");
  binder.required(api.set_device, "hipSetDevice");
  binder.required(api.allocate, "hipMalloc");
  binder.required(api.free, "hipFree");
  binder.required(api.upload, "hipMemcpyHtoD");
  binder.required(api.download, "hipMemcpyDtoH");
  binder.required(api.load_module, "hipModuleLoadData");
  binder.required(api.unload_module, "hipModuleUnload");
  binder.required(api.function, "hipModuleGetFunction");
  binder.required(api.launch, "hipModuleLaunchKernel");
  binder.required(api.create_event, "hipEventCreate");
  binder.required(api.destroy_event, "hipEventDestroy");
  binder.required(api.record_event, "hipEventRecord");
  binder.required(api.wait_event, "hipEventSynchronize");
  binder.required(api.elapsed_ms, "hipEventElapsedTime");
  binder.required(api.allocate_pinned, "hipHostMalloc");
  binder.required(api.free_pinned, "hipHostFree");
  binder.required(api.create_stream, "hipStreamCreateWithFlags");
  binder.required(api.destroy_stream, "hipStreamDestroy");
  binder.required(api.wait_stream, "hipStreamSynchronize");
  binder.required(api.stream_wait_event, "hipStreamWaitEvent");
  binder.required(api.copy_async, "hipMemcpyAsync");
  binder.required(api.fill_async, "hipMemsetD32Async");
  binder.required(api.can_access_peer, "hipDeviceCanAccessPeer");
  binder.required(api.peer_attribute, "hipDeviceGetP2PAttribute");
  binder.required(api.open_peer, "hipDeviceEnablePeerAccess");
  binder.required(api.close_peer, "hipDeviceDisablePeerAccess");
  why = binder.missing();
  if (api.properties_r0600 == nullptr && api.properties_r0000 == nullptr) {
    why += why.empty() ? "hipGetDeviceProperties" : ", hipGetDeviceProperties";
  }
  if (why.empty()) return api;
  return std::nullopt;
}

std::string error_words(const HipApi& api, Error error) {
  const char* const name = api.error_name(error);
  const char* const text = api.error_text(error);
  if (name == nullptr) return fmt::format("error {}", static_cast<int>(error));
  // HIP 5 gives the name again.
  if (text == nullptr || std::string_view(text) == name) return name;
  return fmt::format("{} ({})", name, text);
}

void fail(const HipApi& api, Error error, const std::string& what) {
  const Meaning* meaning = meaning_of(error);
  throw Failure(meaning != nullptr ? meaning->status : TPP_FAILED,
                fmt::format("hip: {}: {}; {}", what, error_words(api, error),
                            meaning != nullptr ? meaning->advice : kLookAtLog));
}

std::string architecture_of(const HipApi& api, DeviceNumber device) {
  if (api.properties_r0600 != nullptr) {
    PropertiesR0600 properties{};
    const Error error = api.properties_r0600(&properties, device);
    return error == Error::none ? architecture_in(properties.architecture) : "";
  }
  PropertiesR0000 properties{};
  const Error error = api.properties_r0000(&properties, device);
  return error == Error::none ? architecture_in(properties.architecture) : "";
}

}  // namespace tpp::hip
