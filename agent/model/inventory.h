// What is attached to a node: devices on packages on boards, and how each fact was learnt.
// Plain values. Unknown is std::nullopt, never 0 or "".
#ifndef TPP_AGENT_MODEL_INVENTORY_H
#define TPP_AGENT_MODEL_INVENTORY_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/device_state.h"
#include "agent/model/finding.h"
#include "agent/model/ids.h"
#include "agent/model/source.h"
#include "agent/model/topology.h"

namespace tpp {

enum class DeviceKind { gpu, cpu, accelerator };

// One thing that a runtime can run on: GPU, GCD, MIG slice, CPU socket.
struct Device {
  DeviceId id;
  PackageId package;
  BoardId board;
  DeviceKind kind = DeviceKind::gpu;
  std::string name;  // as reported
  std::string vendor;
  std::optional<std::string> architecture;
  std::optional<std::string> unit_kind;  // "SM", "CU", "core"
  std::optional<int> units;              // usable by the runtime
  std::optional<int> whole_units;        // of a slice: those of the device that it is a part of
  std::optional<double> max_clock_hz;    // the highest that the device admits
  std::optional<std::string> pci_id;     // "10de:2335"
  std::optional<std::string> uuid;
  std::optional<std::string> serial;
  std::optional<std::string> driver_version;
  std::optional<std::uint64_t> memory_bytes;
  std::optional<int> memory_bus_bits;
  std::optional<double> memory_transfers_per_s;  // per pin
  std::optional<std::uint64_t> last_level_cache_bytes;
  std::optional<DeviceLabels> labels;
  std::optional<DeviceLimits> limits;
  std::optional<DeviceState> state;  // when the probe asked, before any load of ours
  // A part of the device only (partition, virtual machine, cgroup): never reported as the device.
  bool slice = false;
  std::string slice_reason;
  bool simulated = false;
  bool forced = false;               // an option narrowed what the backend may use
  std::string backend;               // module that can run on it; "" if none can
  std::vector<std::string> seen_by;  // probes and backends that showed it
};

// A step of the way over the PCI bus: a bridge, or the device itself.
struct BusStep {
  std::string address;              // "0000:17:00.0"
  std::optional<std::string> slot;  // of chassis or mainboard, in which this and all behind it sits
};

// Where a device sits on the PCI bus, as far as that tells boards apart.
struct BusPlace {
  std::string address;
  std::vector<BusStep> way;                 // from the device itself up to where the bus begins
  std::optional<std::string> pci_id;        // "10de:2335", as the kernel tells it
  std::optional<std::string> subsystem_id;  // "10de:16c1"
  std::optional<DeviceId> socket;           // of the host, that it hangs at
  // Of a virtual function (SR-IOV): the address of the device that it is one of. A guest is not
  // told.
  std::optional<std::string> physical_function = std::nullopt;
};

// What the rules count: the highest level of integration up to a circuit board.
struct Board {
  BoardId id;
  std::string name;
  std::vector<DeviceId> devices;
  Source grouped_by = Source::inferred;
  std::string grouping_reason;  // "one socket is one board"
  // Marketed for datacentres; unknown counts as yes. From the catalogue or a scenario.
  std::optional<bool> datacenter;
  std::optional<int> expected_devices;  // that the catalogue or the vendor says it carries
  std::optional<std::string> uncertain = std::nullopt;  // why it may carry more than these devices
  std::optional<std::string> baseboard = std::nullopt;  // equal on modules of one baseboard
};

// A driver of accelerators that the kernel has loaded.
struct KernelDriver {
  std::string name;
  std::string version;                                       // its own, else the kernel's release
  std::optional<std::string> source_version = std::nullopt;  // checksum of its sources
};

// What the firmware's tables (DMI) say of the machine. Serial numbers and the UUID are for root to
// read.
struct NodeIdentity {
  std::optional<std::string> vendor;
  std::optional<std::string> product;
  std::optional<std::string> product_version;
  std::optional<std::string> serial;
  std::optional<std::string> uuid;
  std::optional<std::string> board_vendor;  // of the baseboard
  std::optional<std::string> board;
  std::optional<std::string> board_version;
  std::optional<std::string> board_serial;
  std::optional<std::string> chassis_vendor;
  std::optional<std::string> chassis_serial;
};

struct Node {
  std::string hostname;
  std::string kernel;
  std::string machine;  // "x86_64"
  std::optional<std::string> hypervisor;
  std::optional<std::uint64_t> memory_bytes;
  std::string topology;  // one line: sockets, cores, NUMA nodes, caches
  std::vector<KernelDriver> kernel_drivers = {};
  std::optional<NodeIdentity> identity = std::nullopt;
};

enum class ModuleState {
  ready,        // enumerated devices
  unavailable,  // nothing for it to run on here: no driver, no device
  failed,       // could not be loaded or asked
};

// A loadable module that was asked for devices.
struct Module {
  std::string name;
  std::string path;
  ModuleState state = ModuleState::ready;
  std::string reason;  // why it is not ready
};

struct Inventory {
  Node node;
  std::vector<Module> modules;
  std::vector<Device> devices;
  std::vector<Board> boards;
  std::vector<Finding> findings;
  std::optional<NodeTopology> topology;  // where it was asked for
  // Of its devices that are on it, and of those that only it shows, where it was read.
  std::optional<std::vector<BusPlace>> bus;
};

// For the first line of every output that has a simulated device in it.
inline constexpr const char* kSimulatedBanner =
    "SIMULATED: these figures come from a scenario, not from hardware";

// A socket of the node: of kind cpu, with an id "cpu:N", and not on the PCI bus. A device that only
// says that it is a CPU is none: a host CPU is left out of classification.
bool is_host_cpu(const Device& device);

const Device* find_device(const Inventory& inventory, const DeviceId& id);
// That of a device, or of the package that it is a part of; nullptr if it is not known.
const BusPlace* find_place(const Inventory& inventory, const Device& device);
const Board* find_board(const Inventory& inventory, const BoardId& id);

}  // namespace tpp

#endif
