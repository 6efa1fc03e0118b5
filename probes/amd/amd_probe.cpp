#include "probes/amd/amd_probe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>
#include <vector>

#include "agent/support/add_once.h"
#include "agent/support/error.h"
#include "probes/amd/amd_device.h"
#include "probes/amd/amd_library.h"
#include "probes/amd/amd_packages.h"
#include "probes/amd/plausible.h"
#include "probes/device_findings.h"
#include "probes/sleeping_gpus.h"
#include "probes/unseen_gpus.h"

namespace tpp {
namespace {

constexpr unsigned kMostDevices = 1024;
constexpr GpuMaker kAmd{.vendor_id = "0x1002", .name = "an AMD", .owner = "AMD's"};

Finding condition(const char* code, std::string subject, std::string message) {
  return {.code = code,
          .finding_class = FindingClass::condition,
          .severity = Severity::info,
          .subject = std::move(subject),
          .message = std::move(message)};
}

class Reading {
 public:
  Reading(amd::Smi& smi, const NodeFiles& files) : smi_(smi), files_(files) {}

  void add(unsigned index) {
    const amd::Location location = smi_.location(index);
    if (!location.bits) return add_failure(index, location.denied, location.words);
    const auto address = amd::parse_address(*location.bits);
    if (!address) return add_failure(index, false, "its PCI address is none");
    amd::Found found{.address = *address,
                     .device = amd::identity_of(smi_, index, files_, address->pci)};
    const bool asleep = is_asleep(files_, address->pci);
    if (!asleep) amd::add_state(smi_, index, found.device);
    found_.push_back(std::move(found));
    asleep_.push_back(asleep);
    std::vector<std::string> failures;
    for (const std::string& failure : smi_.take_failures()) add_once(failure, failures);
    failures_.push_back(std::move(failures));
  }

  Inventory take() {
    inventory_.devices = amd::arrange(std::move(found_));
    for (std::size_t i = 0; i < inventory_.devices.size(); ++i) {
      const Device& device = inventory_.devices[i];
      for (Finding& finding : device_findings(device)) inventory_.findings.push_back(finding);
      if (asleep_[i]) {
        inventory_.findings.push_back(
            asleep_finding(device.id.value, "its limits and its state were not asked for"));
      }
      if (!failures_[i].empty()) {
        inventory_.findings.push_back(
            condition("device.answers_failed", device.id.value,
                      fmt::format("the management library could not answer all: {}; what it would "
                                  "have told is missing",
                                  fmt::join(failures_[i], ", "))));
      }
    }
    return std::move(inventory_);
  }

 private:
  void add_failure(unsigned index, bool denied, const std::string& words) {
    inventory_.findings.push_back(unreadable_device(
        denied,
        fmt::format("AMD device {} (in the management library's order) cannot be asked: {} (probe "
                    "amd, {}){}",
                    index, words, smi_.library.empty() ? "AMD's management library" : smi_.library,
                    denied ? "; it is left out"
                           : "; look at the kernel's log, reset it or restart the node")));
  }

  amd::Smi& smi_;
  const NodeFiles& files_;
  Inventory inventory_;
  // Alike in length and order.
  std::vector<amd::Found> found_;
  std::vector<bool> asleep_;
  std::vector<std::vector<std::string>> failures_;
};

}  // namespace

Inventory read_amd(amd::Smi& smi, const NodeFiles& files) {
  const unsigned count = smi.count();
  if (count > kMostDevices) {
    throw Error(fmt::format("AMD's management library says that there are {} devices", count));
  }
  Reading reading(smi, files);
  for (unsigned index = 0; index < count; ++index) reading.add(index);
  Inventory inventory = reading.take();
  const auto driver = amd::label(smi.driver_version());
  for (Device& device : inventory.devices) device.driver_version = driver;
  return inventory;
}

Inventory probe_amd(const NodeFiles& files, const OpenSmi& open) {
  const GpusOnBus bus = gpus_on_bus(kAmd, files);
  Inventory inventory;
  if (!bus.asleep.empty() && bus.awake.empty()) {
    Device alike;
    alike.vendor = "AMD";
    alike.unit_kind = "CU";
    alike.seen_by = {"probe amd"};
    add_sleepers(files, bus.asleep, alike, inventory);
  } else if (const auto smi = open()) {
    inventory = read_amd(*smi, files);
  }
  add_unseen_gpus(kAmd, files, inventory);
  return inventory;
}

Inventory probe_amd(const NodeFiles& files) {
  return probe_amd(files, [&] { return files.is_live() ? amd::open_library() : nullptr; });
}

}  // namespace tpp
