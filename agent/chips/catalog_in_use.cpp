#include "agent/chips/catalog_in_use.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "agent/chips/catalog_file.h"
#include "agent/chips/catalog_override.h"
#include "agent/documents/data_directory.h"

namespace tpp {
namespace {

std::string ids_text(const std::vector<std::string>& ids) {
  constexpr std::size_t kShown = 5;
  const std::vector<std::string> shown(
      ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, ids.size())));
  return fmt::format("{}{}", fmt::join(shown, ", "), ids.size() > kShown ? ", ..." : "");
}

// The shipped rows but those that a local row replaces, then the local ones.
CatalogInUse with_local(Catalog shipped, Catalog local, const std::filesystem::path& from) {
  std::set<std::string> ids;
  for (const Chip& chip : shipped.chips) ids.insert(chip.id.value);
  std::vector<std::string> replaced;
  std::vector<std::string> added;
  for (const Chip& chip : local.chips) {
    (ids.contains(chip.id.value) ? replaced : added).push_back(chip.id.value);
  }
  CatalogInUse in_use;
  in_use.shipped = shipped;
  std::erase_if(shipped.chips, [&](const Chip& chip) {
    return std::ranges::find(replaced, chip.id.value) != replaced.end();
  });
  in_use.catalog = checked(joined({std::move(shipped), std::move(local)}));
  mark_overridden(*in_use.shipped, in_use.catalog);
  std::vector<std::string> parts;
  if (!replaced.empty()) {
    parts.push_back(fmt::format("{} replaced ({})", replaced.size(), ids_text(replaced)));
  }
  if (!added.empty()) parts.push_back(fmt::format("{} added ({})", added.size(), ids_text(added)));
  in_use.overrides.push_back(
      fmt::format("OVERRIDDEN: catalogue rows from {}: {}", from.string(), fmt::join(parts, ", ")));
  return in_use;
}

}  // namespace

CatalogInUse load_catalog_in_use(const CatalogPaths& paths) {
  if (paths.given && *paths.given != paths.shipped) {
    CatalogInUse in_use{load_catalog_at(*paths.given),
                        load_catalog_at(paths.shipped),
                        {fmt::format("OVERRIDDEN: catalogue from {}", paths.given->string())}};
    mark_overridden(*in_use.shipped, in_use.catalog);
    return in_use;
  }
  Catalog shipped = load_catalog_at(paths.shipped);
  const std::vector<YamlValue> local = read_site_documents(paths.local, "catalogue");
  if (local.empty()) return {std::move(shipped), std::nullopt, {}};
  return with_local(std::move(shipped), parse_catalog(local), paths.local);
}

}  // namespace tpp
