#include "agent/command/rule_inputs.h"

#include <fmt/format.h>

#include <utility>

#include "agent/chips/catalog_in_use.h"
#include "agent/regulation/country_file.h"

namespace tpp {

RuleInputs read_rule_inputs(const Options& options, const ProgramTree& tree) {
  RuleInputs inputs;
  inputs.regulation = load_regulation({tree.rules, options.rules, options.site / "rules.d"});
  inputs.banners = inputs.regulation.banners;
  inputs.countries = load_countries(tree.countries);
  for (const auto& [name, option] : options.readings) {
    inputs.banners.push_back(fmt::format("READING: {}={}", name, option));
  }
  return inputs;
}

CatalogInUse read_whole_catalog(const Options& options, std::vector<std::string>& banners) {
  CatalogInUse in_use = load_catalog_in_use(catalog_paths(options));
  banners.insert(banners.end(), in_use.overrides.begin(), in_use.overrides.end());
  return in_use;
}

}  // namespace tpp
