#include "agent/pass/carried.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "agent/boards/outside_facts.h"
#include "agent/boards/serial_number.h"
#include "agent/model/simulated.h"
#include "agent/pass/known_again.h"
#include "agent/pass/worker.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

std::string text_of(const std::optional<std::string>& value) { return value.value_or("-"); }
std::string text_of(const std::optional<int>& value) {
  return value ? fmt::format("{}", *value) : "-";
}
std::string text_of(const std::optional<bool>& value) {
  return value ? (*value ? "yes" : "no") : "-";
}

// Whether the device of an earlier report is another one, or it in another state; in another place
// it is the same. One that slept then told nothing of its state.
bool another(const Device* was, const Device& device) {
  if (was == nullptr || was->pci_id != device.pci_id) return true;
  if (was->backend.empty()) return false;
  Device here = *was;
  here.id = device.id;
  return measured_state(here) != measured_state(device);
}

// The same of what was in its place.
bool another_in_place(const Report& earlier, const Device& device) {
  return another(find_device(earlier.inventory, device.id), device);
}

// Only what a measurement itself depends on: rules, rows, readings and thresholds are applied anew,
// and code is carried over with its trust.
bool is_of_what_ran(const std::string& banner) {
  return banner.starts_with("SIMULATED") || banner.starts_with("RECORDED") ||
         banner.starts_with("FORCED") || banner.starts_with("OVERRIDDEN: modules");
}

bool no_other_inputs(const Report& earlier, const Report& now) {
  return std::ranges::all_of(earlier.banners, [&](const std::string& banner) {
    return !is_of_what_ran(banner) || std::ranges::find(now.banners, banner) != now.banners.end();
  });
}

using Methods = std::map<std::string, std::string>;  // by module

bool same_method(const Report& earlier, const Device& was, const Device& is,
                 const Methods& methods) {
  return std::ranges::all_of(earlier.measurements, [&](const Measurement& one) {
    if (one.id.device != was.id) return true;
    const auto method = methods.find(one.backend);
    return one.backend == is.backend && method != methods.end() &&
           method->second == one.method_version;
  });
}

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::ranges::find(texts, text) != texts.end();
}

bool was_carried_for(const LibraryUse& library, const std::string& benchmark) {
  return library.carried_for && contains(*library.carried_for, benchmark);
}

// The row of a file in this report, as it was judged then: what could not be relied on stays so.
LibraryUse& row_of(const LibraryUse& library, Report& report) {
  const auto same = std::ranges::find_if(report.libraries, [&](const LibraryUse& one) {
    return one.path == library.path && one.sha256 == library.sha256 && one.trust == library.trust &&
           one.trust_reason == library.trust_reason;
  });
  if (same != report.libraries.end()) return *same;
  LibraryUse& row = report.libraries.emplace_back(library);
  row.used_by.clear();
  row.carried_for.reset();
  return row;
}

// What took part in a measurement of `earlier`, and in no other: of one that was carried over there
// already the rows that name it, of its own all that its module and this program had loaded.
// `name`: the benchmark's, now.
void carry_code(const Report& earlier, const Measurement& measurement, const std::string& name,
                Report& report) {
  const std::string benchmark = to_string(measurement.id);
  const std::string user = "backend " + measurement.backend;
  const bool again = std::ranges::any_of(earlier.libraries, [&](const LibraryUse& library) {
    return was_carried_for(library, benchmark);
  });
  for (const LibraryUse& library : earlier.libraries) {
    const bool took_part =
        again ? was_carried_for(library, benchmark)
              : contains(library.used_by, user) || contains(library.used_by, kThisProgram);
    if (!took_part) continue;
    LibraryUse& row = row_of(library, report);
    if (!row.carried_for) row.carried_for.emplace();
    add_once(name, *row.carried_for);
  }
}

// Whether this pass has no outcome of a benchmark: it was not run, or left to somebody else. The
// one that was left goes.
bool lacks(const BenchmarkId& id, Report& report) {
  const auto at = std::ranges::find(report.measurements, id, &Measurement::id);
  if (at == report.measurements.end()) return true;
  if (!is_interrupted(at->outcome)) return false;
  report.measurements.erase(at);
  return true;
}

struct CarryInto {
  Report& report;
  std::set<BenchmarkId>& all;
};

// A measurement under the name that its device has now. What moves over the bus is of the place.
std::optional<Measurement> moved(const Measurement& one, const Device& was, const Device& is) {
  Measurement here = one;
  if (was.id == is.id) return here;
  if (one.id.kernel == "link") return std::nullopt;
  here.id.device = is.id;
  here.command = moved_command(here.command, was.id, is.id);
  return here;
}

// False if the earlier report has nothing of the device, which it has as `was`.
bool carry(const Device& was, const Device& is, const Report& earlier, const CarryInto& into) {
  Report& report = into.report;
  bool any = false;
  for (const Measurement& one : earlier.measurements) {
    if (one.id.device != was.id || is_interrupted(one.outcome)) continue;
    any = true;
    auto here = moved(one, was, is);
    if (!here || !lacks(here->id, report)) continue;
    if (!here->taken_at) here->taken_at = earlier.started_at;
    into.all.insert(here->id);
    carry_code(earlier, one, to_string(here->id), report);
    report.measurements.push_back(std::move(*here));
    if (report.mode == PassMode::inventory) report.mode = earlier.mode;
  }
  return any;
}

// As far back as it takes to find the device in its state. What was away, in another state, or not
// told of whole by a probe that failed, has what was measured of it again: neither a driver that is
// unloaded and loaded nor a look that sees less washes a contradiction out, nor another slot. A
// device that only its place tells may be another one from there on, and so it may where the node
// was off.
void carry_newest_fitting(const Device& device, const Methods& methods,
                          const EarlierReports& earlier, const CarryInto& into) {
  bool was_another = false;
  const bool known = bears_identity(device);
  const auto ends_search = [&](const Report& one) {
    if (!of_same_node(one, into.report)) return false;
    const Device* was = known_again(one.inventory, into.report.inventory, device);
    if (another(was, device)) {
      was_another = true;
      return !known;
    }
    if (!no_other_inputs(one, into.report)) return false;
    return same_method(one, *was, device, methods) && carry(*was, device, one, into);
  };
  const auto reach = known ? earlier.newest.size() : earlier.of_this_boot;
  const auto newest = earlier.newest.first(std::min(reach, earlier.newest.size()));
  const bool ended = std::ranges::any_of(newest, ends_search) || !known;
  if (ended || !was_another || !earlier.further_back) return;
  for (const Report* one : earlier.further_back(device)) {
    if (ends_search(*one)) return;
  }
}

// Whether it is judged as a report of measurements, and not only because some were asked for that
// the node was too busy for.
bool tells_of_measurements(const Report& report) {
  if (report.mode == PassMode::inventory) return false;
  const bool any = std::ranges::any_of(
      report.measurements, [](const Measurement& one) { return !is_interrupted(one.outcome); });
  const auto refused = [](const Finding& one) { return one.code == "device.not_idle"; };
  return any || std::ranges::none_of(report.findings, refused);
}

// Once anything of a node was measured its inventories are judged as measurements are, whatever is
// left of them: what was found once is not below again by what is declared.
void judge_as_measured(const EarlierReports& earlier, Report& report) {
  if (report.mode != PassMode::inventory) return;
  for (const Report& one : earlier.newest) {
    if (!tells_of_measurements(one) || !of_same_node(one, report)) continue;
    report.mode = one.mode;
    return;
  }
  for (const UnreadPass& one : earlier.unread) {
    const bool node_fits = one.hostname.empty() || one.hostname == report.inventory.node.hostname;
    const bool here = node_fits && one.simulated == is_simulated(report);
    if (!here || one.mode == PassMode::inventory) continue;
    report.mode = one.mode;
    return;
  }
}

// The newest time that something of it was measured, failures included: they are evidence, too.
std::string measured_at(const Report& report, const DeviceId& id) {
  std::string newest;
  for (const Measurement& one : report.measurements) {
    if (one.id.device != id || is_interrupted(one.outcome) || !one.taken_at) continue;
    newest = std::max(newest, *one.taken_at);
  }
  return newest;
}

// The newest that has a module's word on a device that sleeps now, or whose runtime is away;
// nullptr where the one in its place is another.
const Report* awake_in(std::span<const Report> earlier, const Device& device) {
  for (const Report& one : earlier) {
    const Device* was = find_device(one.inventory, device.id);
    if (was == nullptr || was->pci_id != device.pci_id) return nullptr;
    if (!was->backend.empty()) return &one;
  }
  return nullptr;
}

}  // namespace

std::string measured_state(const Device& device) {
  const DeviceLabels labels = device.labels.value_or(DeviceLabels{});
  const DeviceState state = device.state.value_or(DeviceState{});
  // Another spelling is no other device; another word in the place of a number may be.
  const auto serial = serial_told(device.serial);
  const auto uuid = uuid_told(device.uuid);
  return fmt::format(
      "id={} name={} pci={} serial={} uuid={} units={} driver={} vbios={} gsp={} ecc={} "
      "partitioned={} "
      "compute={} memory={} slice={} backend={}",
      device.id.value, device.name, text_of(device.pci_id),
      text_of(serial ? serial : device.serial), text_of(uuid ? uuid : device.uuid),
      text_of(device.units), text_of(device.driver_version), text_of(labels.vbios_version),
      text_of(labels.gsp_firmware_version), text_of(state.ecc_enabled), text_of(state.partitioned),
      text_of(state.compute_partition), text_of(state.memory_partition), device.slice,
      device.backend);
}

bool tells_whether_measured(const Report& report) {
  return report.mode == PassMode::inventory || tells_of_measurements(report);
}

bool of_same_node(const Report& earlier, const Report& now) {
  return earlier.inventory.node.hostname == now.inventory.node.hostname &&
         is_simulated(earlier) == is_simulated(now);
}

std::set<BenchmarkId> carry_measurements(const Survey& survey, const EarlierReports& earlier,
                                         Report& report) {
  std::set<BenchmarkId> carried;
  Methods methods;
  for (const SurveyedBackend& backend : survey.backends) {
    methods.emplace(backend.module.name, backend.listing.method_version);
  }
  for (const Device& device : report.inventory.devices) {
    if (!device.backend.empty()) carry_newest_fitting(device, methods, earlier, {report, carried});
  }
  judge_as_measured(earlier, report);
  return carried;
}

bool holds_all_of(const Report& later, const Report& earlier) {
  return std::ranges::all_of(earlier.measurements, [&](const Measurement& one) {
    if (is_interrupted(one.outcome)) return true;
    const auto at = std::ranges::find(later.measurements, one.id, &Measurement::id);
    if (at == later.measurements.end() || is_interrupted(at->outcome)) return false;
    const Device* was = find_device(earlier.inventory, one.id.device);
    const Device* is = find_device(later.inventory, one.id.device);
    const bool same =
        was != nullptr && is != nullptr && measured_state(*was) == measured_state(*is);
    return same && (std::holds_alternative<Rate>(at->outcome) ||
                    !std::holds_alternative<Rate>(one.outcome));
  });
}

std::vector<DeviceNews> device_news(const Report& report, std::span<const Report> earlier) {
  std::vector<DeviceNews> news;
  for (const Device& device : report.inventory.devices) {
    const Report* seen = device.backend.empty() ? awake_in(earlier, device) : &report;
    if (seen == nullptr) continue;
    const Device& known = *find_device(seen->inventory, device.id);
    DeviceNews& one = news.emplace_back();
    one.device = device.id;
    one.state = measured_state(known);
    one.measured_at = measured_at(*seen, device.id);
    one.seen_since = report.started_at;
    const auto other =
        std::ranges::find_if(earlier, [&](const Report& r) { return another_in_place(r, known); });
    one.changed = other != earlier.end();
    if (other == earlier.begin()) continue;
    const Report& first = *std::prev(other);
    one.seen_since = first.started_at;
    // Where a clock was ahead then, times say nothing of what came first.
    const bool measured_since = measured_at(first, device.id) != one.measured_at;
    if (first.started_at > report.started_at && measured_since) one.changed = false;
  }
  return news;
}

}  // namespace tpp
