#include "probes/sleeping_gpus.h"

#include <fmt/format.h>

#include <filesystem>

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
    (is_asleep(files, address) ? gpus.asleep : gpus.awake).push_back(address);
  }
  return gpus;
}

Device device_on_bus(const NodeFiles& files, const std::string& address) {
  Device device;
  device.id.value = address;
  device.pci_id = pci_id_on_bus(files, address);
  const auto subsystem = subsystem_id_on_bus(files, address);
  if (subsystem) device.labels.emplace().subsystem_id = subsystem;
  return device;
}

Finding asleep_finding(const std::string& subject, const std::string& not_asked_for) {
  return {.code = "device.asleep",
          .finding_class = FindingClass::condition,
          .severity = Severity::info,
          .subject = subject,
          .message = fmt::format("it sleeps, and was not woken: {}", not_asked_for)};
}

}  // namespace tpp
