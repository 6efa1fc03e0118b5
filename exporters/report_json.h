// Reports and inventories as JSON, in both directions: the one place that knows the stored form.
// Its schema is exporters/schema/report.schema.json. Pure functions; safe from any thread; never
// dependent on the locale.
//
// Form: members are named as in agent/model (but finding_class, which is "class"); enumerations and
// precisions by their names; intervals as [low, high]; an unknown (std::nullopt) member is absent;
// doubles as the shortest text that reads back to the same bits. The round trip is exact, but for
// bytes that are no UTF-8 (a driver's product name can hold them): these are written as U+FFFD.
//
// Reading is strict: a member that is missing, unknown or of the wrong type throws Error naming its
// place ("$.inventory.devices[0].units") and what was expected there.
#ifndef TPP_EXPORTERS_REPORT_JSON_H
#define TPP_EXPORTERS_REPORT_JSON_H

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/measurement.h"
#include "agent/model/plan.h"
#include "agent/model/report.h"

namespace tpp {

// Indented, with a final newline, members in the order of the model; banners stand on the first
// line. Throws Error if a number in it is not finite.
std::string render_json(const Report& report);
std::string render_json(const Inventory& inventory, const std::vector<std::string>& banners = {});
// The benchmarks of a pass that was not run, with their time and, where known, their energy.
std::string render_json(const Plan& plan);

nlohmann::json to_json(const Report& report);
nlohmann::json to_json(const Inventory& inventory);
nlohmann::json to_json(const Measurement& measurement);
nlohmann::json to_json(const Rate& rate);
nlohmann::json to_json(const TelemetrySample& sample);

// Refuses a report of another schema version.
Report report_from_json(const nlohmann::json& json);
Inventory inventory_from_json(const nlohmann::json& json);
Measurement measurement_from_json(const nlohmann::json& json);
Rate rate_from_json(const nlohmann::json& json);

// From text. `origin` (a file's path, "standard input") begins every error message.
Report parse_report(std::string_view text, std::string_view origin);
Inventory parse_inventory(std::string_view text, std::string_view origin);
TelemetrySample parse_sample(std::string_view text, std::string_view origin);

}  // namespace tpp

#endif
