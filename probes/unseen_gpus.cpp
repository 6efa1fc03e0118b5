#include "probes/unseen_gpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>

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

namespace {

// Those that probes ask, each with findings of its own.
constexpr std::array<std::string_view, 2> kAsked = {"0x10de", "0x1002"};

// Accelerators of classes that are shared with much else: co-processors (0b40) are also what
// encrypts and what chipsets bear, system peripherals (0880) anything.
struct OfSharedClass {
  std::string_view kind;  // of what they are, the beginning
  std::string_view vendor;
  std::string_view device;  // the beginning
};
constexpr std::array kOfSharedClass = {
    OfSharedClass{"0x0380", "0x8086", ""},  // Intel's Data Center GPUs; also of virtual machines
    OfSharedClass{"0x0b40", "0x8086", "0x225"},  // Xeon Phi; its QuickAssist cards are 0b40, too
    OfSharedClass{"0x0b40", "0x1e60", ""},       // Hailo
    OfSharedClass{"0x0880", "0x1d0f", "0x7"},    // Amazon's Inferentia and Trainium
    OfSharedClass{"0x0880", "0x1ac1", ""},       // Coral's Edge TPU
};

struct PciDevice {
  std::string kind;  // "0x030200"
  std::string vendor;
  std::string device;
};

PciDevice device_at(const NodeFiles& files, const std::string& address) {
  const std::filesystem::path folder = std::filesystem::path(kPciDevices) / address;
  const auto text = [&](const char* name) { return files.text(folder / name).value_or(""); };
  return {text("class"), text("vendor"), text("device")};
}

bool is_of_shared_class(const PciDevice& one) {
  return std::ranges::any_of(kOfSharedClass, [&](const OfSharedClass& row) {
    return one.kind.starts_with(row.kind) && one.vendor == row.vendor &&
           one.device.starts_with(row.device);
  });
}

// 3D controllers and processing accelerators, and what a list has to know.
bool is_compute(const PciDevice& one) {
  return one.kind.starts_with("0x0302") || one.kind.starts_with("0x12") || is_of_shared_class(one);
}

}  // namespace

bool is_accelerator(const NodeFiles& files, const std::string& address) {
  const PciDevice one = device_at(files, address);
  return one.kind.starts_with("0x03") || one.kind.starts_with("0x12") ||
         one.kind.starts_with("0x0b40") || is_of_shared_class(one);
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

void add_accelerators_of_others(const NodeFiles& files, Inventory& inventory) {
  for (const std::string& address : files.names(kPciDevices)) {
    const PciDevice one = device_at(files, address);
    const bool asked = std::ranges::find(kAsked, one.vendor) != kAsked.end();
    if (asked || !is_compute(one)) continue;
    const bool given_away = is_given_away(files, address);
    inventory.findings.push_back(
        {.code = "device.unseen",
         .finding_class = given_away ? FindingClass::condition : FindingClass::health,
         .severity = given_away ? Severity::info : Severity::warning,
         .subject = address,
         .message = fmt::format(
             "an accelerator of PCI vendor {} (class {}) is on the bus, and {}", one.vendor,
             one.kind,
             given_away ? "is given to a virtual machine (vfio-pci): it is not in this inventory"
                        : "no module lists that address: it is missing from this inventory, "
                          "unless it is one of the devices that bear none; see that its driver and "
                          "its OpenCL runtime are installed, and open to this user")});
  }
}

}  // namespace tpp
