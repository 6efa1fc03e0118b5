#include "kernels/cuda/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>

#include "kernels/cpp_boundary.h"
#include "kernels/gpu/pci_id.h"

namespace tpp::cuda {
namespace {

using boundary::Failure;
using boundary::set_text;

// Drivers take machine code of a toolkit of their own major version, whatever the minor one; what
// is called they had long before.
constexpr int kOldestDriver = CUDA_VERSION / 1000 * 1000;
constexpr const char* kOldestDriverText =
    CUDA_VERSION >= 13000 ? "driver 580 (CUDA 13.0)" : "driver 525 (CUDA 12.0)";
static_assert(CUDA_VERSION >= 12000 && CUDA_VERSION < 14000, "which driver is the oldest?");

// CU_DEVICE_ATTRIBUTE_MPS_ENABLED, whether contexts go through the multi-process service, which can
// hold a process to a part of the units. By its number: headers of early CUDA 12 lack the name.
constexpr auto kSharedByMps = static_cast<CUdevice_attribute>(133);

int attribute(const CudaApi& api, CUdevice device, CUdevice_attribute which) {
  int value = 0;
  const CUresult result = api.attribute(&value, which, device);
  return result == CUDA_SUCCESS ? value : 0;
}

// The kernel's way to write a PCI address: "0000:17:00.0". The driver gives it in capitals, and
// NVIDIA's tools write domains in eight digits.
std::string pci_address(const CudaApi& api, CUdevice device) {
  char text[32] = {};
  const CUresult result = api.pci_bus_id(text, sizeof text, device);
  if (result != CUDA_SUCCESS) fail(api, result, "cannot ask a device for its PCI address");
  std::string address = text;
  for (char& c : address) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  while (address.find(':') > 4 && address.front() == '0') address.erase(0, 1);
  return address;
}

// Of an instance of a partitioned GPU it is the instance's own.
std::string uuid_of(const CudaApi& api, CUdevice device, bool instance) {
  CUuuid uuid{};
  if (api.uuid(&uuid, device) != CUDA_SUCCESS) return "";
  std::string text = instance ? "MIG-" : "GPU-";
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", static_cast<unsigned char>(uuid.bytes[i]));
  }
  return text;
}

std::string driver_text(const CudaApi& api) {
  int version = 0;
  if (api.driver_version(&version) != CUDA_SUCCESS) return "";
  return fmt::format("CUDA {}.{}", version / 1000, version % 1000 / 10);
}

void add_clocks(const CudaApi& api, Device& device) {
  const auto read = [&](CUdevice_attribute which) { return attribute(api, device.handle, which); };
  constexpr double kKilo = 1e3;
  device.info.max_clock_hz = read(CU_DEVICE_ATTRIBUTE_CLOCK_RATE) * kKilo;
  device.info.memory_bus_bits =
      static_cast<uint32_t>(read(CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH));
  // Two transfers a clock on every memory since DDR.
  device.info.memory_transfers_per_s = 2 * read(CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE) * kKilo;
  device.cache_bytes = static_cast<uint64_t>(read(CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE));
  device.shared_bytes =
      static_cast<uint32_t>(read(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN));
}

Device describe(const CudaApi& api, CUdevice handle) {
  Device device;
  device.handle = handle;
  device.capability = {attribute(api, handle, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                       attribute(api, handle, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)};
  device.code = {images_for(images(), device.capability), ptx_for(images(), device.capability)};
  device.left_out = images_for(left_out(), device.capability);
  tpp_device_info& info = device.info;
  set_text(info.id, pci_address(api, handle));
  set_text(info.pci_id, gpu::pci_id_of("/sys/bus/pci/devices", info.id));
  char name[128] = {};
  if (api.device_name(name, sizeof name, handle) == CUDA_SUCCESS) set_text(info.name, name);
  // The driver lists an instance of a partitioned GPU under its own name: "... MIG 1g.10gb".
  const bool instance = std::string_view(name).find(" MIG ") != std::string_view::npos;
  set_text(info.uuid, uuid_of(api, handle, instance));
  if (instance) {
    info.flags |= TPP_DEVICE_SLICE;
    set_text(info.slice_reason, "an instance of a partitioned GPU (MIG)");
    // It is a part of the whole GPU's package, under whose address other sources show that.
    set_text(info.package_id, info.id);
    set_text(info.id, fmt::format("{}/{}", info.id, info.uuid));
  } else if (attribute(api, handle, kSharedByMps) != 0) {
    info.flags |= TPP_DEVICE_SLICE;
    set_text(info.slice_reason,
             "shared through the multi-process service (MPS), which may limit what a process gets");
  }
  set_text(info.vendor, kVendor);
  set_text(info.kind, "gpu");
  set_text(info.architecture,
           fmt::format("sm_{}{}", device.capability.major, device.capability.minor));
  set_text(info.unit_kind, "SM");
  set_text(info.driver_version, driver_text(api));
  info.units =
      static_cast<uint32_t>(attribute(api, handle, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT));
  size_t memory = 0;
  if (api.total_memory(&memory, handle) == CUDA_SUCCESS) info.memory_bytes = memory;
  add_clocks(api, device);
  return device;
}

// Cards with several GPUs (K80, M10, A16) count as one board. It bears the address of the first of
// them, since the driver's number of the group means nothing outside this process.
void name_boards(const CudaApi& api, std::vector<Device>& devices) {
  std::map<int, std::string> board_of_group;
  for (Device& device : devices) {
    if (attribute(api, device.handle, CU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD) == 0) continue;
    const int group = attribute(api, device.handle, CU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD_GROUP_ID);
    const bool instance = device.info.package_id[0] != '\0';
    const char* const address = instance ? device.info.package_id : device.info.id;
    const auto at = board_of_group.emplace(group, address).first;
    set_text(device.info.board_id, at->second);
  }
}

void check_version(const CudaApi& api) {
  int version = 0;
  const CUresult result = api.driver_version(&version);
  if (result != CUDA_SUCCESS) fail(api, result, "cannot ask NVIDIA's driver for its version");
  if (version >= kOldestDriver) return;
  throw Failure(TPP_FAILED,
                fmt::format("cuda: the driver is of CUDA {}.{}; expected {} or newer: update it",
                            version / 1000, version % 1000 / 10, kOldestDriverText));
}

}  // namespace

Context& Device::context(const CudaApi& api) {
  if (!context_) context_ = borrowed_context(api);
  return *context_;
}

std::shared_ptr<Context> Device::borrowed_context(const CudaApi& api) {
  std::shared_ptr<Context> one = borrowed_.lock();
  if (!one) {
    one = std::make_shared<Context>(api, handle, fmt::format("{} ({})", info.id, info.name), code);
    borrowed_ = one;
  }
  return one;
}

CudaApi load_driver() {
  std::string why;
  const boundary::SymbolSource source = boundary::open_shared_library("libcuda.so.1", why);
  if (!source) throw Failure(TPP_UNAVAILABLE, "no NVIDIA driver: " + why);
  const auto api = CudaApi::bind(source, why);
  if (api) return *api;
  throw Failure(TPP_FAILED, fmt::format("cuda: NVIDIA's driver lacks {}; expected {} or newer: "
                                        "update it",
                                        why, kOldestDriverText));
}

std::vector<Device> find_devices(const CudaApi& api) {
  const CUresult started = api.init(0);
  if (started == CUDA_ERROR_NO_DEVICE) {
    throw Failure(TPP_UNAVAILABLE,
                  "no NVIDIA device that this process may use (look at the permissions of "
                  "/dev/nvidia* if there is one)");
  }
  if (started != CUDA_SUCCESS) fail(api, started, "cannot start NVIDIA's driver");
  check_version(api);
  int count = 0;
  const CUresult counted = api.device_count(&count);
  if (counted != CUDA_SUCCESS) fail(api, counted, "cannot count NVIDIA devices");
  if (count == 0) throw Failure(TPP_UNAVAILABLE, "no NVIDIA device");
  std::vector<Device> devices;
  for (int i = 0; i < count; ++i) {
    CUdevice handle = 0;
    const CUresult result = api.device(&handle, i);
    if (result != CUDA_SUCCESS) fail(api, result, fmt::format("cannot open device {}", i));
    devices.push_back(describe(api, handle));
  }
  name_boards(api, devices);
  return devices;
}

}  // namespace tpp::cuda
