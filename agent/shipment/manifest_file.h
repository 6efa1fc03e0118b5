// Reads the manifest of a shipment from YAML. Every fault is a UsageError with file, line, column,
// the member, what was found and what is accepted: a manifest is the user's words as options are.
// Leaves to others what a model's name stands for (manifest_items) and what the rules say.
#ifndef TPP_AGENT_SHIPMENT_MANIFEST_FILE_H
#define TPP_AGENT_SHIPMENT_MANIFEST_FILE_H

#include <filesystem>
#include <string>

#include "agent/model/country.h"
#include "agent/shipment/manifest.h"

namespace tpp {

// From text; `origin` is its path, and reports are looked for beside it. Countries must be of the
// table.
Manifest parse_manifest(const std::string& text, const std::filesystem::path& origin,
                        const CountryTable& countries);

// Throws Error if the file cannot be read.
Manifest load_manifest(const std::filesystem::path& file, const CountryTable& countries);

}  // namespace tpp

#endif
