#include "probes/nvidia/nvidia_probe.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <string>

#include "agent/support/dynamic_library.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

using nvml::Api;

constexpr const char* kLibrary = "libnvidia-ml.so.1";
constexpr unsigned kMostDevices = 1024;
constexpr double kHertzPerMegahertz = 1e6;

std::string said(const Api& api, nvml::Result result) {
  const char* text = api.error_text(result);
  return text != nullptr ? text : fmt::format("error {}", result);
}

// A text of a library is bytes until proven otherwise: what is not printable ASCII becomes '?'.
template <std::size_t Size>
std::string printable(const std::array<char, Size>& bytes) {
  std::string text;
  for (const char c : bytes) {
    if (c == '\0') break;
    text += c >= ' ' && c <= '~' ? c : '?';
  }
  return text;
}

template <class Ask, class... Of>
std::optional<std::string> text_of(Ask* ask, Of... of) {
  std::array<char, 96> bytes{};
  if (ask == nullptr || ask(of..., bytes.data(), bytes.size()) != nvml::kSuccess) return {};
  std::string text = printable(bytes);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

// Numbers that a driver does not know are 0, or all ones.
std::optional<unsigned> known(unsigned value) {
  return value == 0 || value == ~0u ? std::nullopt : std::optional(value);
}

std::optional<unsigned> number_of(nvml::Result (*ask)(nvml::Device, unsigned*),
                                  nvml::Device device) {
  unsigned value = 0;
  if (ask == nullptr || ask(device, &value) != nvml::kSuccess) return std::nullopt;
  return known(value);
}

std::optional<double> max_clock_hz(const Api& api, nvml::Device device, int clock) {
  unsigned megahertz = 0;
  if (api.max_clock_mhz == nullptr ||
      api.max_clock_mhz(device, clock, &megahertz) != nvml::kSuccess || !known(megahertz)) {
    return std::nullopt;
  }
  return megahertz * kHertzPerMegahertz;
}

std::optional<std::string> architecture(const Api& api, nvml::Device device) {
  int major = 0;
  int minor = 0;
  if (api.capability == nullptr || api.capability(device, &major, &minor) != nvml::kSuccess ||
      major <= 0 || minor < 0) {
    return std::nullopt;
  }
  return fmt::format("sm_{}{}", major, minor);
}

// Partitions that this process can be given: what is measured on them is never the GPU's.
std::string slice_reason(const Api& api, nvml::Device device) {
  unsigned current = 0;
  unsigned pending = 0;
  if (api.mig_mode != nullptr && api.mig_mode(device, &current, &pending) == nvml::kSuccess &&
      current == 1) {
    return "a partitioned GPU (MIG): only its instances can be measured";
  }
  int mode = 0;
  if (api.virtualization != nullptr && api.virtualization(device, &mode) == nvml::kSuccess) {
    if (mode == nvml::kVirtualGpuGuest) return "a virtual GPU: a share of a GPU of the host";
    if (mode == nvml::kVirtualGpuHost) return "a host of virtual GPUs: they may hold shares of it";
  }
  return "";
}

Finding finding(std::string code, FindingClass finding_class, Severity severity,
                std::string subject, std::string message) {
  return {.code = std::move(code),
          .finding_class = finding_class,
          .severity = severity,
          .subject = std::move(subject),
          .message = std::move(message)};
}

void add_memory_faults(const Api& api, nvml::Device device, const std::string& id,
                       std::vector<Finding>& findings) {
  unsigned corrected = 0;
  unsigned uncorrected = 0;
  unsigned pending = 0;
  unsigned failed = 0;
  const bool rows =
      api.remapped_rows != nullptr &&
      api.remapped_rows(device, &corrected, &uncorrected, &pending, &failed) == nvml::kSuccess;
  if (rows && failed == 1) {
    findings.push_back(finding("device.memory_failed", FindingClass::health, Severity::error, id,
                               "a faulty row of its memory could not be replaced; have the board "
                               "checked before relying on its figures"));
  }
  int pages = 0;
  const bool page_pending = api.pending_pages != nullptr &&
                            api.pending_pages(device, &pages) == nvml::kSuccess && pages == 1;
  if ((rows && pending == 1) || page_pending) {
    findings.push_back(finding("device.reset_needed", FindingClass::health, Severity::warning, id,
                               "faulty memory is taken out of use at the next reset of the GPU; "
                               "reset it when it is idle"));
  }
}

void add_power_limit(const Api& api, nvml::Device device, const std::string& id,
                     std::vector<Finding>& findings) {
  const auto limit = number_of(api.power_limit_mw, device);
  const auto usual = number_of(api.default_power_limit_mw, device);
  if (!limit || !usual || *limit >= *usual) return;
  findings.push_back(
      finding("device.power_capped", FindingClass::condition, Severity::info, id,
              fmt::format("its power is limited to {:g} W, {:g} W is its default: achieved rates "
                          "are those of the capped board, declared figures stand",
                          *limit / 1000.0, *usual / 1000.0)));
}

Device describe(const Api& api, nvml::Device handle, const nvml::PciInfo& pci) {
  Device device;
  device.id.value = fmt::format("{:04x}:{:02x}:{:02x}.0", pci.domain, pci.bus, pci.device);
  device.kind = DeviceKind::gpu;
  device.vendor = "NVIDIA";
  device.pci_id =
      fmt::format("{:04x}:{:04x}", pci.device_and_vendor & 0xffff, pci.device_and_vendor >> 16);
  device.name = text_of(api.name, handle).value_or("");
  device.uuid = text_of(api.uuid, handle);
  device.serial = text_of(api.serial, handle);
  device.architecture = architecture(api, handle);
  device.unit_kind = "SM";
  device.max_clock_hz = max_clock_hz(api, handle, nvml::kClockSm);
  if (const auto bits = number_of(api.memory_bus_bits, handle)) {
    device.memory_bus_bits = static_cast<int>(*bits);
  }
  // Two transfers a clock on every memory since DDR.
  if (const auto clock = max_clock_hz(api, handle, nvml::kClockMemory)) {
    device.memory_transfers_per_s = 2 * *clock;
  }
  nvml::Memory memory{};
  if (api.memory != nullptr && api.memory(handle, &memory) == nvml::kSuccess && memory.total > 0 &&
      memory.total != ~0ull) {
    device.memory_bytes = memory.total;
  }
  device.slice_reason = slice_reason(api, handle);
  device.slice = !device.slice_reason.empty();
  device.seen_by = {"probe nvidia"};
  return device;
}

// The library is shut down on every way out: it holds the device files open meanwhile.
class Started {
 public:
  explicit Started(const Api& api) : api_(api) {}
  ~Started() { api_.shutdown(); }
  Started(const Started&) = delete;
  Started& operator=(const Started&) = delete;

 private:
  const Api& api_;
};

// Of a GPU, or of all of them: given to others, by permissions or control groups.
bool is_denied(nvml::Result result) {
  return result == nvml::kNoPermission || result == nvml::kBlocked;
}

// Why the library cannot be asked, which is the node's trouble. Throws Error.
[[noreturn]] void fail_to_start(const Api& api, nvml::Result result) {
  if (result != nvml::kVersionsDiffer) {
    throw Error(fmt::format("{} cannot be started: {}", kLibrary, said(api, result)));
  }
  throw Error(
      fmt::format("{}: {}; the driver was updated while an older one is loaded: reload it or "
                  "restart the node",
                  kLibrary, said(api, result)));
}

class Reading {
 public:
  explicit Reading(const Api& api) : api_(api) {}

  void add(unsigned index) {
    nvml::Device handle = nullptr;
    nvml::PciInfo pci{};
    nvml::Result result = api_.device(index, &handle);
    if (result == nvml::kSuccess) result = api_.pci(handle, &pci);
    if (result != nvml::kSuccess) return add_failure(index, is_denied(result), said(api_, result));
    if (pci.bus > 0xff || pci.device > 0x1f) {
      return add_failure(index, false, "its PCI address is none");
    }
    Device device = describe(api_, handle, pci);
    add_memory_faults(api_, handle, device.id.value, inventory_.findings);
    add_power_limit(api_, handle, device.id.value, inventory_.findings);
    device.board.value = board_of(handle, device);
    inventory_.devices.push_back(std::move(device));
  }

  Inventory take() { return std::move(inventory_); }

 private:
  // Cards with several GPUs (K80, M10, A16) count as one board; "" for a GPU of its own.
  std::string board_of(nvml::Device handle, const Device& device) {
    unsigned id = 0;
    if (!number_of(api_.multi_gpu_board, handle) || api_.board_id == nullptr ||
        api_.board_id(handle, &id) != nvml::kSuccess) {
      return "";
    }
    return board_of_id_.emplace(id, device.id.value).first->second;
  }

  // A GPU that was given to others is no fault of this node.
  void add_failure(unsigned index, bool denied, const std::string& words) {
    inventory_.findings.push_back(finding(
        "device.unreadable", denied ? FindingClass::condition : FindingClass::health,
        denied ? Severity::info : Severity::error, "",
        fmt::format("NVIDIA GPU {} (in the management library's order) cannot be asked: {}{}",
                    index, words,
                    denied ? "; it is left out"
                           : "; look at the kernel's log, reset it or "
                             "restart the node")));
  }

  const Api& api_;
  Inventory inventory_;
  std::map<unsigned, std::string> board_of_id_;
};

Inventory no_access(const std::string& words) {
  Inventory inventory;
  inventory.findings.push_back(finding(
      "device.unreadable", FindingClass::condition, Severity::info, "",
      fmt::format("NVIDIA's management library may not be used here: {}; if this node's GPUs "
                  "are to be listed, the user needs to read and write /dev/nvidia*",
                  words)));
  return inventory;
}

}  // namespace

Inventory read_nvml(const Api& api) {
  const nvml::Result result = api.init();
  if (result == nvml::kDriverNotLoaded || result == nvml::kNoGpus) return {};
  if (is_denied(result)) return no_access(said(api, result));
  if (result != nvml::kSuccess) fail_to_start(api, result);
  const Started started(api);
  unsigned count = 0;
  const nvml::Result counted = api.count(&count);
  if (counted != nvml::kSuccess || count > kMostDevices) {
    throw Error(fmt::format(
        "{} cannot count its GPUs: {}", kLibrary,
        counted != nvml::kSuccess ? said(api, counted) : fmt::format("it says {}", count)));
  }
  Reading reading(api);
  for (unsigned index = 0; index < count; ++index) reading.add(index);
  Inventory inventory = reading.take();
  const auto driver = text_of(api.driver_version);
  for (Device& device : inventory.devices) device.driver_version = driver;
  return inventory;
}

Inventory probe_nvidia(const NodeFiles& files) {
  if (!files.is_live()) return {};
  std::string why;
  const auto library = DynamicLibrary::open(kLibrary, &why);
  if (!library) return {};
  std::string missing;
  const auto api = Api::bind([&](const char* name) { return library->symbol(name); }, missing);
  if (api) return read_nvml(*api);
  throw Error(fmt::format("{} lacks {}: update NVIDIA's driver", kLibrary, missing));
}

}  // namespace tpp
