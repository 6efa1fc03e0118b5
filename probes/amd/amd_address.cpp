#include "probes/amd/amd_address.h"

#include <fmt/format.h>

namespace tpp::amd {

std::optional<Address> parse_address(std::uint64_t bits) {
  constexpr std::uint64_t kReserved = 0x0fff'0000;
  // Bus 0 holds the processor itself in each domain: an address of all zeros was never written.
  if ((bits & kReserved) != 0 || bits == 0) return std::nullopt;
  const unsigned partition = bits >> 28 & 0xf;
  return Address{
      .pci = fmt::format("{:04x}:{:02x}:{:02x}.0", bits >> 32, bits >> 8 & 0xff, bits >> 3 & 0x1f),
      .partition = partition != 0 ? partition : static_cast<unsigned>(bits & 7)};
}

}  // namespace tpp::amd
