// Vendor and device of what is on the PCI bus, as the kernel tells them. No state; thread-safe.
#ifndef TPP_KERNELS_GPU_PCI_ID_H
#define TPP_KERNELS_GPU_PCI_ID_H

#include <filesystem>
#include <string>

namespace tpp::gpu {

// "10de:2330" of the device at `address` in a folder as /sys/bus/pci/devices; "" where it is not
// told.
std::string pci_id_of(const std::filesystem::path& folder, const std::string& address);

}  // namespace tpp::gpu

#endif
