#include "kernels/opencl/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "kernels/gpu/pci_id.h"

namespace tpp::opencl {
namespace {

using boundary::set_text;

// By their numbers: not every version of the headers has the names of extensions. The PCI address
// by cl_khr_pci_bus_info, and in NVIDIA's and AMD's own words, as hwloc reads them too.
constexpr cl_device_info kHalfFpConfig = 0x1033;  // cl_khr_fp16
constexpr cl_device_info kPciBusInfo = 0x410F;
constexpr cl_device_info kPciBusNv = 0x4008;
constexpr cl_device_info kPciSlotNv = 0x4009;
constexpr cl_device_info kPciDomainNv = 0x400A;
constexpr cl_device_info kTopologyAmd = 0x4037;
constexpr cl_uint kAmd = 0x1002;  // as PCI numbers vendors

struct PciBusInfo {
  cl_uint domain, bus, device, function;
};
static_assert(sizeof(PciBusInfo) == 16);

struct TopologyAmd {
  cl_uint type;  // 1: the PCI address follows
  unsigned char unused[17];
  unsigned char bus, device, function;
};
static_assert(sizeof(TopologyAmd) == 24);

template <class Value>
std::optional<Value> read(const OpenClApi& api, cl_device_id device, cl_device_info which) {
  Value value{};
  std::size_t bytes = 0;
  const cl_int error = api.device_info(device, which, sizeof value, &value, &bytes);
  return error == CL_SUCCESS && bytes == sizeof value ? std::optional(value) : std::nullopt;
}

// Texts longer than this are none.
constexpr std::size_t kMostText = std::size_t{1} << 16;

std::string text(const OpenClApi& api, cl_device_id device, cl_device_info which) {
  std::size_t bytes = 0;
  if (api.device_info(device, which, 0, nullptr, &bytes) != CL_SUCCESS) return "";
  if (bytes == 0 || bytes > kMostText) return "";
  std::string value(bytes, '\0');
  if (api.device_info(device, which, bytes, value.data(), nullptr) != CL_SUCCESS) return "";
  value.resize(value.find('\0') == std::string::npos ? bytes : value.find('\0'));
  const auto first = value.find_first_not_of(' ');
  return first == std::string::npos ? "" : value.substr(first);
}

// Version 2 of cl_khr_integer_dot_product, which older headers lack: of packed integers of 8 bits.
constexpr cl_device_info kDotAcceleration = 0x1075;
struct DotAcceleration {
  cl_bool signed_, unsigned_, mixed;
  cl_bool saturating[3];
};

// AMD's own words leave the domain out: it is that of the one device of theirs at such a place.
// Where the kernel shows none it is 0; where it shows several the address is not known: "".
std::string with_domain(const std::filesystem::path& pci_devices, const std::string& place) {
  std::string found;
  std::error_code error;
  for (std::filesystem::directory_iterator at(pci_devices, error), end; !error && at != end;
       at.increment(error)) {
    const std::string address = at->path().filename();
    const bool is_there = address.size() > place.size() &&
                          address.compare(address.size() - place.size(), place.npos, place) == 0;
    if (!is_there || gpu::pci_id_of(pci_devices, address).rfind("1002:", 0) != 0) continue;
    if (!found.empty()) return "";
    found = address;
  }
  return found.empty() ? "0000" + place : found;
}

// A GPU of AMD's is function 0 of its device: where the runtime writes another, it is the number of
// a partition, which has the address of the whole.
std::string pci_address(const OpenClApi& api, cl_device_id device,
                        const std::filesystem::path& pci_devices) {
  const auto words = [](cl_uint domain, cl_uint bus, cl_uint slot, cl_uint function) {
    return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", domain, bus, slot, function);
  };
  if (const auto told = read<PciBusInfo>(api, device, kPciBusInfo)) {
    const bool amd = read<cl_uint>(api, device, CL_DEVICE_VENDOR_ID) == kAmd;
    return words(told->domain, told->bus, told->device, amd ? 0 : told->function);
  }
  if (const auto told = read<TopologyAmd>(api, device, kTopologyAmd); told && told->type == 1) {
    return with_domain(pci_devices, fmt::format(":{:02x}:{:02x}.0", told->bus, told->device));
  }
  const auto bus = read<cl_uint>(api, device, kPciBusNv);
  const auto slot = read<cl_uint>(api, device, kPciSlotNv);
  if (!bus || !slot) return "";
  // The slot holds device and function, as in configuration space.
  return words(read<cl_uint>(api, device, kPciDomainNv).value_or(0), *bus & 0xffu, *slot >> 3,
               *slot & 7u);
}

bool has_fused(const OpenClApi& api, cl_device_id device, cl_device_info which) {
  return (read<cl_device_fp_config>(api, device, which).value_or(0) & CL_FP_FMA) != 0;
}

void add_limits(const OpenClApi& api, Device& device) {
  const cl_device_id handle = device.handle;
  const auto number = [&](cl_device_info which) {
    return read<cl_ulong>(api, handle, which).value_or(0);
  };
  device.info.units = read<cl_uint>(api, handle, CL_DEVICE_MAX_COMPUTE_UNITS).value_or(0);
  device.info.memory_bytes = number(CL_DEVICE_GLOBAL_MEM_SIZE);
  device.info.max_clock_hz =
      read<cl_uint>(api, handle, CL_DEVICE_MAX_CLOCK_FREQUENCY).value_or(0) * 1e6;
  device.cache_bytes = number(CL_DEVICE_GLOBAL_MEM_CACHE_SIZE);
  device.most_bytes = number(CL_DEVICE_MAX_MEM_ALLOC_SIZE);
  device.most_items = read<std::size_t>(api, handle, CL_DEVICE_MAX_WORK_GROUP_SIZE).value_or(0);
  device.extensions = " " + text(api, handle, CL_DEVICE_EXTENSIONS) + " ";
  const auto dot = read<DotAcceleration>(api, handle, kDotAcceleration);
  device.has_dot_instruction = !dot || dot->signed_ != CL_FALSE;
  constexpr cl_device_info kWidths[] = {CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE,
                                        CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT,
                                        CL_DEVICE_NATIVE_VECTOR_WIDTH_HALF};
  constexpr cl_device_info kConfigs[] = {CL_DEVICE_DOUBLE_FP_CONFIG, CL_DEVICE_SINGLE_FP_CONFIG,
                                         kHalfFpConfig};
  for (int i = 0; i < 3; ++i) {
    device.vector_width[i] = read<cl_uint>(api, handle, kWidths[i]).value_or(0);
    device.fuses[i] = has_fused(api, handle, kConfigs[i]);
  }
}

// "OpenCL 3.0" of what goes on with the driver's own words.
std::string version_words(const std::string& version) {
  const auto number = version.find(' ');
  return number == std::string::npos ? version : version.substr(0, version.find(' ', number + 1));
}

// One device; its id is given when all are known.
Device describe(const OpenClApi& api, cl_device_id handle, cl_device_type type) {
  Device device;
  device.handle = handle;
  tpp_device_info& info = device.info;
  info.flags = TPP_DEVICE_PORTABLE;
  device.is_processor = (type & CL_DEVICE_TYPE_CPU) != 0;
  set_text(info.kind, device.is_processor                        ? "cpu"
                      : (type & CL_DEVICE_TYPE_ACCELERATOR) != 0 ? "accelerator"
                                                                 : "gpu");
  set_text(info.name, text(api, handle, CL_DEVICE_NAME));
  set_text(info.vendor, text(api, handle, CL_DEVICE_VENDOR));
  set_text(info.driver_version, text(api, handle, CL_DRIVER_VERSION));
  set_text(info.architecture, version_words(text(api, handle, CL_DEVICE_VERSION)));
  set_text(info.unit_kind, device.is_processor ? "core" : "CU");
  add_limits(api, device);
  return device;
}

std::vector<cl_device_id> devices_of(const OpenClApi& api, cl_platform_id platform) {
  constexpr cl_uint kMostDevices = 1024;
  cl_uint count = 0;
  if (api.devices(platform, CL_DEVICE_TYPE_ALL, 0, nullptr, &count) != CL_SUCCESS) return {};
  std::vector<cl_device_id> devices(std::min(count, kMostDevices));
  if (devices.empty()) return {};
  const auto room = static_cast<cl_uint>(devices.size());
  const cl_int error = api.devices(platform, CL_DEVICE_TYPE_ALL, room, devices.data(), nullptr);
  return error == CL_SUCCESS ? devices : std::vector<cl_device_id>{};
}

// Whether it can be put to use: one that has a compiler and units.
bool is_usable(const OpenClApi& api, const Device& device) {
  return device.info.units > 0 &&
         read<cl_bool>(api, device.handle, CL_DEVICE_AVAILABLE).value_or(CL_FALSE) != CL_FALSE &&
         read<cl_bool>(api, device.handle, CL_DEVICE_COMPILER_AVAILABLE).value_or(CL_FALSE) !=
             CL_FALSE;
}

// Parts of one device share its address, and NVIDIA's driver lists an instance of a partitioned GPU
// under a name of its own.
void name_part(const std::string& address, std::size_t number, Device& device) {
  tpp_device_info& info = device.info;
  info.flags |= TPP_DEVICE_SLICE;
  set_text(info.slice_reason, "a part of a device: the driver lists it under the whole's address");
  set_text(info.package_id, address);
  set_text(info.id, fmt::format("{}/opencl:{}", address, number));
}

class Listing {
 public:
  Listing(const OpenClApi& api, std::optional<int> package,
          const std::filesystem::path& pci_devices)
      : api_(api), package_(package), pci_devices_(pci_devices) {}

  // Of one platform. What an earlier one lists at the same address is the same device.
  void add(cl_platform_id platform) {
    std::vector<std::pair<std::string, Device>> here;  // by address
    std::map<std::string, int> at_address;
    for (cl_device_id handle : devices_of(api_, platform)) {
      const auto type = read<cl_device_type>(api_, handle, CL_DEVICE_TYPE).value_or(0);
      Device device = describe(api_, handle, type);
      if (!is_usable(api_, device)) continue;
      const std::string address =
          device.is_processor ? processor_id() : pci_address(api_, handle, pci_devices_);
      if (device.is_processor && address.empty()) continue;
      if (!address.empty()) ++at_address[address];
      here.emplace_back(address, std::move(device));
    }
    std::set<std::string> new_addresses;
    for (auto& [address, device] : here) {
      if (known_.contains(address)) continue;
      if (!address.empty()) new_addresses.insert(address);
      keep(address, at_address[address] > 1, std::move(device));
    }
    known_.merge(new_addresses);
  }

  std::vector<Device> take() { return std::move(devices_); }

 private:
  // "cpu:0" where the driver's device, all processors, is one socket.
  std::string processor_id() const { return package_ ? fmt::format("cpu:{}", *package_) : ""; }

  void keep(const std::string& address, bool shared, Device device) {
    const std::size_t number = number_++;
    const bool instance = std::string(device.info.name).find(" MIG ") != std::string::npos;
    if (address.empty()) {
      set_text(device.info.id, fmt::format("opencl:{}", number));
    } else if (!device.is_processor && (shared || instance)) {
      name_part(address, number, device);
    } else {
      set_text(device.info.id, address);
    }
    if (!device.is_processor) {
      set_text(device.info.pci_id, gpu::pci_id_of(pci_devices_, address));
    }
    const bool twice = std::any_of(devices_.begin(), devices_.end(), [&](const Device& other) {
      return std::string(other.info.id) == device.info.id;
    });
    if (!twice) devices_.push_back(std::move(device));
  }

  const OpenClApi& api_;
  const std::optional<int> package_;
  const std::filesystem::path pci_devices_;
  std::set<std::string> known_;
  std::size_t number_ = 0;
  std::vector<Device> devices_;
};

}  // namespace

bool Device::has(const std::string& extension) const {
  return extensions.find(" " + extension + " ") != std::string::npos;
}

Context& Device::context(const OpenClApi& api, const std::vector<Kernel>& kernels) {
  if (!context_) {
    context_ =
        std::make_shared<Context>(api, handle, fmt::format("{} ({})", info.id, info.name), kernels);
  }
  return *context_;
}

std::optional<int> only_package(const std::filesystem::path& sysfs_cpu) {
  std::set<int> packages;
  std::error_code error;
  for (std::filesystem::directory_iterator at(sysfs_cpu, error), end; !error && at != end;
       at.increment(error)) {
    std::ifstream file(at->path() / "topology/physical_package_id");
    int package = 0;
    // -1 on Arm machines whose firmware does not say: one package.
    if (file >> package) packages.insert(std::max(0, package));
  }
  return packages.size() == 1 ? std::optional(*packages.begin()) : std::nullopt;
}

std::vector<Device> find_devices(const OpenClApi& api, const std::filesystem::path& sysfs_cpu,
                                 const std::filesystem::path& pci_devices) {
  constexpr cl_uint kMostPlatforms = 64;
  cl_uint count = 0;
  check(api.platforms(0, nullptr, &count), "no OpenCL driver (ICD)");
  std::vector<cl_platform_id> platforms(std::min(count, kMostPlatforms));
  if (platforms.empty()) throw Failure(TPP_UNAVAILABLE, "no OpenCL driver (ICD)");
  check(api.platforms(static_cast<cl_uint>(platforms.size()), platforms.data(), nullptr),
        "cannot list OpenCL drivers");
  Listing listing(api, only_package(sysfs_cpu), pci_devices);
  for (cl_platform_id platform : platforms) listing.add(platform);
  std::vector<Device> devices = listing.take();
  if (!devices.empty()) return devices;
  throw Failure(TPP_UNAVAILABLE,
                fmt::format("no device of the {} OpenCL driver{} here that can be used",
                            platforms.size(), platforms.size() == 1 ? "" : "s"));
}

}  // namespace tpp::opencl
