#include "agent/documents/data_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/chips/catalog_file.h"
#include "agent/documents/document_index.h"
#include "agent/documents/yaml_document.h"
#include "agent/regulation/rule_file.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::HasSubstr;

class DataDirectory : public testing::Test {
 protected:
  void write(const char* file, const std::string& text) { replace_file(directory_ / file, text); }
  void compile(const std::filesystem::path& from, const std::string& name) {
    std::vector<NamedDocument> documents;
    for (const auto& file : yaml_files(from, name)) {
      documents.push_back(
          {name + "/" + file.filename().string(), parse_yaml(read_file(file), file.string())});
    }
    write(kIndexName, encode_index(documents));
  }
  std::string error() const {
    try {
      read_documents(directory_, "rules");
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  const test::TemporaryDirectory temporary_;
  const std::filesystem::path directory_ = temporary_.path();
};

TEST_F(DataDirectory, OfYamlIsReadInTheOrderOfItsNames) {
  write("b.yaml", "x: 2\n");
  write("a.yaml", "x: 1\n");
  write("notes.md", "none of this");

  const auto documents = read_documents(directory_, "rules");

  ASSERT_EQ(documents.size(), 2u);
  EXPECT_EQ(documents[0].at("x").place(), (directory_ / "a.yaml").string() + ":1:4");
  EXPECT_EQ(documents[1].at("x").text(), "2");
}

TEST_F(DataDirectory, ThatIsCompiledSaysTheSame) {
  compile(TPP_RULES, "rules");
  std::vector<Rule> rules = load_rules(directory_);
  const std::vector<Rule> expected = load_rules(TPP_RULES);

  ASSERT_EQ(rules.size(), expected.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    EXPECT_THAT(rules[i].origin, testing::StartsWith("rules/"));
    rules[i].origin = expected[i].origin;
    EXPECT_EQ(rules[i], expected[i]);
  }
}

TEST_F(DataDirectory, ThatIsCompiledKeepsThePlacesOfTheCatalogue) {
  compile(TPP_CATALOG, "catalog");
  const Catalog catalog = load_catalog(directory_);
  const Catalog expected = load_catalog(std::filesystem::path(TPP_CATALOG));

  ASSERT_EQ(catalog.chips.size(), expected.chips.size());
  for (std::size_t i = 0; i < catalog.chips.size(); ++i) {
    const std::string& origin = catalog.chips[i].origin;
    EXPECT_THAT(expected.chips[i].origin, testing::EndsWith(origin.substr(7)));  // "catalog"
  }
}

TEST_F(DataDirectory, WithBothYamlAndAnIndexIsRefused) {
  compile(TPP_RULES, "rules");
  EXPECT_EQ(error(), "no error");
  write("mine.yaml", "x: 1\n");
  EXPECT_THAT(error(), HasSubstr("holds both compiled.index and mine.yaml"));
}

TEST_F(DataDirectory, WithNothingToReadIsRefused) {
  EXPECT_THAT(error(), HasSubstr("holds no *.yaml file"));
  write(kIndexName, encode_index({}));
  EXPECT_THAT(error(), HasSubstr("holds no documents"));
  write(kIndexName, "x");
  EXPECT_THAT(error(), HasSubstr("compiled.index: damaged"));
}

}  // namespace
}  // namespace tpp
