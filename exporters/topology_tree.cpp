#include "exporters/topology_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "agent/model/listed.h"
#include "agent/model/names.h"
#include "exporters/number_text.h"
#include "exporters/table_sections.h"

namespace tpp {
namespace {

// A line of the tree, and what hangs on it.
struct Branch {
  std::string text;
  Style style = Style::plain;
  std::string learnt;  // "read: probe nvidia"
  std::vector<Branch> branches;
};

// "board 0000:17:00.0: NVIDIA H100, 2 devices"
std::string line_of(const std::string& what, const std::string& id,
                    std::vector<std::string> facts) {
  std::erase(facts, "");
  const std::string head = id.empty() ? what : what + " " + id;
  return facts.empty() ? head : fmt::format("{}: {}", head, fmt::join(facts, ", "));
}

std::string count_text(std::size_t count, const char* word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string known_memory(const std::optional<std::uint64_t>& bytes) {
  return bytes ? memory_text(bytes) : "";
}

std::string link_text(const PciObject& object) {
  const std::string lanes =
      object.link_lanes ? fmt::format("x{}", *object.link_lanes) : std::string();
  if (!object.link_bytes_per_s) return lanes.empty() ? "" : "link " + lanes;
  const std::string rate = "link " + bandwidth_text(object.link_bytes_per_s);
  return lanes.empty() ? rate : rate + " " + lanes;
}

std::string near_text(const PciObject& object) {
  if (object.numa_nodes.empty()) return "";
  return fmt::format("near NUMA node {}", fmt::join(object.numa_nodes, ", "));
}

std::string names_text(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, " "));
}

class Tree {
 public:
  explicit Tree(const Inventory& inventory) : inventory_(inventory) {
    if (inventory.topology) topology_ = *inventory.topology;
    from_ = learnt(topology_.source, topology_.origin);
    for (const Board& board : inventory.boards) places_.push_back(place_of_board(board));
  }

  std::vector<Branch> branches() {
    std::vector<Branch> at_node;
    for (const NumaNode& numa : topology_.numa_nodes) {
      at_node.push_back(
          {line_of("NUMA node", fmt::format("{}", numa.number), {known_memory(numa.memory_bytes)}),
           Style::plain, from_, roots_near(numa.number)});
    }
    add(roots_near(std::nullopt), at_node);
    add(boards_at(std::nullopt), at_node);
    return at_node;
  }

 private:
  static void add(std::vector<Branch> from, std::vector<Branch>& to) {
    std::ranges::move(from, std::back_inserter(to));
  }

  // Whether they lead from where the bus begins; a ring of bridges does not.
  bool is_drawn(const std::vector<std::string>& bridges) const {
    if (bridges.empty() || bridges.size() > kDeepest) return false;
    const PciObject* const first = find_pci(topology_, bridges.back());
    return first != nullptr && !first->upstream;
  }

  // The nearest bridge that leads to all its devices; nullopt if one of them is not on the bus.
  std::optional<std::string> place_of_board(const Board& board) const {
    std::optional<std::vector<std::string>> common;
    for (const DeviceId& id : board.devices) {
      const Device* const device = find_device(inventory_, id);
      const PciObject* const place = device ? place_of(topology_, *device) : nullptr;
      if (place == nullptr) return std::nullopt;
      const std::vector<std::string> bridges = upstream_of(topology_, place->address);
      if (!is_drawn(bridges)) return std::nullopt;
      if (!common) common = bridges;
      std::erase_if(*common, [&](const std::string& bridge) {
        return std::ranges::find(bridges, bridge) == bridges.end();
      });
    }
    return !common || common->empty() ? std::nullopt : std::optional(common->front());
  }

  // Host bridges, and what has none, that are near that memory node alone; nullopt: near none or
  // several, or one that is not listed.
  std::vector<Branch> roots_near(std::optional<int> number) const {
    std::vector<Branch> found;
    for (const PciObject& object : topology_.pci) {
      if (object.upstream) continue;
      std::optional<int> near;
      if (object.numa_nodes.size() == 1 && lists(object.numa_nodes[0])) {
        near = object.numa_nodes[0];
      }
      if (near == number) add(branches_of(object, 0), found);
    }
    return found;
  }

  bool lists(int number) const {
    return std::ranges::any_of(topology_.numa_nodes,
                               [&](const NumaNode& numa) { return numa.number == number; });
  }

  // None for a bridge that leads to nothing of its own line, and for a device of the inventory.
  std::vector<Branch> branches_of(const PciObject& object, std::size_t depth) const {
    if (object.kind == PciKind::device) return unlisted(object);
    Branch branch{bridge_text(object), Style::plain, from_, {}};
    add(boards_at(object.address), branch.branches);
    for (const PciObject& below : topology_.pci) {
      if (below.upstream == object.address && depth < kDeepest) {
        add(branches_of(below, depth + 1), branch.branches);
      }
    }
    if (branch.branches.empty()) return {};
    return {std::move(branch)};
  }

  std::string bridge_text(const PciObject& object) const {
    if (object.kind == PciKind::host_bridge) {
      // Near several memory nodes, it hangs at none of them.
      return line_of(
          "host bridge", object.address,
          {object.name.value_or(""), object.numa_nodes.size() > 1 ? near_text(object) : ""});
    }
    return line_of(is_switch(object) ? "switch" : "bridge", object.address,
                   {object.name.value_or(""), object.pci_id.value_or(""), link_text(object)});
  }

  // A bridge behind a bridge that leads to further bridges: the upstream port of a switch.
  bool is_switch(const PciObject& object) const {
    const PciObject* const above =
        object.upstream ? find_pci(topology_, *object.upstream) : nullptr;
    return above != nullptr && above->kind == PciKind::bridge &&
           std::ranges::any_of(topology_.pci, [&](const PciObject& below) {
             return below.kind == PciKind::bridge && below.upstream == object.address;
           });
  }

  std::string why_unlisted(const PciObject& object) const {
    if (inventory_.bus) {
      const auto at = std::ranges::find(*inventory_.bus, object.address, &BusPlace::address);
      const auto whole =
          at == inventory_.bus->end() ? std::optional<std::string>() : at->physical_function;
      if (whole && is_listed(inventory_, *whole)) return "a virtual function of " + *whole;
    }
    return "not in this inventory";
  }

  std::vector<Branch> unlisted(const PciObject& object) const {
    const bool known = std::ranges::any_of(inventory_.devices, [&](const Device& device) {
      const PciObject* const place = place_of(topology_, device);
      return place != nullptr && place->address == object.address;
    });
    if (known) return {};
    return {{line_of("PCI device", object.address,
                     {object.name.value_or(""), object.pci_id.value_or(""),
                      object.class_code ? "class " + *object.class_code : "", link_text(object),
                      names_text(object.os_devices), why_unlisted(object)}),
             Style::dim,
             from_,
             {}}};
  }

  std::vector<Branch> boards_at(const std::optional<std::string>& place) const {
    std::vector<Branch> found;
    for (std::size_t i = 0; i < inventory_.boards.size(); ++i) {
      if (places_[i] == place) found.push_back(board_branch(inventory_.boards[i]));
    }
    if (!place) {
      for (const Device& device : inventory_.devices) {
        if (find_board(inventory_, device.board) == nullptr) found.push_back(device_branch(device));
      }
    }
    return found;
  }

  Branch board_branch(const Board& board) const {
    const std::string expected =
        board.expected_devices ? fmt::format(" of {}", *board.expected_devices) : std::string();
    const std::vector<const Device*> devices = devices_of(inventory_, board);
    const std::string count =
        in_parts(devices) && devices.size() > 1 && expected.empty()
            ? devices_text(devices)
            : fmt::format("{}{} device{}", board.devices.size(), expected,
                          board.devices.size() == 1 && expected.empty() ? "" : "s");
    Branch branch{
        line_of("board", board.id.value,
                {board.name, count, board.uncertain ? "not certain: " + *board.uncertain : ""}),
        Style::bold,
        board_learnt(devices, board),
        {}};
    std::vector<PackageId> packages;
    for (const DeviceId& id : board.devices) {
      const Device* const device = find_device(inventory_, id);
      if (device == nullptr || std::ranges::count(packages, device->package) > 0) continue;
      packages.push_back(device->package);
      branch.branches.push_back(package_branch(board, *device));
    }
    return branch;
  }

  // The package of `first` with all devices of the board that are on it.
  Branch package_branch(const Board& board, const Device& first) const {
    Branch branch{"", Style::plain, "", {}};
    std::vector<const Device*> devices;
    for (const DeviceId& id : board.devices) {
      const Device* const device = find_device(inventory_, id);
      if (device == nullptr || device->package != first.package) continue;
      devices.push_back(device);
      branch.branches.push_back(device_branch(*device));
    }
    const std::size_t count = devices.size();
    branch.text = line_of(
        "package", first.package.value,
        {in_parts(devices) && count > 1 ? parts_text(devices) : count_text(count, "device")});
    // A package without a name of its own bears its only device's.
    const bool inferred = count == 1 && first.package.value == first.id.value;
    branch.learnt =
        inferred ? learnt(Source::inferred, "one device, no sign of others") : device_learnt(first);
    return branch;
  }

  static std::string device_learnt(const Device& device) {
    if (device.simulated) return learnt(Source::entered, "scenario");
    return learnt(Source::read, fmt::format("{}", fmt::join(device.seen_by, ", ")));
  }

  Branch device_branch(const Device& device) const {
    const PciObject* const place = place_of(topology_, device);
    std::vector<std::string> facts = {device.name, units_text(device),
                                      known_memory(device.memory_bytes),
                                      device.pci_id.value_or("")};
    if (place != nullptr) {
      add_place(*place, facts);
    }
    if (device.slice) facts.push_back(slice_text(device));
    return {line_of(std::string(enum_name(device.kind)), device.id.value, std::move(facts)),
            device.slice ? Style::warning : Style::plain,
            device_learnt(device),
            {}};
  }

  static void add_place(const PciObject& place, std::vector<std::string>& facts) {
    facts.push_back(link_text(place));
    facts.push_back(near_text(place));
    facts.push_back(names_text(place.os_devices));
  }

  // Stored topologies are foreign: no machine has so many bridges in a row.
  static constexpr std::size_t kDeepest = 100;

  const Inventory& inventory_;
  NodeTopology topology_;  // empty where it is not known
  std::string from_;
  std::vector<std::optional<std::string>> places_;  // of each board
};

// `before` is what stands left of the branches of one line, "|  ".
void draw(Page& page, const std::vector<Branch>& branches, const std::string& before) {
  for (std::size_t i = 0; i < branches.size(); ++i) {
    const Branch& branch = branches[i];
    const bool last = i + 1 == branches.size();
    const std::string below = before + (last ? "   " : "│  ");
    page.drawn(before + (last ? "└─ " : "├─ "),
               below + (branch.branches.empty() ? "     " : "│    "),
               {{branch.text, branch.style}, {fmt::format(" ({})", branch.learnt), Style::dim}});
    draw(page, branch.branches, below);
  }
}

}  // namespace

std::string render_topology(const Inventory& inventory, const std::vector<std::string>& banners,
                            const TableOptions& options) {
  Page page(std::max(options.width, kNarrowestPage), options.colour);
  add_first_line(page, inventory, banners);
  page.paragraph(0, 5, node_text(inventory.node));
  draw(page, Tree(inventory).branches(), "");
  if (inventory.devices.empty())
    page.line(0, {{"No device is in this inventory.", Style::warning}});
  if (!inventory.topology) {
    page.line(0, {{"Where devices hang is not known: no bus was read.", Style::dim}});
  }
  page.blank();
  page.paragraph(
      0, 0,
      {"read: from hardware or kernel; entered: by the user or a scenario; inferred: from other "
       "facts, such as the catalogue.",
       Style::dim});
  add_findings(page, inventory.findings);
  return page.take();
}

}  // namespace tpp
