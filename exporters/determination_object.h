// The parts that determinations and shipments are both written with in JSON. Pure.
#ifndef TPP_EXPORTERS_DETERMINATION_OBJECT_H
#define TPP_EXPORTERS_DETERMINATION_OBJECT_H

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/model/determination.h"

namespace tpp {

// JSON has no word for what is not finite, and null means unknown here: throws Error.
nlohmann::ordered_json finite_json(double value);
// Not decided is null.
nlohmann::ordered_json truth_json(Truth truth);

nlohmann::ordered_json determination_object(const Determination& result);
nlohmann::ordered_json editions_json(const std::vector<EditionUse>& editions);

// The whole text: banners on the first lines, where nobody misses them, the body, the disclaimer.
std::string determination_document(const std::vector<std::string>& banners,
                                   const nlohmann::ordered_json& body);

}  // namespace tpp

#endif
