#include "agent/model/catalog.h"

namespace tpp {

std::optional<std::string> datacenter_doubt(const Chip& chip) {
  const auto ground = chip.details.grounds.find("datacenter");
  if (chip.datacenter || ground == chip.details.grounds.end()) return std::nullopt;
  if (ground->second.confidence != Confidence::recall) return std::nullopt;
  return ground->second.source;
}

}  // namespace tpp
