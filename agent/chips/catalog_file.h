// Reads the chip catalogue from YAML. Leaves to others which row a board is (identify), and whether
// its figures agree with each other (catalog_check).
// Every error is a tpp::Error "file:line:column: found ..., expected ...". Free of shared state.
#ifndef TPP_AGENT_CHIPS_CATALOG_FILE_H
#define TPP_AGENT_CHIPS_CATALOG_FILE_H

#include <filesystem>
#include <string>
#include <vector>

#include "agent/model/catalog.h"

namespace tpp {

class YamlValue;

// All of a directory, be it YAML or compiled, or of some YAML files as one catalogue; known_through
// is the earliest of the files'.
// Throws Error if it is missing or holds none, and for every fault of a file: malformed, a figure
// without confidence, one id twice, one PCI id claimed twice under one name, figures at odds.
Catalog load_catalog(const std::filesystem::path& directory);
Catalog load_catalog(const std::vector<std::filesystem::path>& files);
// A directory as above, or one file.
Catalog load_catalog_at(const std::filesystem::path& path);

// One file's rows, from text; `origin` names it in errors.
Catalog parse_catalog(const std::string& text, const std::string& origin);
Catalog parse_catalog(const YamlValue& root);

// Several documents as one catalogue.
Catalog parse_catalog(const std::vector<YamlValue>& documents);

// As parse_catalog, but takes what is well formed, however wrong: for catalog_check to find.
Catalog unchecked_catalog(const std::string& text, const std::string& origin);
Catalog unchecked_catalog(const YamlValue& yaml);

// The same catalogue; throws Error for its first fault, as load_catalog does.
Catalog checked(Catalog catalog);

// Rows of several files as one catalogue, as old as its oldest part.
Catalog joined(std::vector<Catalog> parts);

}  // namespace tpp

#endif
