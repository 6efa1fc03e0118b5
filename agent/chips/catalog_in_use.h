// The catalogue that a command works with: the shipped one with the rows of catalog.d, or one given
// in its place. Says what of it did not ship, and how it differs from what did. Reads files; errors
// as in catalog_file.h.
#ifndef TPP_AGENT_CHIPS_CATALOG_IN_USE_H
#define TPP_AGENT_CHIPS_CATALOG_IN_USE_H

#include <filesystem>
#include <optional>

#include "agent/model/catalog.h"
#include "agent/model/catalog_view.h"

namespace tpp {

struct CatalogPaths {
  std::filesystem::path shipped;               // directory, or one file
  std::optional<std::filesystem::path> given;  // in place of the shipped one
  // Rows that add to the shipped ones or replace those of their id; not read beside `given`. A
  // directory that is missing or empty has none.
  std::filesystem::path local;
};

struct CatalogInUse {
  Catalog catalog;
  std::optional<Catalog> shipped;  // where `catalog` is another one
  Overrides overrides;
};

// Throws Error if a file cannot be read or is wrong, also where a row of catalog.d and a shipped
// one cannot be told apart.
CatalogInUse load_catalog_in_use(const CatalogPaths& paths);

}  // namespace tpp

#endif
