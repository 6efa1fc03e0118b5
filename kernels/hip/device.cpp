#include "kernels/hip/device.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <fstream>
#include <map>
#include <string_view>

#include "kernels/cpp_boundary.h"
#include "kernels/gpu/pci_id.h"

namespace tpp::hip {
namespace {

using boundary::Failure;
using boundary::set_text;

constexpr int kLibraryVersions[] = {7, 6, 5};
constexpr const char* kLibraryFolders[] = {"", "/opt/rocm/lib/"};  // "" is the loader's own

// HIP_VERSION: major x 10^7 + minor x 10^5 + patch.
constexpr int kOldestVersion = 50'000'000;

int attribute(const HipApi& api, DeviceNumber device, Attribute which) {
  int value = 0;
  const Error error = api.attribute(&value, which, device);
  return error == Error::none && value > 0 ? value : 0;
}

// The kernel's way to write a PCI address: "0000:17:00.0". A GPU is function 0 of its device: where
// the runtime writes another, it is the number of a partition.
std::string pci_address(const HipApi& api, DeviceNumber device) {
  char text[64] = {};
  const Error error = api.pci_bus_id(text, sizeof text, device);
  if (error != Error::none) fail(api, error, "cannot ask a device for its PCI address");
  std::string address(text, strnlen(text, sizeof text));
  for (char& c : address) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto dot = address.rfind('.');
  if (dot != std::string::npos) address.replace(dot, std::string::npos, ".0");
  return address;
}

// The runtime gives the 16 digits of the chip's number as text; cards that have none, other text.
std::string uuid_of(const HipApi& api, DeviceNumber device) {
  Uuid uuid{};
  if (api.uuid == nullptr || api.uuid(&uuid, device) != Error::none) return "";
  const std::string digits(uuid.bytes, sizeof uuid.bytes);
  const bool number = std::all_of(digits.begin(), digits.end(), [](char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0;
  });
  return number ? "GPU-" + digits : "";
}

std::string version_text(int version) {
  return fmt::format("HIP {}.{}", version / 10'000'000, version / 100'000 % 100);
}

// Compute units. Of RDNA the runtime counts pairs, and the single ones under another name.
uint32_t units_of(const HipApi& api, DeviceNumber device) {
  const int counted = attribute(api, device, Attribute::multiprocessor_count);
  const int single = attribute(api, device, Attribute::physical_multiprocessor_count);
  return static_cast<uint32_t>(single == 2 * counted ? single : counted);
}

// "SPX" and the like, in which the driver says how an accelerator is divided; "" where it does not.
std::string partition_of(const std::filesystem::path& folder, const std::string& address) {
  std::ifstream stream(folder / address / "current_compute_partition");
  std::string text;
  stream >> text;
  return text;
}

void make_slice(tpp_device_info& info, const std::string& reason) {
  info.flags |= TPP_DEVICE_SLICE;
  set_text(info.slice_reason, reason);
}

// MI250 and MI250X are two devices to every runtime, each a die of one package; of their family
// MI210 alone is one. What tells them apart is the PCI id.
void mark_die(Device& device) {
  const std::string_view name = device.info.name;
  const bool single = std::string_view(device.info.pci_id) == "1002:740f" ||
                      name.find("MI210") != std::string_view::npos;
  if (std::string_view(device.info.architecture) != "gfx90a" || single) return;
  device.info.flags |= TPP_DEVICE_DIE;
  make_slice(device.info, "one die (GCD) of a package that has two, unless it is an MI210");
}

void mark_partition(const std::filesystem::path& folder, Device& device) {
  const std::string mode = partition_of(folder, device.info.id);
  if (mode.empty() || mode == "SPX") return;
  make_slice(device.info, fmt::format("a partition of an accelerator in mode {}", mode));
}

Device describe(const HipApi& api, DeviceNumber number, const std::filesystem::path& folder) {
  Device device;
  device.number = number;
  tpp_device_info& info = device.info;
  set_text(info.id, pci_address(api, number));
  set_text(info.pci_id, gpu::pci_id_of(folder, info.id));
  char name[128] = {};
  if (api.device_name(name, sizeof name, number) == Error::none) set_text(info.name, name);
  const std::string architecture = architecture_of(api, number);
  const std::string_view target = target_of(architecture);
  device.code.image = image_of(images(), target);
  set_text(info.uuid, uuid_of(api, number));
  set_text(info.vendor, "AMD");
  set_text(info.kind, "gpu");
  set_text(info.architecture, std::string(target));
  set_text(info.unit_kind, "CU");
  int version = 0;
  if (api.runtime_version(&version) == Error::none) {
    set_text(info.driver_version, version_text(version));
  }
  info.units = units_of(api, number);
  size_t memory = 0;
  if (api.total_memory(&memory, number) == Error::none) info.memory_bytes = memory;
  constexpr double kKilo = 1e3;
  info.max_clock_hz = attribute(api, number, Attribute::clock_rate) * kKilo;
  // Transfers a clock of the memory differ between its kinds, and nobody tells which it is.
  info.memory_bus_bits = static_cast<uint32_t>(attribute(api, number, Attribute::memory_bus_width));
  device.cache_bytes = static_cast<uint64_t>(attribute(api, number, Attribute::l2_cache_size));
  device.shared_bytes =
      static_cast<uint32_t>(attribute(api, number, Attribute::shared_memory_per_block));
  device.timer_hz = attribute(api, number, Attribute::wall_clock_rate) * kKilo;
  mark_die(device);
  mark_partition(folder, device);
  return device;
}

// Partitions of one accelerator have its PCI address, and are told apart by their number.
void tell_apart(std::vector<Device>& devices) {
  std::map<std::string, int> count;
  for (const Device& device : devices) ++count[device.info.id];
  std::map<std::string, int> next;
  for (Device& device : devices) {
    const std::string address = device.info.id;
    const bool slice = (device.info.flags & TPP_DEVICE_SLICE) != 0;
    if (count[address] == 1 &&
        (!slice || !std::string_view(device.info.slice_reason).starts_with("a partition"))) {
      continue;
    }
    if (!slice) make_slice(device.info, "one of several partitions of an accelerator");
    set_text(device.info.package_id, address);
    set_text(device.info.id, fmt::format("{}/{}", address, next[address]++));
  }
}

void check_version(const HipApi& api) {
  int version = 0;
  const Error error = api.runtime_version(&version);
  if (error != Error::none) fail(api, error, "cannot ask the ROCm runtime for its version");
  if (version >= kOldestVersion) return;
  throw Failure(TPP_FAILED, fmt::format("hip: the ROCm runtime is {}; expected HIP 5.0 or newer: "
                                        "update it",
                                        version_text(version)));
}

}  // namespace

// The largest there is (AMD, MI300X data sheet: 256 MB of Infinity Cache). Of every card that has
// such a cache it is less than a sixteenth of the memory, so that small ones are measured too.
uint64_t Device::last_level_bytes() const {
  constexpr uint64_t kLargest = uint64_t{256} << 20;
  return std::max(cache_bytes, std::min(kLargest, info.memory_bytes / 16));
}

Context& Device::context(const HipApi& api) {
  if (!context_) context_ = borrowed_context(api);
  return *context_;
}

std::shared_ptr<Context> Device::borrowed_context(const HipApi& api) {
  std::shared_ptr<Context> one = borrowed_.lock();
  if (!one) {
    one = std::make_shared<Context>(api, number, fmt::format("{} ({})", info.id, info.name), code);
    borrowed_ = one;
  }
  return one;
}

std::vector<std::string> library_folders(const std::string& folder) {
  if (!folder.empty()) return {folder + "/"};
  return {std::begin(kLibraryFolders), std::end(kLibraryFolders)};
}

HipApi load_runtime(const std::string& folder) {
  const std::vector<std::string> folders = library_folders(folder);
  std::string why;
  std::string broken;  // why the first one that is there cannot be loaded
  for (const int version : kLibraryVersions) {
    for (const std::string& place : folders) {
      const std::string path = fmt::format("{}libamdhip64.so.{}", place, version);
      const boundary::SymbolSource source = boundary::open_shared_library(path.c_str(), why);
      if (!source) {
        if (broken.empty() && !boundary::is_absent(path, why)) broken = why;
        continue;
      }
      const auto api = HipApi::bind(source, why);
      if (api) return *api;
      throw Failure(TPP_FAILED, fmt::format("hip: {} lacks {}; expected that of ROCm 5.0 or newer: "
                                            "update it",
                                            path, why));
    }
  }
  const std::string library = "no libamdhip64.so.7, .6 or .5";
  if (!broken.empty()) {
    throw Failure(TPP_UNAVAILABLE,
                  fmt::format("no ROCm runtime: {} that can be loaded: {}", library, broken));
  }
  throw Failure(
      TPP_UNAVAILABLE,
      fmt::format("no ROCm runtime: {} in {} (library-path names another folder)", library,
                  folder.empty() ? "the loader's folders or /opt/rocm/lib" : folder));
}

std::string why_no_device(const std::string& kfd) {
  if (::access(kfd.c_str(), F_OK) != 0) {
    return fmt::format("the kernel's amdgpu driver is not loaded or has none (no {})", kfd);
  }
  if (::access(kfd.c_str(), R_OK | W_OK) != 0) {
    return fmt::format(
        "this process may not open {}: it has to be in the group of that file (render)", kfd);
  }
  return "look at the permissions of /dev/dri/render* and at ROCR_VISIBLE_DEVICES and "
         "HIP_VISIBLE_DEVICES";
}

std::vector<Device> find_devices(const HipApi& api, const std::filesystem::path& folder) {
  int count = 0;
  Error error = api.init(0);
  if (error == Error::none) error = api.device_count(&count);
  if (error == Error::no_device || (error == Error::none && count <= 0)) {
    throw Failure(TPP_UNAVAILABLE,
                  "no AMD device that this process may use: " + why_no_device("/dev/kfd"));
  }
  if (error != Error::none) fail(api, error, "cannot start the ROCm runtime");
  check_version(api);
  std::vector<Device> devices;
  for (DeviceNumber i = 0; i < count; ++i) devices.push_back(describe(api, i, folder));
  tell_apart(devices);
  return devices;
}

}  // namespace tpp::hip
