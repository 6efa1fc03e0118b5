// What the commands that hold items against rules read alike: editions, countries, the catalogue;
// and the words for what did not ship.
#ifndef TPP_AGENT_COMMAND_RULE_INPUTS_H
#define TPP_AGENT_COMMAND_RULE_INPUTS_H

#include <string>
#include <vector>

#include "agent/chips/catalog_in_use.h"
#include "agent/model/country.h"
#include "agent/options.h"
#include "agent/regulation/regulation.h"
#include "agent/support/program_tree.h"

namespace tpp {

struct RuleInputs {
  Regulation regulation;
  CountryTable countries;
  std::vector<std::string> banners;  // the regulation's, then the readings
};

// Throws Error.
RuleInputs read_rule_inputs(const Options& options, const ProgramTree& tree);

// The catalogue in use; the banners say what of it did not ship.
CatalogInUse read_whole_catalog(const Options& options, std::vector<std::string>& banners);

}  // namespace tpp

#endif
