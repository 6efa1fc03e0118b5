// Reads of a manifest what is determined by itself: a row of the catalogue or figures, of an item
// or of what a computer contains. Errors as in manifest_fields.
#ifndef TPP_AGENT_SHIPMENT_MANIFEST_PARTS_H
#define TPP_AGENT_SHIPMENT_MANIFEST_PARTS_H

#include <string>
#include <vector>

#include "agent/documents/yaml_reader.h"
#include "agent/shipment/manifest.h"

namespace tpp {

// Exactly one of `model` and `figures`; the other members are the caller's.
ManifestPart read_part(const YamlValue& yaml, ShipmentItemKind kind, const std::string& name);

// `contains` of a computer: at least one.
std::vector<ManifestPart> read_contents(const YamlValue& yaml, const std::string& name);

}  // namespace tpp

#endif
