#include "exporters/devices_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/model/names.h"
#include "exporters/number_text.h"
#include "exporters/table_sections.h"

namespace tpp {
namespace {

std::string or_unknown(const std::string& text) { return text.empty() ? kUnknown : text; }

std::string marks(const Device& device) {
  std::string text;
  const auto mark = [&](bool applies, const std::string& word) {
    if (applies) text += (text.empty() ? "" : ", ") + word;
  };
  mark(device.simulated, "simulated");
  mark(device.forced, "forced");
  mark(device.slice, slice_text(device));
  return text;
}

void add_device(Grid& grid, const Device& device, const std::string& board) {
  const std::string seen = fmt::format("{}", fmt::join(device.seen_by, ", "));
  grid.row({{board, Style::bold},
            device.id.value,
            std::string(enum_name(device.kind)),
            or_unknown(device.name),
            or_unknown(units_text(device)),
            memory_text(device.memory_bytes),
            megahertz_text(device.max_clock_hz),
            device.pci_id.value_or(kUnknown),
            device.backend.empty() ? Span("none", Style::warning) : Span(device.backend),
            or_unknown(seen)});
}

// Below the grid, which would cut them: each changes what its device's figures mean.
void add_marks(Page& page, const Inventory& inventory) {
  bool first = true;
  for (const Device& device : inventory.devices) {
    const std::string text = marks(device);
    if (text.empty()) continue;
    if (first) page.blank();
    first = false;
    page.paragraph(0, 4, {device.id.value + ": " + text, Style::warning});
  }
}

// "power limit 500 W (default 700 W)"
std::string setting(const std::string& what, const std::optional<double>& is,
                    const std::optional<double>& usual, const std::string& unit) {
  if (!is) return "";
  const std::string text = fmt::format("{} {:g} {}", what, *is, unit);
  return usual && *usual != *is ? fmt::format("{} (default {:g} {})", text, *usual, unit) : text;
}

std::optional<double> megahertz(const std::optional<double>& hz) {
  return hz ? std::optional(*hz / 1e6) : std::nullopt;
}

std::string switch_words(const std::string& what, const std::optional<bool>& on) {
  return on ? what + (*on ? " on" : " off") : "";
}

// Those that compute through a service that shares it may stand in both lists.
std::string process_words(const DeviceState& state) {
  if (!state.processes && !state.sharing_processes) return "";
  const int count = std::max(state.processes.value_or(0), state.sharing_processes.value_or(0));
  if (count == 0) return "no process on it";
  return count == 1 ? "1 process on it" : fmt::format("{} processes on it", count);
}

// AMD's accelerators have modes, of which SPX is whole, NVIDIA's GPUs a switch.
std::string partition_words(const DeviceState& state) {
  if (!state.compute_partition && !state.memory_partition) {
    return switch_words("MIG", state.partitioned);
  }
  std::vector<std::string> modes = {state.compute_partition.value_or(""),
                                    state.memory_partition.value_or("")};
  std::erase(modes, "");
  return fmt::format("partition mode {}", fmt::join(modes, " "));
}

// What holds it down or shares it, as far as it is known; all else stands in the JSON inventory.
std::string conditions(const Device& device) {
  const DeviceLimits limits = device.limits.value_or(DeviceLimits());
  const DeviceState state = device.state.value_or(DeviceState());
  std::vector<std::string> known = {
      setting("power limit", limits.power_limit_w, limits.default_power_limit_w, "W"),
      setting("application clock", megahertz(limits.application_clock_hz),
              megahertz(limits.default_application_clock_hz), "MHz"),
      switch_words("ECC", state.ecc_enabled),
      partition_words(state),
      switch_words("persistence", state.persistence),
      process_words(state)};
  std::erase(known, "");
  return fmt::format("{}", fmt::join(known, ", "));
}

void add_conditions(Page& page, const Inventory& inventory) {
  bool first = true;
  for (const Device& device : inventory.devices) {
    const std::string text = conditions(device);
    if (text.empty()) continue;
    if (first) page.blank();
    first = false;
    page.paragraph(0, 4, device.id.value + ": " + text);
  }
}

// Boards that the same evidence makes stand in one line.
void add_grouping(Page& page, const Inventory& inventory) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (const Board& board : inventory.boards) {
    const std::string words = board_learnt(devices_of(inventory, board), board);
    auto group = std::ranges::find(groups, words, [](const auto& entry) { return entry.first; });
    if (group == groups.end()) group = groups.insert(group, {words, {}});
    group->second.push_back(board.id.value);
  }
  if (!groups.empty()) page.blank();
  for (const auto& [words, ids] : groups) {
    page.paragraph(0, 4,
                   fmt::format("{} {}: {}", ids.size() == 1 ? "board" : "boards",
                               fmt::join(ids, ", "), words));
  }
  for (const Board& board : inventory.boards) {
    if (!board.uncertain) continue;
    page.paragraph(0, 4,
                   {fmt::format("board {} is not certain: {}", board.id.value, *board.uncertain),
                    Style::warning});
  }
}

void add_modules(Page& page, const std::vector<Module>& modules) {
  if (modules.empty()) return;
  page.blank();
  for (const Module& module : modules) {
    const bool ready = module.state == ModuleState::ready;
    page.paragraph(0, 4,
                   {fmt::format("module {}: {}{}", module.name, enum_name(module.state),
                                ready ? "" : ", " + module.reason),
                    module.state == ModuleState::failed ? Style::warning : Style::dim});
  }
}

}  // namespace

std::string learnt(Source source, const std::string& from) {
  return from.empty() ? std::string(enum_name(source))
                      : fmt::format("{}: {}", enum_name(source), from);
}

std::vector<const Device*> devices_of(const Inventory& inventory, const Board& board) {
  std::vector<const Device*> devices;
  for (const DeviceId& id : board.devices) {
    if (const Device* device = find_device(inventory, id)) devices.push_back(device);
  }
  return devices;
}

// What a scenario's module reads is what its author entered.
std::string board_learnt(const std::vector<const Device*>& devices, const Board& board) {
  const bool simulated =
      std::ranges::any_of(devices, [](const Device* device) { return device->simulated; });
  const bool entered = simulated && board.grouped_by == Source::read;
  return learnt(entered ? Source::entered : board.grouped_by, board.grouping_reason);
}

std::string render_devices(const Inventory& inventory, const std::vector<std::string>& banners,
                           const TableOptions& options) {
  Page page(std::max(options.width, kNarrowestPage), options.colour);
  add_first_line(page, inventory, banners);
  page.paragraph(0, 5, node_text(inventory.node));
  if (const std::string machine = identity_text(inventory.node); !machine.empty()) {
    page.paragraph(0, 5, machine);
  }
  page.blank();
  if (inventory.devices.empty()) {
    page.line(0, {{"No device was found.", Style::warning}});
  } else {
    Grid grid;
    for (const char* title : {"board", "device", "kind", "name"}) grid.column(Align::left, {title});
    for (const char* title : {"units", "memory", "MHz"}) grid.column(Align::right, {title});
    for (const char* title : {"PCI id", "backend", "seen by"}) grid.column(Align::left, {title});
    std::string last;
    for (const Board& board : inventory.boards) {
      for (const DeviceId& id : board.devices) {
        const Device* device = find_device(inventory, id);
        if (device == nullptr) continue;
        add_device(grid, *device, board.id.value == last ? "" : board.id.value);
        last = board.id.value;
      }
    }
    for (const Device& device : inventory.devices) {
      if (find_board(inventory, device.board) == nullptr) add_device(grid, device, kUnknown);
    }
    page.grid(0, grid);
    add_grouping(page, inventory);
    add_conditions(page, inventory);
    add_marks(page, inventory);
  }
  add_modules(page, inventory.modules);
  add_findings(page, inventory.findings);
  return page.take();
}

}  // namespace tpp
