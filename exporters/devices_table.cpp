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
  mark(device.slice, device.slice_reason.empty() ? "part of a device"
                                                 : "part of a device: " + device.slice_reason);
  return text;
}

void add_device(Grid& grid, const Device& device, const std::string& board) {
  const std::string seen = fmt::format("{}", fmt::join(device.seen_by, ", "));
  grid.row({{board, Style::bold},
            device.id.value,
            std::string(enum_name(device.kind)),
            or_unknown(truncate(device.name, 40)),
            device.units ? units_text(device) : kUnknown,
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

std::string render_devices(const Inventory& inventory, const std::vector<std::string>& banners,
                           const TableOptions& options) {
  Page page(std::max(options.width, kNarrowestPage), options.colour);
  add_first_line(page, inventory, banners);
  page.paragraph(0, 5, node_text(inventory.node));
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
    add_marks(page, inventory);
  }
  add_modules(page, inventory.modules);
  add_findings(page, inventory.findings);
  return page.take();
}

}  // namespace tpp
