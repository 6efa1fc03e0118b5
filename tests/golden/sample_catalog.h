// A small catalogue for whole outputs: a chiplet part with every member, a planar one, and one of
// which little is known.
#ifndef TPP_TESTS_GOLDEN_SAMPLE_CATALOG_H
#define TPP_TESTS_GOLDEN_SAMPLE_CATALOG_H

#include "agent/model/catalog.h"
#include "agent/model/catalog_view.h"

namespace tpp::samples {

const Catalog& catalog();
CatalogListing catalog_listing();  // of all rows, with an override
CatalogListing catalog_row();      // of the first, without
CatalogMatch catalog_match();      // one row
CatalogMatch catalog_ambiguous();  // several
CatalogCheck catalog_check();

}  // namespace tpp::samples

#endif
