#include "probes/unseen_gpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>

namespace tpp {
namespace {

Finding unseen(const GpuMaker& maker, const std::string& address, bool given_away) {
  return {.code = "device.unseen",
          .finding_class = given_away ? FindingClass::condition : FindingClass::health,
          .severity = given_away ? Severity::info : Severity::warning,
          .subject = address,
          .message =
              given_away
                  ? fmt::format("{} GPU that is given to a virtual machine (vfio-pci): it is not "
                                "in this inventory",
                                maker.name)
                  : fmt::format("{} GPU is on the bus, and {} management library does not list "
                                "it: it may be missing from this inventory; see that {} driver and "
                                "library are installed, and open to this user",
                                maker.name, maker.owner, maker.owner)};
}

}  // namespace

bool is_accelerator(const NodeFiles& files, const std::string& address) {
  const std::string kind = files.text(std::filesystem::path(kPciDevices) / address / "class")
                               .value_or("");  // "0x030200"
  return kind.starts_with("0x03") || kind.starts_with("0x12") || kind.starts_with("0x0b40");
}

bool is_gpu_of(const GpuMaker& maker, const NodeFiles& files, const std::string& address) {
  const std::filesystem::path folder = std::filesystem::path(kPciDevices) / address;
  if (files.text(folder / "vendor") != maker.vendor_id) return false;
  // Display controllers, of which servers' are 3D controllers, and processing accelerators.
  const std::string kind = files.text(folder / "class").value_or("");
  return kind.starts_with("0x03") || kind.starts_with("0x12");
}

bool is_given_away(const NodeFiles& files, const std::string& address) {
  const auto driver = files.link(std::filesystem::path(kPciDevices) / address / "driver");
  return driver && driver->filename() == "vfio-pci";
}

void add_unseen_gpus(const GpuMaker& maker, const NodeFiles& files, Inventory& inventory) {
  for (const std::string& address : files.names(kPciDevices)) {
    const bool listed = std::ranges::any_of(inventory.devices, [&](const Device& device) {
      return device.id.value == address || device.package.value == address;
    });
    if (listed || !is_gpu_of(maker, files, address)) continue;
    inventory.findings.push_back(unseen(maker, address, is_given_away(files, address)));
  }
}

}  // namespace tpp
