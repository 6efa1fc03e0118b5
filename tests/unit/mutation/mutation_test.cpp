// Every reader of text from outside, on thousands of damaged copies of what it reads every day. It
// reads them or refuses them in its own words; nothing else comes out, and it ends. The damage is
// seeded: equal runs try equal texts, and a failure names its number.
#include <gtest/gtest.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <functional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "agent/chips/catalog_file.h"
#include "agent/documents/document_index.h"
#include "agent/documents/yaml_document.h"
#include "agent/documents/yaml_reader.h"
#include "agent/pass/bench_records.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/edition_file.h"
#include "agent/regulation/rule_file.h"
#include "agent/shipment/manifest_file.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "kernels/sim/scenario.h"
#include "tests/unit/mutation/mutator.h"

namespace tpp {
namespace {

#ifdef TPP_SANITIZED
constexpr int kShare = 10;  // of the texts, one in so many: sanitizers slow each down
#else
constexpr int kShare = 1;
#endif

using Read = std::function<void(const std::string&)>;

// What is wrong with how `read` takes `text`; "" = nothing. A refusal begins with `place`.
std::string complaint(const Read& read, const std::string& text, const std::regex& place) {
  std::string words;
  try {
    read(text);
    return "";
  } catch (const Error& error) {
    words = error.what();
  } catch (const sim::ScenarioError& error) {
    words = error.what();
  } catch (const std::exception& other) {
    return std::string("threw what is no error of ours: ") + other.what();
  }
  const bool placed = std::regex_search(words, place, std::regex_constants::match_continuous);
  return placed ? "" : "names no place: " + words;
}

void expect_reads_or_refuses(const Read& read, const std::string& text, const std::regex& place,
                             int texts) {
  ASSERT_EQ(complaint(read, text, place), "") << "undamaged";
  for (int seed = 0; seed < texts / kShare; ++seed) {
    const std::string damaged = test::Mutator(static_cast<std::uint64_t>(seed)).damage(text);
    const std::string wrong = complaint(read, damaged, place);
    ASSERT_EQ(wrong, "") << "text number " << seed << ":\n" << damaged;
  }
}

const std::regex kPlace(R"(file:[0-9]+:[0-9]+: )");

void read_rule(const std::string& text) { parse_rule(text, "file"); }
void read_catalog(const std::string& text) { parse_catalog(text, "file"); }
void read_scenario(const std::string& text) { sim::parse_scenario(text, "file"); }

std::vector<std::filesystem::path> yaml_files_in(const char* directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

TEST(Mutation, OfRulesIsReadOrRefusedAtItsPlace) {
  for (const auto& file : yaml_files_in(TPP_RULES)) {
    SCOPED_TRACE(file);
    expect_reads_or_refuses(read_rule, read_file(file), kPlace, 1000);
  }
}

void read_countries(const std::string& text) { parse_countries(text, "file"); }

TEST(Mutation, OfTheCountriesIsReadOrRefusedAtItsPlace) {
  expect_reads_or_refuses(read_countries, read_file(TPP_COUNTRIES "/groups.yaml"), kPlace, 500);
}

TEST(Mutation, OfManifestsIsReadOrRefusedAtItsPlace) {
  const CountryTable countries = load_countries(TPP_COUNTRIES);
  const auto read_manifest = [&](const std::string& text) {
    parse_manifest(text, "file", countries);
  };
  for (const auto& file : yaml_files_in(TPP_MANIFESTS)) {
    SCOPED_TRACE(file);
    expect_reads_or_refuses(read_manifest, read_file(file), kPlace, 3000);
  }
}

// Large files are slow to read: the fewer texts, the larger the file.
TEST(Mutation, OfTheCatalogueIsReadOrRefusedAtItsPlace) {
  for (const auto& file : yaml_files_in(TPP_CATALOG)) {
    SCOPED_TRACE(file);
    const std::string text = read_file(file);
    const int texts = std::max(3, static_cast<int>(150'000 / text.size()));
    expect_reads_or_refuses(read_catalog, text, kPlace, texts);
  }
}

void read_index(const std::string& bytes) {
  const DocumentIndex index(bytes, "file");
  for (std::size_t i = 0; i < index.size(); ++i) parse_edition(YamlValue(index.read(i)));
}

TEST(Mutation, OfACompiledIndexIsRefusedByItsName) {
  std::vector<NamedDocument> documents;
  for (const auto& file : yaml_files_in(TPP_RULES)) {
    documents.push_back({"rules/" + file.filename().string(), parse_yaml(read_file(file), "file")});
  }
  const std::string index = encode_index(documents);
  expect_reads_or_refuses(read_index, index, std::regex("file: "), 300);
  // The documents of an index name their own places.
  expect_reads_or_refuses(
      [](const std::string& bytes) { read_index(test::with_fitting_digest(bytes)); }, index,
      std::regex("file: |rules/.*:[0-9]+:[0-9]+: "), 3000);
}

TEST(Mutation, OfScenariosIsReadOrRefusedAtItsPlace) {
  for (const auto& file : yaml_files_in(TPP_SCENARIOS)) {
    SCOPED_TRACE(file);
    expect_reads_or_refuses(read_scenario, read_file(file), kPlace, 100);
  }
}

// What no damage of one to four edits comes to.
TEST(Mutation, OfTheWorstKindIsRefusedToo) {
  std::string aliases = "a0: &a0 [x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    aliases += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " +
               before + "]\n";
  }
  const std::string worst[] = {", a: b\n",
                               std::string(100'000, '['),
                               std::string(100'000, '{'),
                               "devices: &a [*a, *a]\n",
                               "devices: &a\n  - *a\n",
                               aliases,
                               std::string(1000, '\0'),
                               std::string(100'000, '-') + "\n"};
  for (const std::string& text : worst) {
    for (const Read& read : {Read(read_rule), Read(read_catalog), Read(read_scenario)}) {
      EXPECT_EQ(complaint(read, text, kPlace), "") << text.substr(0, 60);
    }
  }
}

constexpr std::string_view kRecords[] = {
    R"({"record":"hello","protocol":1,"backend":"cpu","method_version":"1","module":"m","abi":[1,1]})",
    R"({"record":"device","id":"cpu:0","kind":"cpu","name":"n","units":8,"memory_bytes":68719476736,"max_clock_hz":3.5e9,"slice":true,"slice_reason":"cgroup","datacenter":true})",
    R"({"record":"plan","benchmark":"cpu:0/mma/int8","status":"unsupported","by":"hardware","reason":"r","quantity":"operations","expected_s":0.75})",
    R"({"record":"begin","benchmark":"cpu:0/mma/fp16+fp32"})",
    R"({"record":"progress","benchmark":"cpu:0/mma/fp16","phase":"measure","fraction":0.5,"per_second":1e12})",
    R"({"record":"outcome","benchmark":"d/fma/fp64","status":"rate","wall_s":0.5,"rate":{"per_second":5,"interval":[4,6],"batches":3,"units":1,"clock_hz":1e9,"max_error":0,"error_bound":1e-9,"checked_values":1}})",
    R"({"record":"outcome","benchmark":"d/fma/fp64","status":"failed","reason":"r","wall_s":1})",
    R"({"record":"libraries","files":[{"path":"/lib/a.so","deleted":false}]})",
    R"({"record":"check","device":"d","name":"n","passed":true,"detail":"x"})",
    R"({"record":"unavailable","reason":"no driver"})",
    R"({"record":"end"})"};

TEST(Mutation, OfRecordsIsReadOrRefused) {
  const std::regex any(R"(\S)");
  for (const std::string_view line : kRecords) {
    expect_reads_or_refuses([](const std::string& text) { record::parse(text); }, std::string(line),
                            any, 1500);
  }
  const auto deep = std::string(100'000, '[');
  EXPECT_EQ(complaint([](const std::string& text) { record::parse(text); }, deep, any), "");
}

}  // namespace
}  // namespace tpp
