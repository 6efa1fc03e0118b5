#include "agent/model/catalog.h"

namespace tpp {

std::optional<std::string> datacenter_doubt(const Chip& chip) {
  const auto ground = chip.details.grounds.find("datacenter");
  if (chip.datacenter) return std::nullopt;
  if (ground == chip.details.grounds.end()) return "no ground is given";
  if (ground->second.confidence != Confidence::recall) return std::nullopt;
  return ground->second.source;
}

}  // namespace tpp
