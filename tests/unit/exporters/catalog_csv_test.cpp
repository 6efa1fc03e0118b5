#include "exporters/catalog_csv.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tpp {
namespace {

TEST(CatalogCsv, LetsNoPathForgeARow) {
  CatalogListing listing;
  listing.overrides = {"OVERRIDDEN: catalogue from /x\nforged,Maker,Part\u202e"};
  const std::string text = render_catalog_list_csv(listing);

  EXPECT_EQ(std::ranges::count(text, '\n'), 2);  // one line and the head
  EXPECT_NE(text.find("# OVERRIDDEN: catalogue from /x?forged,Maker,Part?\n"), std::string::npos);
}

// What reads rows would take a line of words for one.
TEST(CatalogCsv, HasNoWarningAmongItsRows) {
  CatalogListing listing;
  listing.warnings = {"the chip catalogue is known through 2026-09-30"};

  const std::string text = render_catalog_list_csv(listing);

  EXPECT_TRUE(text.starts_with("id,vendor,"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
}

}  // namespace
}  // namespace tpp
