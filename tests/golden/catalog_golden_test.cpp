// The catalogue's outputs, byte for byte. Run this program with --update to write the files anew,
// then read the difference before committing it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string_view>

#include "agent/support/file.h"
#include "exporters/catalog_csv.h"
#include "exporters/catalog_json.h"
#include "exporters/catalog_table.h"
#include "tests/golden/sample_catalog.h"

namespace tpp {
namespace {

bool update = false;

void expect_golden(const std::string& name, const std::string& actual) {
  const auto path = std::filesystem::path(TPP_GOLDEN_DIRECTORY) / "catalog" / name;
  if (update) replace_file(path, actual);
  EXPECT_EQ(read_file(path), actual) << path << ": run with --update and read the diff";
}

TEST(CatalogGolden, ListIsTheSameByteForByte) {
  expect_golden("list.txt", render_catalog_list(samples::catalog_listing()));
  expect_golden("list.json", render_catalog_list_json(samples::catalog_listing()));
  expect_golden("list.csv", render_catalog_list_csv(samples::catalog_listing()));
}

TEST(CatalogGolden, RowIsTheSameByteForByte) {
  expect_golden("row.txt", render_catalog_row(samples::catalog_row()));
  expect_golden("row.json", render_catalog_row_json(samples::catalog_row()));
}

TEST(CatalogGolden, MatchIsTheSameByteForByte) {
  expect_golden("match.txt", render_catalog_match(samples::catalog_match()));
  expect_golden("match.json", render_catalog_match_json(samples::catalog_match()));
  expect_golden("ambiguous.txt", render_catalog_match(samples::catalog_ambiguous()));
  expect_golden("ambiguous.json", render_catalog_match_json(samples::catalog_ambiguous()));
}

TEST(CatalogGolden, CheckIsTheSameByteForByte) {
  expect_golden("check.txt", render_catalog_check(samples::catalog_check()));
  expect_golden("check.json", render_catalog_check_json(samples::catalog_check()));
}

TEST(CatalogGolden, SaysInTheFirstLineWhatDidNotShip) {
  const auto first_line = [](const std::string& text) { return text.substr(0, text.find('\n')); };
  const CatalogListing listing = samples::catalog_listing();

  for (const std::string& text :
       {render_catalog_list(listing), render_catalog_list_json(listing),
        render_catalog_list_csv(listing), render_catalog_row(listing),
        render_catalog_row_json(listing), render_catalog_match(samples::catalog_ambiguous()),
        render_catalog_match_json(samples::catalog_ambiguous())}) {
    EXPECT_THAT(first_line(text), testing::HasSubstr("OVERRIDDEN"));
  }
  EXPECT_EQ(render_catalog_list_csv(listing).front(), '#');
}

}  // namespace
}  // namespace tpp

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  tpp::update = argc > 1 && std::string_view(argv[1]) == "--update";
  return RUN_ALL_TESTS();
}
