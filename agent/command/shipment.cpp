#include "agent/shipment/shipment.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "agent/boards/stored_rows.h"
#include "agent/chips/catalog_file.h"
#include "agent/command/command.h"
#include "agent/command/rule_inputs.h"
#include "agent/exit_code.h"
#include "agent/report_age.h"
#include "agent/shipment/manifest_file.h"
#include "agent/shipment/manifest_items.h"
#include "agent/shipment/shipment_whole.h"
#include "agent/support/add_once.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "agent/threshold_settings.h"
#include "exporters/report_json.h"
#include "exporters/shipment_json.h"
#include "exporters/shipment_table.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

// What the first line says of a report: its own banners, by what it is judged again, its age.
std::vector<std::string> banners_of(const Report& report, const std::string& origin,
                                    const std::string& as_of) {
  std::vector<std::string> banners = thresholds_of(report, {}).banners;
  const double most_days = info(Threshold::report_age).standard;
  for (const std::string& banner :
       age_banners(age_findings(report, {as_of, utc_now(), most_days}))) {
    banners.push_back(fmt::format("{} ({})", banner, origin));
  }
  return banners;
}

std::map<fs::path, ManifestReport> read_reports(const Manifest& manifest,
                                                const fs::path& shipped_rows,
                                                const std::string& as_of,
                                                std::vector<std::string>& banners) {
  std::map<fs::path, ManifestReport> reports;
  std::optional<Catalog> shipped;
  for (const ManifestItem& item : manifest.items) {
    if (!item.report || reports.contains(*item.report)) continue;
    try {
      Report report = parse_report(read_file(*item.report), item.report->string());
      for (const std::string& banner : banners_of(report, item.report->string(), as_of)) {
        add_once(banner, banners);
      }
      if (!shipped) shipped = load_catalog_at(shipped_rows);
      auto otherwise = hold_stored_rows(*shipped, report);
      reports.emplace(*item.report, ManifestReport{std::move(report), std::move(otherwise)});
    } catch (const Error& error) {
      throw Error(fmt::format("{}: report: {}", item.place, error.what()));
    }
  }
  return reports;
}

// Undetermined: an item's class, or whether the whole needs a licence; or what a report lacks.
bool assessed(const ShipmentAnswer& answer) {
  return gaps_of_reports(answer).empty() && answer.decides.requirement != Truth::not_decided &&
         std::ranges::none_of(answer.items, [](const ShipmentItem& item) {
           return item.determination == DeterminationKind::undetermined;
         });
}

}  // namespace

int shipment_command(const Options& options) {
  check_output(options);
  const ProgramTree tree = program_tree();
  RuleInputs inputs = read_rule_inputs(options, tree);
  const Manifest manifest = load_manifest(options.manifest, inputs.countries);
  const CatalogInUse in_use = read_whole_catalog(options, inputs.banners);
  const auto reports = read_reports(manifest, tree.catalog, options.shipment.as_of, inputs.banners);
  const Catalog* shipped = in_use.shipped ? &*in_use.shipped : nullptr;
  ShipmentAnswer answer =
      answer_shipment(manifest, resolve_items(manifest, in_use.catalog, reports, shipped),
                      {inputs.regulation.editions, inputs.countries}, options.shipment);
  answer.banners = inputs.banners;
  write_output(options, options.format == "json" ? shipment_json(answer)
                                                 : shipment_table(answer, table_options(options)));
  return assessed(answer) ? kAssessed : kNotAssessed;
}

}  // namespace tpp
