#include "probes/nvidia/nvidia_probe.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/support/error.h"
#include "probes/device_findings.h"
#include "probes/nvidia/nvml_answers.h"
#include "probes/nvidia/nvml_device.h"
#include "probes/nvidia/nvml_library.h"
#include "probes/sleeping_gpus.h"
#include "probes/unseen_gpus.h"

namespace tpp {
namespace {

constexpr unsigned kMostDevices = 1024;

constexpr GpuMaker kNvidia{.vendor_id = "0x10de", .name = "an NVIDIA", .owner = "NVIDIA's"};

// Of a GPU, or of all of them: given to others, by permissions or control groups.
bool is_denied(nvml::Result result) {
  return result == nvml::kNoPermission || result == nvml::kBlocked;
}

class Reading {
 public:
  Reading(const nvml::Api& api, std::string library) : api_(api), library_(std::move(library)) {}

  void add(unsigned index) {
    nvml::Device handle = nullptr;
    const nvml::Result result = api_.device(index, &handle);
    add(handle, result, fmt::format("{} (in the management library's order)", index));
  }

  void add(const std::string& address) {
    nvml::Device handle = nullptr;
    const nvml::Result result = api_.device_at(address.c_str(), &handle);
    if (result == nvml::kNotFound) return;  // another driver's, which its absence tells
    add(handle, result, "at " + address);
  }

  Inventory take() {
    for (const auto& [id, board] : board_of_id_) mark_if_alone(board);
    return std::move(inventory_);
  }

 private:
  // What was got of a handle, and what to call the GPU where that is nothing.
  void add(nvml::Device handle, nvml::Result result, const std::string& which) {
    nvml::PciInfo pci{};
    if (result == nvml::kSuccess) result = api_.pci(handle, &pci);
    if (result != nvml::kSuccess)
      return add_failure(which, is_denied(result), nvml::said(api_, result));
    if (nvml::address_of(pci).empty()) return add_failure(which, false, "its PCI address is none");
    Device device = nvml::describe(api_, handle, pci);
    device.board.value = board_of(handle, device);
    for (Finding& finding : device_findings(device)) inventory_.findings.push_back(finding);
    std::vector<Device> instances = nvml::instances_of(api_, handle, device);
    for (Device& instance : instances) instance.board = device.board;
    if (device.state->partitioned.value_or(false) && instances.empty()) {
      device.slice_reason += ", and it shows none";
    }
    inventory_.devices.push_back(std::move(device));
    std::move(instances.begin(), instances.end(), std::back_inserter(inventory_.devices));
  }

  // Cards with several GPUs (K80, M10, A16) count as one board; "" for a GPU of its own.
  std::string board_of(nvml::Device handle, const Device& device) {
    unsigned id = 0;
    if (!nvml::amount_of(api_.multi_gpu_board, handle) || api_.board_id == nullptr ||
        api_.board_id(handle, &id) != nvml::kSuccess) {
      return "";
    }
    return board_of_id_.emplace(id, device.id.value).first->second;
  }

  // A card says that it has several GPUs, and shows one: a container or a control group was given
  // no more, or the others are lost. What is measured of that one is not the card's.
  void mark_if_alone(const std::string& board) {
    std::vector<Device*> gpus;
    for (Device& device : inventory_.devices) {
      const bool instance = !device.package.value.empty();
      if (device.board.value == board && !instance) gpus.push_back(&device);
    }
    if (gpus.size() != 1 || gpus.front()->slice) return;
    gpus.front()->slice = true;
    gpus.front()->slice_reason = "one GPU of a card with several, of which no other is listed";
  }

  // A GPU that was given to others is no fault of this node.
  void add_failure(const std::string& which, bool denied, const std::string& words) {
    inventory_.findings.push_back(
        unreadable_device(denied, fmt::format("NVIDIA GPU {} cannot be asked: {} (probe nvidia, "
                                              "{}){}",
                                              which, words, library_,
                                              denied ? "; it is left out"
                                                     : "; look at the kernel's log, reset it or "
                                                       "restart the node")));
  }

  const nvml::Api& api_;
  std::string library_;
  Inventory inventory_;
  std::map<unsigned, std::string> board_of_id_;
};

Inventory no_access(const std::string& words) {
  Inventory inventory;
  inventory.findings.push_back(unreadable_device(
      true, fmt::format("NVIDIA's management library may not be used here: {}; if this node's GPUs "
                        "are to be listed, the user needs to read and write /dev/nvidia*",
                        words)));
  return inventory;
}

unsigned count_of(const nvml::Api& api) {
  unsigned count = 0;
  const nvml::Result counted = api.count(&count);
  if (counted == nvml::kSuccess && count <= kMostDevices) return count;
  throw Error(fmt::format(
      "{} cannot count its GPUs: {}", nvml::kLibraryName,
      counted != nvml::kSuccess ? nvml::said(api, counted) : fmt::format("it says {}", count)));
}

}  // namespace

Inventory read_nvml(const nvml::Api& api, const std::optional<std::vector<std::string>>& addresses,
                    const std::string& library) {
  const nvml::Result result = api.init();
  if (result == nvml::kDriverNotLoaded || result == nvml::kNoGpus) return {};
  if (is_denied(result)) return no_access(nvml::said(api, result));
  if (result != nvml::kSuccess) nvml::fail_to_start(api, result);
  const nvml::Started started(api);
  Reading reading(api, library);
  if (addresses && api.device_at != nullptr) {
    for (const std::string& address : *addresses) reading.add(address);
  } else {
    const unsigned count = count_of(api);
    for (unsigned index = 0; index < count; ++index) reading.add(index);
  }
  Inventory inventory = reading.take();
  const auto driver = nvml::text_of(api.driver_version);
  for (Device& device : inventory.devices) device.driver_version = driver;
  return inventory;
}

Inventory probe_nvidia(const NodeFiles& files, const OpenNvml& open) {
  const GpusOnBus bus = gpus_on_bus(kNvidia, files);
  Inventory inventory;
  if (bus.asleep.empty() || !bus.awake.empty()) {
    if (const auto library = open()) {
      inventory =
          read_nvml(library->api, bus.asleep.empty() ? std::nullopt : std::optional(bus.awake),
                    library->file.path());
    }
  }
  Device alike;
  alike.vendor = "NVIDIA";
  alike.unit_kind = "SM";
  alike.seen_by = {"probe nvidia"};
  add_sleepers(files, bus.asleep, alike, inventory);
  add_unseen_gpus(kNvidia, files, inventory);
  return inventory;
}

Inventory probe_nvidia(const NodeFiles& files) {
  return probe_nvidia(files, [&]() -> std::optional<nvml::Library> {
    return files.is_live() ? nvml::open_library() : std::nullopt;
  });
}

}  // namespace tpp
