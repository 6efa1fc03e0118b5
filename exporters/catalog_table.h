// The catalogue as a person reads it: its rows with TPP, density and class, one row with the source
// of every figure, a match, the faults of a file. What did not ship stands in the first line. Pure;
// never dependent on the locale; an unknown figure is "-".
#ifndef TPP_EXPORTERS_CATALOG_TABLE_H
#define TPP_EXPORTERS_CATALOG_TABLE_H

#include <string>

#include "agent/model/catalog_view.h"
#include "exporters/table.h"

namespace tpp {

std::string render_catalog_list(const CatalogListing& listing, const TableOptions& options = {});
// The one row of `listing`: each figure with its confidence and the number of its source below.
std::string render_catalog_row(const CatalogListing& listing, const TableOptions& options = {});
std::string render_catalog_match(const CatalogMatch& match, const TableOptions& options = {});
std::string render_catalog_check(const CatalogCheck& check, const TableOptions& options = {});

}  // namespace tpp

#endif
