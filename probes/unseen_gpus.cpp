#include "probes/unseen_gpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <string>

#include "agent/model/listed.h"
#include "probes/accelerator_classes.h"

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
constexpr std::array kAsked = {0x10deu, 0x1002u};

// "0x10de"; of anything else 0.
unsigned number_of(const std::string& text) {
  unsigned value = 0;
  const bool prefixed = text.starts_with("0x");
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + (prefixed ? 2 : 0), end, value, 16);
  return prefixed && read.ec == std::errc() && read.ptr == end ? value : 0;
}

PciIdentity identity_of(const NodeFiles& files, const std::string& address) {
  const std::filesystem::path folder = std::filesystem::path(kPciDevices) / address;
  const auto number = [&](const char* name) {
    return number_of(files.text(folder / name).value_or(""));
  };
  // The kernel writes the programming interface behind the class: "0x030200".
  return {number("class") >> 8, number("vendor"), number("device")};
}

}  // namespace

bool is_accelerator(const NodeFiles& files, const std::string& address) {
  return is_accelerator(identity_of(files, address));
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

std::optional<std::string> physical_function(const NodeFiles& files, const std::string& address) {
  const auto link = files.link(std::filesystem::path(kPciDevices) / address / "physfn");
  return link ? std::optional(link->filename().string()) : std::nullopt;
}

void add_unseen_gpus(const GpuMaker& maker, const NodeFiles& files, Inventory& inventory) {
  for (const std::string& address : files.names(kPciDevices)) {
    if (is_listed(inventory, address) || !is_gpu_of(maker, files, address)) continue;
    const auto whole = physical_function(files, address);
    if (whole && is_listed(inventory, *whole)) continue;
    inventory.findings.push_back(unseen(maker, address, is_given_away(files, address)));
  }
}

void add_accelerators_of_others(const NodeFiles& files, Inventory& inventory) {
  for (const std::string& address : files.names(kPciDevices)) {
    const PciIdentity pci = identity_of(files, address);
    const bool asked = std::ranges::find(kAsked, pci.vendor) != kAsked.end();
    const bool given_away = is_given_away(files, address);
    // No console is kept for a virtual machine; one that is none may be an accelerator.
    const bool told = is_surely_accelerator(pci) || (given_away && is_display(pci));
    if (asked || !told) continue;
    inventory.findings.push_back(
        {.code = "device.unseen",
         .finding_class = given_away ? FindingClass::condition : FindingClass::health,
         .severity = given_away ? Severity::info : Severity::warning,
         .subject = address,
         .message = fmt::format(
             "{} of PCI vendor {:#06x} (class {:#06x}) is on the bus, and {}",
             is_surely_accelerator(pci) ? "an accelerator" : "a display controller", pci.vendor,
             pci.class_code,
             given_away ? "is given to a virtual machine (vfio-pci): it is not in this inventory"
                        : "no module lists that address: it is missing from this inventory, "
                          "unless it is one of the devices that bear none; see that its driver and "
                          "its OpenCL runtime are installed, and open to this user")});
  }
}

}  // namespace tpp
