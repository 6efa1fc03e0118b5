#include "exporters/catalog_csv.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tpp {
namespace {

TEST(CatalogCsv, LetsNoPathForgeARow) {
  CatalogListing listing;
  listing.overrides = {"OVERRIDDEN: catalogue from /x\nforged,Maker,Part"};
  listing.warnings = {"a file\rof /y\n"};
  const std::string text = render_catalog_list_csv(listing);

  EXPECT_EQ(std::ranges::count(text, '\n'), 3);  // two lines and the head
  EXPECT_NE(text.find("# OVERRIDDEN: catalogue from /x?forged"), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

}  // namespace
}  // namespace tpp
