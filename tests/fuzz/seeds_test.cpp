// The functions that fuzzers call, on the seeds and on damaged copies of them: on every machine and
// in every build, without a fuzzer. A fault ends the program.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/documents/document_index.h"
#include "agent/documents/yaml_document.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "tests/fuzz/harness.h"
#include "tests/unit/mutation/mutator.h"

namespace tpp {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kCopies = 100;  // sanitizers slow each down
#else
constexpr int kCopies = 1000;
#endif

std::vector<std::string> seeds() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(TPP_FUZZ_SEEDS)) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<std::string> texts;
  for (const auto& file : files) texts.push_back(read_file(file));
  return texts;
}

// Those seeds that are YAML, each as an index and as a body of one.
std::vector<std::string> index_seeds() {
  std::vector<std::string> seeds_of_index;
  for (const std::string& text : seeds()) {
    try {
      const auto document = parse_yaml(text, "seed");
      seeds_of_index.push_back(encode_index({{"seed", document}}));
      seeds_of_index.push_back(encode_document(*document));
    } catch (const Error&) {
      continue;
    }
  }
  return seeds_of_index;
}

void try_damaged(const std::vector<std::string>& texts, void (*load)(std::string_view)) {
  ASSERT_FALSE(texts.empty());
  for (const std::string& text : texts) {
    load(text);
    for (int seed = 0; seed < kCopies; ++seed) {
      load(test::Mutator(static_cast<std::uint64_t>(seed)).damage(text));
    }
  }
}

TEST(FuzzSeeds, OfRulesAreReadOrRefused) { try_damaged(seeds(), &fuzz::load_rule); }
TEST(FuzzSeeds, OfTheCatalogueAreReadOrRefused) { try_damaged(seeds(), &fuzz::load_catalog); }
TEST(FuzzSeeds, OfCountriesAreReadOrRefused) { try_damaged(seeds(), &fuzz::load_countries); }
TEST(FuzzSeeds, OfManifestsAreReadOrRefused) { try_damaged(seeds(), &fuzz::load_manifest); }
TEST(FuzzSeeds, OfIndexesAreReadOrRefused) { try_damaged(index_seeds(), &fuzz::load_index); }

}  // namespace
}  // namespace tpp
