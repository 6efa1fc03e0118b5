// The catalogue's rows as comma separated values, one line a chip under a line of headings, quoted
// as in RFC 4180. What did not ship stands above them in lines that begin with '#'; warnings are
// left to whoever writes it.
// Pure; never dependent on the locale; an unknown value is empty.
#ifndef TPP_EXPORTERS_CATALOG_CSV_H
#define TPP_EXPORTERS_CATALOG_CSV_H

#include <string>

#include "agent/model/catalog_view.h"

namespace tpp {

std::string render_catalog_list_csv(const CatalogListing& listing);

}  // namespace tpp

#endif
