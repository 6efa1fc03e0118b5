#include "agent/pass/survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>
#include <set>
#include <system_error>
#include <type_traits>

#include "agent/pass/hidden_devices.h"
#include "agent/pass/sleeping_devices.h"
#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "agent/support/text.h"
#include "exporters/report_json.h"
#include "probes/device_findings.h"
#include "probes/probe.h"

namespace tpp {
namespace {

// Before its inventory a probe says what code was in its child, in a record as tpp-bench has it.
constexpr std::string_view kRecordBegins = "{\"record\":";

Finding health(std::string code, std::string subject, std::string message) {
  return {.code = std::move(code),
          .finding_class = FindingClass::health,
          .severity = Severity::warning,
          .subject = std::move(subject),
          .message = std::move(message)};
}

struct ProbeAnswer {
  Inventory inventory;
  std::vector<MappedFile> code;        // that was in its child
  std::optional<std::string> failure;  // "was killed by signal 9: its last words"
  std::string refusal;                 // its words alone where it ended by itself
};

// Asks one probe in a child of its own.
ProbeAnswer ask(const SurveyRequest& request, const std::vector<std::string>& probe_words) {
  ChildCommand command;
  command.arguments = {request.agent.string(), "probe"};
  command.arguments.insert(command.arguments.end(), probe_words.begin(), probe_words.end());
  command.environment = allowed_environment();
  command.deadline_s = command.silence_s = request.child_deadline_s;
  ProbeAnswer answer;
  std::string trouble = "said nothing";
  const auto take = [&](std::string_view line) {
    try {
      if (line.starts_with(kRecordBegins)) {
        const record::Record record = record::parse(line);
        if (const auto* used = std::get_if<record::Libraries>(&record)) answer.code = used->files;
        return true;
      }
      answer.inventory = parse_inventory(line, "probe " + probe_words.front());
      trouble.clear();
      return true;
    } catch (const Error& error) {
      trouble = error.what();
      return false;
    }
  };
  const NodeQuestion question{"probe " + probe_words.front(), {}};
  const ChildResult child = request.answerer(question, command, take);
  const bool clean = child.end == ChildEnd::exited && child.code == 0;
  if (clean && trouble.empty()) return answer;
  auto words = trim(child.error_tail);
  constexpr std::string_view kItsName = "tpp-agent: ";
  if (words.starts_with(kItsName)) words.remove_prefix(kItsName.size());
  if (child.end == ChildEnd::exited && !clean) answer.refusal = words;
  answer.failure =
      fmt::format("{}{}{}", clean ? trouble : describe(child), words.empty() ? "" : ": ", words);
  return answer;
}

// What is done with each, several at once: children mostly wait, and one that hangs keeps nobody
// waiting but itself. In the order of the items.
template <class Item, class Act>
auto at_once(const std::vector<Item>& items, const Act& act) {
  constexpr std::size_t kAtOnce = 8;
  using Result = std::invoke_result_t<Act, const Item&>;
  std::vector<Result> results;
  for (std::size_t begin = 0; begin < items.size(); begin += kAtOnce) {
    std::vector<std::future<Result>> started;
    const std::size_t end = std::min(items.size(), begin + kAtOnce);
    for (std::size_t i = begin; i < end; ++i) {
      started.push_back(
          std::async(std::launch::async, [&act, &item = items[i]] { return act(item); }));
    }
    for (std::future<Result>& one : started) results.push_back(one.get());
  }
  return results;
}

// A failure becomes a finding of an otherwise empty inventory.
Inventory inventory_of(const Probe& probe, const ProbeAnswer& answer) {
  if (!answer.failure) return answer.inventory;
  Inventory empty;
  empty.findings.push_back(
      health("probe.failed", "",
             fmt::format("probe {} {}; what it would have shown is missing from this inventory",
                         probe.name, *answer.failure)));
  return empty;
}

std::vector<Inventory> ask_probes(const SurveyRequest& request, CodeInUse& code) {
  std::vector<const Probe*> asked;
  for (const Probe& probe : probes()) {
    // A simulation borrows the node's name and nothing else.
    if (request.only_backend && !probe.tells_of_node) continue;
    if (probe.entered != nullptr && !request.topology) continue;
    asked.push_back(&probe);
  }
  const std::vector<ProbeAnswer> answers =
      at_once(asked, [&](const Probe* probe) { return ask(request, {std::string(probe->name)}); });
  std::vector<Inventory> probed;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    code.add(fmt::format("probe {}", asked[i]->name), answers[i].code);
    probed.push_back(inventory_of(*asked[i], answers[i]));
    if (request.only_backend) probed.back().devices.clear();
  }
  return probed;
}

// A maker's library that is not what it seems gives itself away by what the kernel, which modules
// ask, says of the same address.
std::optional<Finding> disagreement(const Device& device, const record::DeviceSeen& seen,
                                    const std::string& backend) {
  const auto& theirs = seen.device.pci_id;
  if (!device.pci_id || !theirs || *device.pci_id == *theirs) return std::nullopt;
  return Finding{.code = kSourcesDiffer,
                 .finding_class = FindingClass::contradiction,
                 .severity = Severity::error,
                 .subject = device.id.value,
                 .message = fmt::format("PCI id: {} by {}, {} by backend {}", *device.pci_id,
                                        fmt::join(device.seen_by, " and "), *theirs, backend)};
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
  // What the runtime can use is what a measurement speaks of. A management library's clock is the
  // end of a table that consumer parts never reach under load; the runtime's is the advertised one.
  // What a portable runtime calls a unit differs from driver to driver: it is no maker's.
  if (other.units && !seen.portable) device.units = other.units;
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
  const auto board = std::ranges::find(inventory.boards, device->board, &Board::id);
  if (board != inventory.boards.end()) board->datacenter = datacenter;
}

void keep_places_of_devices(Inventory& inventory) {
  if (!inventory.bus) return;
  std::set<std::string> used;
  for (const Device& device : inventory.devices) {
    if (const BusPlace* place = find_place(inventory, device)) used.insert(place->address);
  }
  std::erase_if(*inventory.bus, [&](const BusPlace& p) { return !used.contains(p.address); });
}

// What a probe misses and a backend lists is no device that is missing.
void forget_unseen(Inventory& inventory) {
  std::erase_if(inventory.findings, [&](const Finding& finding) {
    return finding.code == "device.unseen" &&
           std::ranges::any_of(inventory.devices, [&](const Device& device) {
             return device.id.value == finding.subject || device.package.value == finding.subject;
           });
  });
}

// What a module says to its options. Those of a simulation are a file's contents, and what is wrong
// in a file is not the command line's fault.
BackendListing ask_backend(const SurveyRequest& request, const BackendModule& module) {
  try {
    const NodeQuestion question{"backend " + module.name, module.environment};
    return list_backend({.bench = request.bench,
                         .module = module,
                         .mode = request.mode,
                         .deadline_s = request.child_deadline_s,
                         .run_child = [&](const ChildCommand& command, const LineReader& reader) {
                           return request.answerer(question, command, reader);
                         }});
  } catch (const UsageError& error) {
    if (request.only_backend) throw Error(error.what());
    throw;
  }
}

// The module's word on devices that its runtime hid when it was asked first.
std::vector<SurveyedBackend> ask_for_hidden(const SurveyRequest& request,
                                            const std::vector<Device>& known,
                                            const SurveyedBackend& first) {
  return at_once(hidden_devices(known, first.listing), [&](const Showing& showing) {
    SurveyedBackend backend{first.module, {}};
    backend.module.environment = {showing.setting};
    backend.listing = ask_backend(request, backend.module);
    keep_only(showing.devices, backend.listing);
    return backend;
  });
}

std::vector<BackendModule> modules_of(const SurveyRequest& request) {
  if (!request.modules) {
    return find_backends(request.backend_directory, request.backend_options, request.only_backend);
  }
  std::vector<BackendModule> recorded;
  for (const std::string& name : *request.modules) {
    recorded.push_back({.name = name, .path = name + ".so", .options = {}});
  }
  return recorded;
}

std::map<std::string, BackendModule> modules_in(const std::filesystem::path& directory) {
  std::error_code error;
  std::map<std::string, BackendModule> found;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() != ".so") continue;
    const std::string name = at->path().stem().string();
    found[name] = {.name = name, .path = at->path(), .options = {}};
  }
  if (error) {
    throw Error(
        fmt::format("cannot read the module directory {}: {}; is the installation complete? "
                    "Another one can be given with --backend-directory",
                    directory.string(), error.message()));
  }
  if (found.empty()) {
    throw Error(fmt::format("there are no modules (*.so) in {}; is the installation complete?",
                            directory.string()));
  }
  return found;
}

}  // namespace

std::vector<BackendModule> find_backends(
    const std::filesystem::path& directory,
    const std::vector<std::pair<std::string, std::string>>& options,
    const std::optional<std::string>& only) {
  std::map<std::string, BackendModule> found = modules_in(directory);
  // Before options are handed out: one of a simulation is not the user's word to mend.
  if (only && !found.contains(*only)) {
    throw Error(fmt::format("there is no module {}.so in {}; is the installation complete?", *only,
                            directory.string()));
  }
  std::vector<std::string> names;
  for (const auto& [name, module] : found) names.push_back(name);
  for (const auto& [name, value] : options) {
    const auto dot = name.find('.');
    const auto module = found.find(name.substr(0, dot));
    if (dot == std::string::npos || module == found.end()) {
      throw UsageError(
          fmt::format("--backend-option {}: expected MODULE.NAME=VALUE with one of the "
                      "modules {}",
                      name, fmt::join(names, ", ")));
    }
    module->second.options.emplace_back(name.substr(dot + 1), value);
  }
  std::vector<BackendModule> modules;
  for (auto& [name, module] : found) {
    if (!only || name == *only) modules.push_back(std::move(module));
  }
  return modules;
}

Survey survey(const SurveyRequest& request) {
  Survey result;
  result.code.add(kThisProgram, mapped_code());
  const std::vector<Inventory> probed = ask_probes(request, result.code);
  const std::vector<Device> known = reconcile(probed, {}).devices;
  for (SurveyedBackend& first : at_once(modules_of(request), [&](const BackendModule& module) {
         // Measuring wakes a device anyway; looking must not.
         const auto wakes = request.mode == PassMode::inventory && !request.modules
                                ? would_wake(module.name, probed)
                                : std::nullopt;
         if (!wakes) return SurveyedBackend{module, ask_backend(request, module)};
         SurveyedBackend left{module, {}};
         left.listing.unavailable = *wakes;
         return left;
       })) {
    std::vector<SurveyedBackend> others = ask_for_hidden(request, known, first);
    if (const auto setting = setting_of(first.listing)) first.module.environment = {*setting};
    result.backends.push_back(std::move(first));
    std::ranges::move(others, std::back_inserter(result.backends));
  }
  for (const SurveyedBackend& backend : result.backends) {
    result.code.add("backend " + backend.module.name, backend.listing.code);
  }
  result.inventory = reconcile(probed, result.backends, request.boards);
  if (!request.thresholds.changed().empty()) judge_again(request.thresholds, result.inventory);
  for (Finding& finding : partition_findings(result.inventory.devices)) {
    result.inventory.findings.push_back(std::move(finding));
  }
  leave_to_others(result.inventory, result.backends);
  return result;
}

Survey survey_entered_topology(const SurveyRequest& request, const std::string& what) {
  ProbeAnswer answer = ask(request, {"topology", "--entered", what});
  if (!answer.refusal.empty()) {
    throw Error(fmt::format("cannot read the topology: {}", answer.refusal));
  }
  if (answer.failure) {
    throw Error(fmt::format(
        "cannot read the topology {}: the child that read it {}; is it damaged, or too large?",
        what, *answer.failure));
  }
  Survey entered;
  entered.inventory = std::move(answer.inventory);
  entered.code.add(kThisProgram, mapped_code());
  entered.code.add("probe topology", answer.code);
  return entered;
}

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
    result.findings.push_back(
        health("backend.failed", "",
               module.environment.empty()
                   ? fmt::format("module {} {}; its devices are missing from this inventory",
                                 module.path.string(), *backend.listing.failure)
                   : fmt::format("module {}, with {}, {}; what it would have shown is not measured",
                                 module.path.string(), fmt::join(module.environment, " "),
                                 *backend.listing.failure)));
  }
  SeenByBackend seen_by_backend;
  // Backends of the devices' own kind first, then the portable ones; by name among equals.
  for (const bool portable : {false, true}) {
    for (const SurveyedBackend& backend : backends) {
      for (const record::DeviceSeen& seen : backend.listing.devices) {
        if (seen.portable != portable) continue;
        if (portable && is_left(seen, backend.module.name, seen_by_backend, result)) continue;
        Device& device = device_of(seen, result);
        if (auto finding = disagreement(device, seen, backend.module.name)) {
          result.findings.push_back(std::move(*finding));
        }
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
  group_boards(result, evidence);
  for (const auto& [id, seen] : seen_by_backend) {
    if (seen->datacenter) add_datacenter(result, id, *seen->datacenter);
  }
  forget_unseen(result);
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
