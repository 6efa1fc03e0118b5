// The editions and countries that an answer rests on: those that ship, or those that the user named
// in their place, and what the site adds or replaces; with the words that say so. Reads files.
#ifndef TPP_AGENT_REGULATION_REGULATION_H
#define TPP_AGENT_REGULATION_REGULATION_H

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/country.h"
#include "agent/model/edition.h"

namespace tpp {

struct RegulationPlaces {
  std::filesystem::path shipped;               // directory of the editions that ship
  std::optional<std::filesystem::path> given;  // file or directory that takes their place
  std::filesystem::path site;                  // directory that adds to them; need not exist
};

struct Regulation {
  std::vector<Edition> editions;  // by in_force_from, then id
  std::vector<Edition> shipped;   // whatever took their place
  std::vector<std::string> banners;
};

// Throws Error for every fault of a file, if an edition has the id of one that ships and says
// something else, or if one replaces an id that none has.
Regulation load_regulation(const RegulationPlaces& places);

}  // namespace tpp

#endif
