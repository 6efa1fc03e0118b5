#include "probes/sleeping_gpus.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

namespace tpp {
namespace {

std::optional<std::string> text_of(const NodeFiles& files, const std::string& address,
                                   const char* name) {
  return files.text(std::filesystem::path(kPciDevices) / address / name);
}

// "0x10de" and "0x2330" as "10de:2330".
std::optional<std::string> pci_pair(const std::optional<std::string>& vendor,
                                    const std::optional<std::string>& device) {
  const auto is_id = [](const std::optional<std::string>& text) {
    return text && text->size() == 6 && text->starts_with("0x");
  };
  if (!is_id(vendor) || !is_id(device)) return std::nullopt;
  return vendor->substr(2) + ":" + device->substr(2);
}

}  // namespace

bool is_asleep(const NodeFiles& files, const std::string& address) {
  return text_of(files, address, "power/runtime_status") == "suspended";
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
  device.pci_id = pci_pair(text_of(files, address, "vendor"), text_of(files, address, "device"));
  const auto subsystem = pci_pair(text_of(files, address, "subsystem_vendor"),
                                  text_of(files, address, "subsystem_device"));
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
