#include "probes/sleeping_gpus.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "probes/pci_ids.h"

namespace tpp {

bool is_asleep(const NodeFiles& files, const std::string& address) {
  const auto folder = std::filesystem::path(kPciDevices) / address;
  return files.text(folder / "power/runtime_status") == "suspended";
}

GpusOnBus gpus_on_bus(const GpuMaker& maker, const NodeFiles& files) {
  GpusOnBus gpus;
  for (const std::string& address : files.names(kPciDevices)) {
    if (!is_gpu_of(maker, files, address) || is_given_away(files, address)) continue;
    const auto whole = physical_function(files, address);
    // No device of its own, where the whole is one that the library lists.
    if (whole && is_gpu_of(maker, files, *whole) && !is_given_away(files, *whole)) continue;
    (is_asleep(files, address) ? gpus.asleep : gpus.awake).push_back(address);
  }
  return gpus;
}

void add_sleepers(const NodeFiles& files, const std::vector<std::string>& addresses,
                  const Device& alike, Inventory& inventory) {
  for (const std::string& address : addresses) {
    if (find_device(inventory, {address}) != nullptr) continue;
    Device device = alike;
    device.id.value = address;
    device.pci_id = pci_id_on_bus(files, address);
    const auto subsystem = subsystem_id_on_bus(files, address);
    if (subsystem) device.labels.emplace().subsystem_id = subsystem;
    inventory.devices.push_back(std::move(device));
    inventory.findings.push_back(
        asleep_finding(address, "what its management library knows of it was not asked for"));
  }
}

Finding asleep_finding(const std::string& subject, const std::string& not_asked_for) {
  return {.code = "device.asleep",
          .finding_class = FindingClass::condition,
          .severity = Severity::info,
          .subject = subject,
          .message = fmt::format("it sleeps, and was not woken: {}", not_asked_for)};
}

}  // namespace tpp
