#include "agent/history/board_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/boards/serial_number.h"
#include "agent/chips/maker_facts.h"
#include "agent/chips/makers.h"
#include "agent/history/member_events.h"
#include "agent/history/rate_events.h"
#include "agent/history/reference.h"
#include "agent/history/same_devices.h"

namespace tpp {
namespace {

using Text = std::optional<std::string>;

//   board    fused or written by the maker
//   runtime  as a driver words it: another driver, another word
//   words    the same, but for words that mean the same for whatever driver says them
//   update   what the maker's updates change
enum class ToldBy { board, runtime, words, update };

// As it is held against another.
using Form = Text (*)(const Text& told);

struct Fact {
  const char* name;
  ToldBy told_by;
  Text (*of)(const Device& device);
  Form form = [](const Text& told) { return told; };
};

template <auto Member>
Text label(const Device& device) {
  return device.labels ? (*device.labels).*Member : std::nullopt;
}

constexpr const char* kSerialNumber = "serial number";

constexpr std::array kFacts = {
    Fact{kSerialNumber, ToldBy::board,
         [](const Device& d) { return tells_serial(d) ? d.serial : Text(); }, &serial_told},
    Fact{"UUID", ToldBy::board, [](const Device& d) { return tells_uuid(d) ? d.uuid : Text(); },
         &uuid_told},
    Fact{"PCI id", ToldBy::board, [](const Device& d) { return d.pci_id; }},
    Fact{"subsystem id", ToldBy::board, &label<&DeviceLabels::subsystem_id>},
    Fact{"part number", ToldBy::board, &label<&DeviceLabels::board_part_number>},
    Fact{"name", ToldBy::runtime, [](const Device& d) { return d.name.empty() ? Text() : d.name; }},
    Fact{"vendor", ToldBy::words,
         [](const Device& d) { return maker_of(d).empty() ? Text() : maker_of(d); }},
    // A kind without a count is what a runtime for all makers calls a unit.
    Fact{"kind of unit", ToldBy::words,
         [](const Device& d) { return d.units ? d.unit_kind : Text(); }},
    Fact{"architecture", ToldBy::runtime, [](const Device& d) { return d.architecture; }},
    Fact{"VBIOS", ToldBy::update, &label<&DeviceLabels::vbios_version>},
    Fact{"InfoROM", ToldBy::update, &label<&DeviceLabels::inforom_version>},
};

// The latest device before that this one was, and for which `tells` holds.
struct Earlier {
  const Sighting* sighting = nullptr;
  const Device* device = nullptr;
};

template <class Predicate>
Earlier latest(const ThenAndNow& board, const Device& device, Predicate tells) {
  for (auto sighting = board.before.rbegin(); sighting != board.before.rend(); ++sighting) {
    const Device* was = counterpart(*sighting, board.after, device);
    if (was != nullptr && tells(*was)) return {&*sighting, was};
  }
  return {};
}

BoardEvent event_of(BoardEventKind kind, const Device& device, const char* what,
                    const Earlier& earlier) {
  BoardEvent event;
  event.kind = kind;
  event.subject = fmt::format("{} {}", device.id.value, what);
  event.since = earlier.sighting->report->started_at;
  return event;
}

// What two words for a maker or a kind of unit that are known mean does not depend on who says
// them.
bool means_another(const std::string& before, const std::string& after) {
  if (is_known_unit_kind(before) && is_known_unit_kind(after)) return true;
  return !maker_named(before).empty() && maker_fit(before, after) == MakerFit::another &&
         maker_fit(after, before) == MakerFit::another;
}

std::vector<EventCause> causes_of(const Fact& fact, const Device& before, const Device& after) {
  if (fact.told_by == ToldBy::update) return {EventCause::firmware};
  const bool by_runtime =
      fact.told_by == ToldBy::runtime ||
      (fact.told_by == ToldBy::words && !means_another(*fact.of(before), *fact.of(after)));
  if (by_runtime && !same_runtime(before, after)) return {EventCause::condition};
  return hardware_causes(before, after);
}

void add_facts(const ThenAndNow& board, const Device& device, BoardChanges& changes) {
  for (const Fact& fact : kFacts) {
    const Text now = fact.of(device);
    if (!now) continue;
    const Earlier earlier =
        latest(board, device, [&](const Device& was) { return fact.of(was).has_value(); });
    if (earlier.device == nullptr || fact.form(fact.of(*earlier.device)) == fact.form(now))
      continue;
    BoardEvent event = event_of(fact.told_by == ToldBy::update ? BoardEventKind::firmware_changed
                                                               : BoardEventKind::identity_changed,
                                device, fact.name, earlier);
    event.before = *fact.of(*earlier.device);
    event.after = *now;
    event.causes = causes_of(fact, *earlier.device, device);
    changes.events.push_back(std::move(event));
  }
}

std::optional<bool> ecc_of(const Device& device) {
  return device.state ? device.state->ecc_enabled : std::nullopt;
}

// A host's memory is no fact of its processor; a slice's is none of the board.
bool tells_memory(const Device& device) {
  return device.memory_bytes && *device.memory_bytes > 0 && !device.slice && !is_host_cpu(device);
}

double memory_change(const Earlier& before, const Earlier& after) {
  return std::abs(static_cast<double>(*after.device->memory_bytes) /
                      static_cast<double>(*before.device->memory_bytes) -
                  1);
}

bool same_memory_terms(const Earlier& before, const Earlier& after) {
  return same_runtime(*before.device, *after.device) &&
         ecc_of(*before.device) == ecc_of(*after.device);
}

std::string memory_text(const Device& device) {
  return fmt::format("{:.1f} GB", static_cast<double>(*device.memory_bytes) * 1e-9);
}

void add_memory(const ThenAndNow& board, const Device& device, BoardChanges& changes) {
  if (!tells_memory(device)) return;
  const double most = board.thresholds[Threshold::history_memory];
  Reference<Earlier> reference(
      [most](const Earlier& before, const Earlier& after) {
        return memory_change(before, after) > most;
      },
      same_memory_terms);
  for (const Sighting& sighting : board.before) {
    const Device* was = counterpart(sighting, board.after, device);
    if (was != nullptr && tells_memory(*was)) reference.add({&sighting, was});
  }
  const Earlier now{&board.after, &device};
  const Earlier* before = reference.against(now);
  if (before == nullptr) return;
  BoardEvent event = event_of(BoardEventKind::identity_changed, device, "memory size", *before);
  event.before = memory_text(*before->device);
  event.after = memory_text(device);
  const bool by_drivers =
      !same_memory_terms(*before, now) &&
      memory_change(*before, now) <= board.thresholds[Threshold::history_driver_memory];
  event.causes =
      by_drivers ? std::vector{EventCause::condition} : hardware_causes(*before->device, device);
  changes.events.push_back(std::move(event));
}

// A part of a device has a part of its units.
bool tells_units(const Device& device) { return device.units && !device.slice && !device.forced; }

std::string units_text(const Device& device) {
  return fmt::format("{} {}", *device.units, device.unit_kind.value_or("units"));
}

void add_units(const ThenAndNow& board, const Device& device, BoardChanges& changes) {
  if (!tells_units(device)) return;
  const Earlier earlier = latest(board, device, tells_units);
  if (earlier.device == nullptr || earlier.device->units == device.units) return;
  BoardEvent event = event_of(BoardEventKind::units_changed, device, "units", earlier);
  event.before = units_text(*earlier.device);
  event.after = units_text(device);
  // Runtimes count in units of their own: pairs of them, or what their driver lets be used.
  const bool same_count =
      earlier.device->backend == device.backend && earlier.device->unit_kind == device.unit_kind;
  event.causes =
      same_count ? hardware_causes(*earlier.device, device) : std::vector{EventCause::method};
  changes.events.push_back(std::move(event));
}

bool is_of_hardware(const BoardEvent& event) {
  return std::ranges::find(event.causes, EventCause::hardware) != event.causes.end();
}

// Whether the report asked the device what it is: one that sleeps is not woken.
bool was_asked(const Report& report, const Device& device) {
  return std::ranges::none_of(report.findings, [&](const Finding& finding) {
    return finding.code == "device.asleep" && finding.subject == address_of(device);
  });
}

// The latest device before that this one was, and that was asked.
Earlier latest_asked(const ThenAndNow& board, const Device& device) {
  for (auto sighting = board.before.rbegin(); sighting != board.before.rend(); ++sighting) {
    const Device* was = counterpart(*sighting, board.after, device);
    if (was != nullptr && was_asked(*sighting->report, *was)) return {&*sighting, was};
  }
  return {};
}

// "not told", or what stands in the place of a number that nobody wrote.
std::string in_place_of(const Text& told) {
  return told ? fmt::format("'{}', which nobody wrote", *told) : "not told";
}

struct Lost {
  BoardEventKind kind;
  const char* name;
  Text before;
  std::string after;
};

std::vector<Lost> lost_facts(const Device& before, const Device& after) {
  std::vector<Lost> lost;
  constexpr auto identity = BoardEventKind::identity_changed;
  if (tells_serial(before) && !tells_serial(after)) {
    lost.push_back({identity, kSerialNumber, before.serial, in_place_of(after.serial)});
  }
  if (tells_uuid(before) && !tells_uuid(after)) {
    lost.push_back({identity, "UUID", before.uuid, in_place_of(after.uuid)});
  }
  if (before.pci_id && !after.pci_id) {
    lost.push_back({identity, "PCI id", before.pci_id, in_place_of(std::nullopt)});
  }
  if (tells_units(before) && !after.units && !after.forced) {
    lost.push_back({BoardEventKind::units_changed, "units", units_text(before), "not told"});
  }
  return lost;
}

// Numbers and units that a device told when it was last asked, and does not any more. A label can
// be lost with a driver or a firmware's tables, and accuses no board by itself; of a device of
// which something else moved by its hardware (`from`, the first of its events) it is a part of
// that.
void add_lost(const ThenAndNow& board, const Device& device, std::size_t from,
              BoardChanges& changes) {
  // A partition may tell less than the whole does.
  if (device.slice || !was_asked(*board.after.report, device)) return;
  const Earlier earlier = latest_asked(board, device);
  if (earlier.device == nullptr) return;
  const bool moved = std::any_of(changes.events.begin() + static_cast<std::ptrdiff_t>(from),
                                 changes.events.end(), is_of_hardware);
  for (Lost& lost : lost_facts(*earlier.device, device)) {
    BoardEvent event = event_of(lost.kind, device, lost.name, earlier);
    event.before = std::move(*lost.before);
    event.after = std::move(lost.after);
    event.causes =
        moved ? hardware_causes(*earlier.device, device) : std::vector{EventCause::condition};
    changes.events.push_back(std::move(event));
  }
}

void add_devices(const ThenAndNow& board, BoardChanges& changes) {
  for (const Device* device : devices_of(board.after)) {
    const std::size_t from = changes.events.size();
    add_facts(board, *device, changes);
    add_memory(board, *device, changes);
    add_units(board, *device, changes);
    add_rates(board, *device, changes);
    add_lost(board, *device, from, changes);
  }
}

BoardChanges recognised(BoardChanges changes, const Sighting& after, RecognisedBy by) {
  for (BoardEvent& event : changes.events) {
    event.board = after.board->id;
    // Of its members one is another: by what the board was known is no sign of it.
    if (event.kind != BoardEventKind::replaced) event.recognised_by = by;
  }
  return changes;
}

}  // namespace

BoardChanges board_changes(const ThenAndNow& board, RecognisedBy by) {
  BoardChanges changes;
  add_member_events(board.before.back(), board.after, changes);
  add_devices(board, changes);
  return recognised(std::move(changes), board.after, by);
}

BoardChanges device_changes(const ThenAndNow& board, RecognisedBy by) {
  BoardChanges changes;
  add_devices(board, changes);
  return recognised(std::move(changes), board.after, by);
}

}  // namespace tpp
