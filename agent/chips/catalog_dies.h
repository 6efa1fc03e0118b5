// The dies of a catalogue row, read from YAML, and the applicable area that they make. What counts,
// and why, stands in the row. Errors as in yaml_reader.h; the areas are pure.
#ifndef TPP_AGENT_CHIPS_CATALOG_DIES_H
#define TPP_AGENT_CHIPS_CATALOG_DIES_H

#include <optional>
#include <vector>

#include "agent/chips/catalog_figures.h"
#include "agent/documents/yaml_reader.h"
#include "agent/model/catalog.h"

namespace tpp {

// A list of dies. Throws Error where a planar die is said to count, or the only kind of die of a
// package, if it is not planar, not to.
std::vector<Die> read_dies(const YamlValue& yaml, const Sources& sources);
std::vector<PublishedArea> read_published_areas(const YamlValue& yaml, const Sources& sources);

// Whether dies of the package are non-planar: false if all are known to be planar, nullopt if that
// is not known of any.
std::optional<bool> any_nonplanar(const std::vector<Die>& dies);

// mm2 of all dies that count in `packages` packages, as well known as the least known of them.
// nullopt if none counts or the area of one that does is not known.
std::optional<Figure> applicable_area(const std::vector<Die>& dies, int packages);

// The same of the dies that compute; nullopt if all do.
std::optional<Figure> computing_area(const std::vector<Die>& dies, int packages);

}  // namespace tpp

#endif
