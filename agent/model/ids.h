// Names of things on a node. Values are addresses (PCI address, "cpu:0"), never indices: indices
// differ between runtimes. Plain values; safe to share between threads as any value is.
#ifndef TPP_AGENT_MODEL_IDS_H
#define TPP_AGENT_MODEL_IDS_H

#include <compare>
#include <string>

namespace tpp {

template <class Tag>
struct Id {
  std::string value;

  auto operator<=>(const Id&) const = default;
  bool empty() const { return value.empty(); }
};

using DeviceId = Id<struct DeviceTag>;
using PackageId = Id<struct PackageTag>;
using BoardId = Id<struct BoardTag>;
using ChipId = Id<struct ChipTag>;  // a row of the catalogue
using RuleId = Id<struct RuleTag>;  // an edition of a regulation, "us-ear-2023-10"

}  // namespace tpp

#endif
