// Which devices of AMD are parts of one package: partitions share a PCI address, dies a board.
#ifndef TPP_PROBES_AMD_AMD_PACKAGES_H
#define TPP_PROBES_AMD_AMD_PACKAGES_H

#include <vector>

#include "agent/model/inventory.h"
#include "probes/amd/amd_address.h"

namespace tpp::amd {

struct Found {
  Address address;
  Device device;
};

// Pure. Ids, packages and boards of what was found, in its order. Partitions are slices of the
// package at their address. The two dies of an MI250 or MI250X are whole devices of one package
// where they, and no third, tell one number of the board; else each is left alone.
std::vector<Device> arrange(std::vector<Found> found);

}  // namespace tpp::amd

#endif
