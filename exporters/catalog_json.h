// The catalogue's answers as JSON: `overrides` stands first, on the first line, in each of them.
// Unknown members are left out, never null. Pure; never dependent on the locale.
#ifndef TPP_EXPORTERS_CATALOG_JSON_H
#define TPP_EXPORTERS_CATALOG_JSON_H

#include <string>

#include "agent/model/catalog_view.h"

namespace tpp {

std::string render_catalog_list_json(const CatalogListing& listing);
std::string render_catalog_row_json(const CatalogListing& listing);  // of one row
std::string render_catalog_match_json(const CatalogMatch& match);
std::string render_catalog_check_json(const CatalogCheck& check);

}  // namespace tpp

#endif
