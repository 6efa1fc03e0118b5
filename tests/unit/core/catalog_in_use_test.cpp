#include "agent/chips/catalog_in_use.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "agent/support/error.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CatalogInUseTest : public testing::Test {
 protected:
  CatalogInUseTest() {
    std::filesystem::create_directories(paths_.shipped);
    write(paths_.shipped / "a.yaml", "2026-09-30",
          "  - {id: a, vendor: V, name: A, kind: gpu, pci_ids: [\"10de:0001\"]}\n"
          "  - {id: b, vendor: V, name: B, kind: gpu}\n");
  }

  static void write(const std::filesystem::path& file, const std::string& date,
                    const std::string& rows) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "known_through: " << date << "\nchips:\n" << rows;
  }

  const test::TemporaryDirectory temporary_;
  CatalogPaths paths_{temporary_.path() / "shipped", std::nullopt, temporary_.path() / "local"};
};

TEST_F(CatalogInUseTest, IsTheShippedOneWhereNothingElseIs) {
  const CatalogInUse in_use = load_catalog_in_use(paths_);

  EXPECT_EQ(in_use.catalog.chips.size(), 2u);
  EXPECT_FALSE(in_use.shipped);
  EXPECT_THAT(in_use.overrides, IsEmpty());
}

TEST_F(CatalogInUseTest, TakesAnEmptyLocalDirectoryForNone) {
  std::filesystem::create_directories(paths_.local);

  EXPECT_FALSE(load_catalog_in_use(paths_).shipped);
}

TEST_F(CatalogInUseTest, RefusesWhatItWouldNotRead) {
  std::filesystem::create_directories(paths_.local);
  std::ofstream(paths_.local / ".hidden") << "no data";
  EXPECT_FALSE(load_catalog_in_use(paths_).shipped);
  std::ofstream(paths_.local / "mine.yml") << "known_through: 2026-01-01\n";
  EXPECT_THROW(load_catalog_in_use(paths_), Error);
  std::filesystem::remove_all(paths_.local);
  std::ofstream(paths_.local) << "a file where a directory should be";
  EXPECT_THROW(load_catalog_in_use(paths_), Error);
}

TEST_F(CatalogInUseTest, AddsAndReplacesRowsAndSaysSo) {
  write(paths_.local / "mine.yaml", "2026-01-01",
        "  - {id: b, vendor: V, name: Other B, kind: gpu}\n"
        "  - {id: c, vendor: V, name: C, kind: gpu}\n");

  const CatalogInUse in_use = load_catalog_in_use(paths_);

  std::vector<std::string> names;
  for (const Chip& chip : in_use.catalog.chips) names.push_back(chip.name);
  EXPECT_THAT(names, ElementsAre("A", "Other B", "C"));
  EXPECT_EQ(in_use.catalog.known_through, "2026-01-01");
  EXPECT_EQ(in_use.shipped->chips.size(), 2u);
  EXPECT_THAT(in_use.overrides, ElementsAre(HasSubstr("1 replaced (b), 1 added (c)")));
}

TEST_F(CatalogInUseTest, RefusesALocalRowThatNoOneCouldTellFromAShippedOne) {
  write(paths_.local / "mine.yaml", "2026-01-01",
        "  - {id: mine, vendor: V, name: A, kind: gpu, pci_ids: [\"10de:0001\"]}\n");

  EXPECT_THROW(load_catalog_in_use(paths_), Error);
}

TEST_F(CatalogInUseTest, ReadsNoLocalRowsBesideACatalogueGiven) {
  write(paths_.local / "mine.yaml", "2026-01-01", "  - {id: c, vendor: V, name: C, kind: gpu}\n");
  paths_.given = temporary_.path() / "given" / "g.yaml";
  write(*paths_.given, "2026-01-01", "  - {id: g, vendor: V, name: G, kind: gpu}\n");

  const CatalogInUse in_use = load_catalog_in_use(paths_);

  EXPECT_EQ(in_use.catalog.chips.size(), 1u);
  EXPECT_EQ(in_use.shipped->chips.size(), 2u);
  EXPECT_THAT(in_use.overrides, ElementsAre(HasSubstr("OVERRIDDEN: catalogue from ")));
}

}  // namespace
}  // namespace tpp
