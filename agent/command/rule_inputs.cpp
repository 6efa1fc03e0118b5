#include "agent/command/rule_inputs.h"

#include <fmt/format.h>

#include "agent/catalog_file.h"
#include "agent/country_file.h"

namespace tpp {

namespace fs = std::filesystem;

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

Catalog read_whole_catalog(const Options& options, const ProgramTree& tree,
                           std::vector<std::string>& banners) {
  if (!options.catalog) return load_catalog(tree.catalog);
  banners.push_back(fmt::format("OVERRIDDEN: catalogue from {}", options.catalog->string()));
  return fs::is_directory(*options.catalog) ? load_catalog(*options.catalog)
                                            : load_catalog(std::vector<fs::path>{*options.catalog});
}

}  // namespace tpp
