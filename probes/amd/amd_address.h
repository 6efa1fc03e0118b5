// Where a device of AMD sits, as both of its libraries write it in 64 bits.
#ifndef TPP_PROBES_AMD_AMD_ADDRESS_H
#define TPP_PROBES_AMD_AMD_ADDRESS_H

#include <cstdint>
#include <optional>
#include <string>

namespace tpp::amd {

struct Address {
  std::string pci;         // "0000:c1:00.0"; a GPU is function 0
  unsigned partition = 0;  // of several that share the address
};

// Pure. Domain in bits 63 to 32, partition in 31 to 28, bus in 15 to 8, device in 7 to 3; drivers
// that leave 31 to 28 empty write the partition where the function stands, in bits 2 to 0 (the
// reference of rsmi_dev_pci_id_get). nullopt if others are set, as in all ones.
std::optional<Address> parse_address(std::uint64_t bits);

}  // namespace tpp::amd

#endif
