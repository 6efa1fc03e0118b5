#include "agent/regulation/regulation.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/documents/data_directory.h"
#include "agent/regulation/edition_file.h"
#include "agent/regulation/find_edition.h"
#include "agent/regulation/rule_override.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

std::vector<Edition> read_all(const fs::path& place) {
  return fs::is_directory(place) ? load_editions(place) : std::vector<Edition>{load_edition(place)};
}

void add_site_edition(Edition edition, Regulation& regulation) {
  refuse_false_ids({edition}, regulation.shipped);
  std::vector<Edition>& editions = regulation.editions;
  if (find_edition(editions, edition.rule.id.value) != editions.end())
    return;  // the very same text
  if (edition.replaces.empty()) {
    regulation.banners.push_back(
        fmt::format("ADDED: rule {} from {}", edition.rule.id.value, edition.rule.origin));
    editions.push_back(std::move(edition));
    return;
  }
  const auto replaced = find_edition(editions, edition.replaces);
  if (replaced == editions.end()) {
    throw Error(
        fmt::format("{}: found replaces: '{}', which no edition has, expected the id of one",
                    edition.rule.origin, edition.replaces));
  }
  regulation.banners.push_back(fmt::format("OVERRIDDEN: rule {} stands in for {}, from {}",
                                           edition.rule.id.value, edition.replaces,
                                           edition.rule.origin));
  *replaced = std::move(edition);
}

}  // namespace

Regulation load_regulation(const RegulationPlaces& places) {
  Regulation regulation;
  regulation.shipped = load_editions(places.shipped);
  regulation.editions = regulation.shipped;
  if (places.given) {
    regulation.editions = read_all(*places.given);
    refuse_false_ids(regulation.editions, regulation.shipped);
    regulation.banners.push_back(fmt::format("OVERRIDDEN: rules from {}", places.given->string()));
  }
  // A site's edition may speak of classes that the others define, so that references are checked
  // once all are there.
  for (Edition& edition : parse_editions(read_site_documents(places.site, "rules"))) {
    add_site_edition(std::move(edition), regulation);
  }
  std::ranges::sort(regulation.editions, {}, [](const Edition& edition) {
    return std::pair(edition.rule.in_force_from, edition.rule.id.value);
  });
  check_editions(regulation.editions);
  return regulation;
}

}  // namespace tpp
