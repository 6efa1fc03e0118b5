// GPUs and accelerators that the PCI bus shows and nobody lists.
#ifndef TPP_PROBES_UNSEEN_GPUS_H
#define TPP_PROBES_UNSEEN_GPUS_H

#include <optional>
#include <string>
#include <string_view>

#include "agent/model/inventory.h"
#include "probes/node_files.h"

namespace tpp {

inline constexpr std::string_view kPciDevices = "sys/bus/pci/devices";

// Whether the device of the bus is one (accelerator_classes.h).
bool is_accelerator(const NodeFiles& files, const std::string& address);

struct GpuMaker {
  std::string_view vendor_id;  // as sysfs writes it, "0x10de"
  std::string_view name;       // "an NVIDIA"
  std::string_view owner;      // "NVIDIA's"
};

// Whether the device of the bus is a GPU, or what is sold as an accelerator, of that maker.
bool is_gpu_of(const GpuMaker& maker, const NodeFiles& files, const std::string& address);

// Whether it is kept for a virtual machine (vfio-pci).
bool is_given_away(const NodeFiles& files, const std::string& address);

// Of a virtual function (SR-IOV), the address of the device that it is one of; nullopt of any
// other, and in a guest, where the kernel does not know it.
std::optional<std::string> physical_function(const NodeFiles& files, const std::string& address);

// Adds a finding for each GPU of the maker that `inventory` holds neither whole nor in parts, and
// of which it does not hold the device that it is a virtual function of.
void add_unseen_gpus(const GpuMaker& maker, const NodeFiles& files, Inventory& inventory);

// Adds a finding for each accelerator of a maker whose library no probe asks: only a backend can
// list it, and then there is none. Consoles (VGA controllers) are no accelerators unless the
// catalogue has a row of their PCI id, which is not asked here; one that is kept for a virtual
// machine is told.
void add_accelerators_of_others(const NodeFiles& files, Inventory& inventory);

}  // namespace tpp

#endif
