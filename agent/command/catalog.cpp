#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>

#include "agent/boards/evidence.h"
#include "agent/chips/catalog_check.h"
#include "agent/chips/catalog_class.h"
#include "agent/chips/catalog_file.h"
#include "agent/chips/catalog_match.h"
#include "agent/command/command.h"
#include "agent/documents/yaml_reader.h"
#include "agent/exit_code.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/regulation/regulation.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/program_tree.h"
#include "exporters/catalog_csv.h"
#include "exporters/catalog_json.h"
#include "exporters/catalog_table.h"

namespace tpp {
namespace {

bool as_json(const Options& options) { return options.format == "json"; }

// The rows of `chips` under the rules in force on the day asked for.
CatalogListing listing_of(const CatalogInUse& in_use, const std::vector<const Chip*>& chips,
                          const Options& options) {
  const Regulation regulation =
      load_regulation({program_tree().rules, std::nullopt, options.site / "rules.d"});
  const std::vector<Edition> in_force = editions_in_force(regulation.editions, options.as_of);
  CatalogListing listing;
  listing.overrides = in_use.overrides;
  listing.overrides.insert(listing.overrides.end(), regulation.banners.begin(),
                           regulation.banners.end());
  listing.known_through = in_use.catalog.known_through;
  listing.as_of = options.as_of;
  const auto late = [&](const std::string& what, const std::string& known_through) {
    const auto finding = known_through_finding(what, known_through, options.as_of);
    if (finding) listing.warnings.push_back(finding->message);
  };
  late("the chip catalogue", listing.known_through);
  // Those with a control list decide a class; the others speak of licences and more.
  for (const Edition& edition : in_force) {
    if (edition.rule.provisions.empty()) continue;
    listing.rules.push_back(edition.rule.title);
    late("rule " + edition.rule.id.value, edition.rule.known_through);
  }
  for (const Chip* chip : chips) listing.lines.push_back(class_of(*chip, in_use.catalog, in_force));
  return listing;
}

// Rows for a program hold no words for a person: those go where such are read.
void write_csv(const Options& options, const CatalogListing& listing) {
  for (const std::string& words : listing.warnings) {
    std::cerr << "tpp-agent: warning: " << words << '\n';
  }
  write_output(options, render_catalog_list_csv(listing));
}

int list(const Options& options) {
  const CatalogInUse in_use = load_catalog_in_use(catalog_paths(options));
  std::vector<const Chip*> chips;
  for (const Chip& chip : in_use.catalog.chips) chips.push_back(&chip);
  const CatalogListing listing = listing_of(in_use, chips, options);
  if (options.format == "csv") {
    write_csv(options, listing);
  } else {
    write_output(options, as_json(options) ? render_catalog_list_json(listing)
                                           : render_catalog_list(listing, table_options(options)));
  }
  return kAssessed;
}

int show(const Options& options) {
  const CatalogInUse in_use = load_catalog_in_use(catalog_paths(options));
  const Chip* chip = &chip_named(in_use.catalog, "catalog show", options.chip);
  const CatalogListing listing = listing_of(in_use, {chip}, options);
  write_output(options, as_json(options) ? render_catalog_row_json(listing)
                                         : render_catalog_row(listing, table_options(options)));
  return kAssessed;
}

int match(const Options& options) {
  const CatalogInUse in_use = load_catalog_in_use(catalog_paths(options));
  CatalogMatch match = match_row(in_use.catalog, options.clues);
  match.overrides = in_use.overrides;
  write_output(options, as_json(options) ? render_catalog_match_json(match)
                                         : render_catalog_match(match, table_options(options)));
  return match.chip ? kAssessed : kNotAssessed;
}

std::vector<std::filesystem::path> files_of(const Options& options) {
  std::vector<std::filesystem::path> files;
  for (const auto& path : options.catalog_files) {
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& file : yaml_files(path, "catalogue")) files.push_back(file);
  }
  return files;
}

// A file that is not well formed is a fault like others; the rest is still looked at.
int check(const Options& options) {
  CatalogCheck result;
  std::vector<Catalog> parts;
  for (const auto& file : files_of(options)) {
    const std::string text = read_file(file);
    ++result.files;
    try {
      parts.push_back(unchecked_catalog(text, file.string()));
    } catch (const Error& error) {
      const std::string words = error.what();
      const auto end = words.find(": ");
      result.faults.push_back(
          {words.substr(0, end), "", end == std::string::npos ? words : words.substr(end + 2)});
    }
  }
  const Catalog catalog = joined(std::move(parts));
  result.chips = catalog.chips.size();
  for (CatalogFault& fault : check_catalog(catalog)) result.faults.push_back(std::move(fault));
  result.accepted = accepted_disagreements(catalog);
  write_output(options, as_json(options) ? render_catalog_check_json(result)
                                         : render_catalog_check(result, table_options(options)));
  return result.faults.empty() ? kAssessed : kFindingToFailOn;
}

}  // namespace

int catalog_command(const Options& options) {
  check_output(options);
  switch (options.catalog_action) {
    case CatalogAction::show:
      return show(options);
    case CatalogAction::match:
      return match(options);
    case CatalogAction::check:
      return check(options);
    default:
      return list(options);
  }
}

}  // namespace tpp
