#include "agent/pass/reconcile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "agent/boards/same_identity.h"
#include "agent/model/listed.h"
#include "agent/pass/source_check.h"
#include "agent/pass/unseen_rows.h"
#include "agent/pass/virtual_functions.h"

namespace tpp {
namespace {

// A socket is what the probe of processors lists. What only a module calls one is classified.
std::optional<Finding> no_socket(Device& device, const record::DeviceSeen& seen) {
  if (!device.seen_by.empty() || seen.device.simulated || !is_host_cpu(seen.device)) {
    return std::nullopt;
  }
  device.kind = DeviceKind::accelerator;
  return Finding{.code = "evidence.identity_differs",
                 .finding_class = FindingClass::contradiction,
                 .severity = Severity::warning,
                 .subject = device.id.value,
                 .message = "kind: it says that it is a CPU, and no probe lists such a socket"};
}

// What the runtime can use is what a measurement speaks of. More than the management library tells
// of an instance are those of the device that it is a part of.
void take_units(Device& device, const Device& other) {
  const bool instance = device.slice && !device.package.empty();
  if (!other.units || (instance && device.units && *other.units > *device.units)) return;
  device.units = other.units;
}

void fill(Device& device, const record::DeviceSeen& seen, const std::string& backend) {
  const Device& other = seen.device;
  const auto take = [](auto& mine, const auto& theirs) {
    if (!mine) mine = theirs;
  };
  if (device.name.empty()) device.name = other.name;
  if (device.vendor.empty()) device.vendor = other.vendor;
  take(device.architecture, other.architecture);
  take(device.unit_kind, other.unit_kind);
  take(device.pci_id, other.pci_id);
  take(device.uuid, other.uuid);
  take(device.serial, other.serial);
  take(device.driver_version, other.driver_version);
  take(device.labels, other.labels);
  if (!seen.portable) take(device.memory_bytes, other.memory_bytes);
  take(device.memory_bus_bits, other.memory_bus_bits);
  take(device.memory_transfers_per_s, other.memory_transfers_per_s);
  // A management library's clock is the end of a table that consumer parts never reach under load;
  // the runtime's is the advertised one.
  // What a portable runtime calls a unit differs from driver to driver: it is no maker's.
  if (!seen.portable) take_units(device, other);
  if (other.max_clock_hz && !seen.portable) device.max_clock_hz = other.max_clock_hz;
  device.simulated |= other.simulated;
  device.forced |= other.forced;
  // A probe that put a die on a board has found all that belong to its package.
  const bool known_die = seen.die && !device.board.empty();
  if (other.slice && !known_die) {
    device.slice = true;
    if (device.slice_reason.empty()) device.slice_reason = other.slice_reason;
  }
  if (device.backend.empty()) device.backend = backend;
  device.seen_by.push_back("backend " + backend);
}

// What the vendor says of where it is. A probe's word comes first: it sees devices that a runtime
// leaves out, and one card must not bear two names.
void take_identity(Device& device, const record::DeviceSeen& seen) {
  if (device.board.empty()) device.board.value = seen.board_id;
  if (device.package.empty()) device.package.value = seen.package_id;
}

// What a probe read of the bus is not asked of a runtime.
void take_place(Inventory& inventory, const record::DeviceSeen& seen) {
  if (!seen.place) return;
  if (!inventory.bus) inventory.bus.emplace();
  const auto known = std::ranges::find(*inventory.bus, seen.place->address, &BusPlace::address);
  if (known == inventory.bus->end()) inventory.bus->push_back(*seen.place);
}

void merge_probe(Inventory& into, const Inventory& probed) {
  if (into.node.machine.empty()) into.node = probed.node;
  if (!into.topology) into.topology = probed.topology;
  if (!into.bus) into.bus = probed.bus;
  into.findings.insert(into.findings.end(), probed.findings.begin(), probed.findings.end());
  for (const Device& device : probed.devices) {
    if (find_device(into, device.id) == nullptr) into.devices.push_back(device);
  }
}

// A runtime that lists a part of a device tells that the whole is partitioned, if the probe did
// not.
void mark_partitioned(Inventory& inventory, const SurveyedBackend& backend) {
  for (const record::DeviceSeen& seen : backend.listing.devices) {
    if (!seen.device.slice) continue;
    for (Device& device : inventory.devices) {
      if (device.id.value != seen.package_id || device.slice) continue;
      device.slice = true;
      device.slice_reason = "partitioned: it has " + seen.device.slice_reason;
    }
  }
}

void mark_whole(const Device& part, Inventory& inventory) {
  for (Device& device : inventory.devices) {
    if (device.id.value != part.package.value || device.slice) continue;
    device.slice = true;
    device.slice_reason = "partitioned: " + part.id.value + " is a part of it";
  }
}

// A device whose id names a part of an address is one, whatever else is said of it, and of that
// device: two such would be two boards, neither of which is as large as the whole.
void mark_parts(Inventory& inventory) {
  for (Device& device : inventory.devices) {
    const auto slash = device.id.value.find('/');
    if (slash == std::string::npos) continue;
    const std::string whole = device.id.value.substr(0, slash);
    if (!device.slice) {
      device.slice = true;
      device.slice_reason = "its id names a part of " + whole + ", and nothing says that it is all";
    }
    if (device.package.empty()) device.package.value = whole;
    mark_whole(device, inventory);
  }
}

using SeenByBackend = std::map<DeviceId, const record::DeviceSeen*>;

// The device that a runtime shows, added where nobody did before.
Device& device_of(const record::DeviceSeen& seen, Inventory& inventory) {
  const auto at = std::ranges::find(inventory.devices, seen.device.id, &Device::id);
  if (at != inventory.devices.end()) return *at;
  Device& added = inventory.devices.emplace_back();
  added.id = seen.device.id;
  added.kind = seen.device.kind;
  return added;
}

// Whether a backend before this one measures the device, or the parts of it: then what a portable
// runtime lists there is no further device, and changes nothing but who has seen them.
bool is_left(const record::DeviceSeen& seen, const std::string& backend,
             const SeenByBackend& before, Inventory& inventory) {
  const std::string& whole = seen.package_id.empty() ? seen.device.id.value : seen.package_id;
  const auto is_same = [&](const Device& device) {
    const auto other = before.find(device.id);
    if (other == before.end()) return false;
    if (device.id == seen.device.id) return true;
    return !other->second->portable &&
           (device.id.value == whole || other->second->package_id == whole);
  };
  bool left = false;
  for (Device& device : inventory.devices) {
    if (!is_same(device)) continue;
    left = true;
    const std::string word = "backend " + backend;
    if (std::ranges::find(device.seen_by, word) == device.seen_by.end()) {
      device.seen_by.push_back(word);
    }
  }
  return left;
}

Module module_of(const SurveyedBackend& backend) {
  Module module{.name = backend.module.name,
                .path = backend.module.path.string(),
                .state = ModuleState::ready,
                .reason = ""};
  if (backend.listing.failure) {
    module.state = ModuleState::failed;
    module.reason = *backend.listing.failure;
  } else if (backend.listing.unavailable) {
    module.state = ModuleState::unavailable;
    module.reason = *backend.listing.unavailable;
  }
  return module;
}

void add_datacenter(Inventory& inventory, const DeviceId& id, bool datacenter) {
  const Device* device = find_device(inventory, id);
  if (device == nullptr) return;  // a virtual function of another
  const auto board = std::ranges::find(inventory.boards, device->board, &Board::id);
  if (board != inventory.boards.end()) board->datacenter = datacenter;
}

// Of those too that only the bus shows: it alone tells what they are. Where the bus is drawn, of
// virtual functions, too: a host has up to hundreds.
void keep_places_of_devices(Inventory& inventory) {
  if (!inventory.bus) return;
  std::set<std::string> used;
  for (const Finding& finding : inventory.findings) {
    if (finding.code == "device.unseen") used.insert(finding.subject);
  }
  for (const Device& device : inventory.devices) {
    if (const BusPlace* place = find_place(inventory, device)) used.insert(place->address);
  }
  std::erase_if(*inventory.bus, [&](const BusPlace& p) {
    return !used.contains(p.address) && !(inventory.topology && p.physical_function);
  });
}

// What a probe misses and a backend lists is no device that is missing.
void forget_unseen(Inventory& inventory) {
  std::erase_if(inventory.findings, [&](const Finding& finding) {
    return finding.code == "device.unseen" && is_listed(inventory, finding.subject);
  });
}

Finding failed(const BackendModule& module, const std::string& how) {
  const std::string path = module.path.string();
  return {
      .code = "backend.failed",
      .finding_class = FindingClass::health,
      .severity = Severity::warning,
      .subject = "",
      .message =
          module.environment.empty()
              ? fmt::format("module {} {}; its devices are missing from this inventory", path, how)
              : fmt::format("module {}, with {}, {}; what it would have shown is not measured",
                            path, fmt::join(module.environment, " "), how)};
}

}  // namespace

Inventory reconcile(const std::vector<Inventory>& probed,
                    const std::vector<SurveyedBackend>& backends, const BoardEvidence& evidence) {
  Inventory result;
  for (const Inventory& inventory : probed) merge_probe(result, inventory);
  for (const SurveyedBackend& backend : backends) {
    const BackendModule& module = backend.module;
    // Asked once more for what its runtime hides, it is no further module.
    if (std::ranges::find(result.modules, module.name, &Module::name) == result.modules.end()) {
      result.modules.push_back(module_of(backend));
    }
    if (!backend.listing.failure) continue;
    result.findings.push_back(failed(module, *backend.listing.failure));
  }
  SeenByBackend seen_by_backend;
  // Backends of the devices' own kind first, then the portable ones; by name among equals.
  for (const bool portable : {false, true}) {
    for (const SurveyedBackend& backend : backends) {
      for (const record::DeviceSeen& seen : backend.listing.devices) {
        if (seen.portable != portable) continue;
        if (portable && is_left(seen, backend.module.name, seen_by_backend, result)) continue;
        Device& device = device_of(seen, result);
        if (auto finding = no_socket(device, seen)) result.findings.push_back(std::move(*finding));
        fill(device, seen, backend.module.name);
        seen_by_backend.emplace(seen.device.id, &seen);
      }
    }
  }
  for (const SurveyedBackend& backend : backends) mark_partitioned(result, backend);
  for (Device& device : result.devices) {
    const auto seen = seen_by_backend.find(device.id);
    if (seen == seen_by_backend.end()) continue;
    take_identity(device, *seen->second);
    take_place(result, *seen->second);
  }
  mark_parts(result);
  fold_virtual_functions(result);
  for (Finding& finding : source_findings(probed, backends, result)) {
    result.findings.push_back(std::move(finding));
  }
  group_boards(result, evidence);
  for (Finding& finding : same_identity_findings(result)) {
    result.findings.push_back(std::move(finding));
  }
  for (const auto& [id, seen] : seen_by_backend) {
    if (seen->datacenter) add_datacenter(result, id, *seen->datacenter);
  }
  forget_unseen(result);
  if (evidence.catalog != nullptr) add_unseen_of_rows(*evidence.catalog, result);
  keep_places_of_devices(result);
  return result;
}

void leave_to_others(const Inventory& inventory, std::vector<SurveyedBackend>& backends) {
  for (SurveyedBackend& backend : backends) {
    std::erase_if(backend.listing.benchmarks, [&](const record::Planned& planned) {
      const Device* const device = find_device(inventory, planned.benchmark.device);
      return device == nullptr || device->backend != backend.module.name;
    });
  }
}

}  // namespace tpp
