// The functions that fuzzers call, on the seeds and on damaged copies of them: on every machine and
// in every build, without a fuzzer. A fault ends the program.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "agent/documents/document_index.h"
#include "agent/documents/yaml_document.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "tests/fuzz/harness.h"
#include "tests/unit/mutation/mutator.h"

namespace tpp {
namespace {

#ifdef TPP_SANITIZED
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

void try_damaged(const std::vector<std::string>& texts, void (*load)(std::string_view),
                 int copies = kCopies) {
  ASSERT_FALSE(texts.empty());
  for (const std::string& text : texts) {
    load(text);
    for (int seed = 0; seed < copies; ++seed) {
      load(test::Mutator(static_cast<std::uint64_t>(seed)).damage(text));
    }
  }
}

TEST(FuzzSeeds, OfRulesAreReadOrRefused) { try_damaged(seeds(), &fuzz::load_rule); }
TEST(FuzzSeeds, OfTheCatalogueAreReadOrRefused) { try_damaged(seeds(), &fuzz::load_catalog); }
TEST(FuzzSeeds, OfCountriesAreReadOrRefused) { try_damaged(seeds(), &fuzz::load_countries); }
TEST(FuzzSeeds, OfBoardMapsAreReadOrRefused) { try_damaged(seeds(), &fuzz::load_board_map); }
TEST(FuzzSeeds, OfManifestsAreReadOrRefused) { try_damaged(seeds(), &fuzz::load_manifest); }
TEST(FuzzSeeds, OfScenariosAreReadOrRefused) {
  std::vector<std::string> texts = seeds();
  for (const char* name : {"cut_board.yaml", "one_failed_device.yaml"}) {
    texts.push_back(read_file(std::filesystem::path(TPP_FUZZ_SCENARIOS) / name));
  }
  try_damaged(texts, &fuzz::load_scenario, kCopies / 4);
}
TEST(FuzzSeeds, OfIndexesAreReadOrRefused) { try_damaged(index_seeds(), &fuzz::load_index); }

// Files of the tests whose names end so, up to a few, as seeds of what is read of others.
std::vector<std::string> test_files(const char* folder, std::string_view ending,
                                    std::size_t largest = 64u << 10) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(TPP_FUZZ_TESTS) / folder)) {
    const bool wanted = entry.is_regular_file() && entry.file_size() <= largest &&
                        entry.path().string().ends_with(ending);
    if (wanted) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  constexpr std::size_t kMost = 6;
  if (files.size() > kMost) files.resize(kMost);
  std::vector<std::string> texts;
  for (const auto& file : files) texts.push_back(read_file(file));
  return texts;
}

// The first lines of each, apart.
std::vector<std::string> lines_of(const std::vector<std::string>& texts) {
  constexpr std::size_t kMost = 4;
  std::vector<std::string> lines;
  for (const std::string& text : texts) {
    std::vector<std::string> of_text = split(text, '\n');
    of_text.resize(std::min(of_text.size(), kMost));
    lines.insert(lines.end(), of_text.begin(), of_text.end());
  }
  return lines;
}

// Where a fuzzer begins that knows no table: of the last version, every reading 1.
std::string metrics_seed() {
  std::string half(2000, '\1');
  half.replace(0, 4, std::string("\xd0\x07\x01\x06", 4));
  return half + half;
}

TEST(FuzzSeeds, OfReportsAreReadOrRefused) {
  try_damaged(test_files("golden", "member.json"), &fuzz::load_report);
}
TEST(FuzzSeeds, OfInventoriesAreReadOrRefused) {
  try_damaged(test_files("fixtures/nodes", "inventory.json"), &fuzz::load_inventory);
}
TEST(FuzzSeeds, OfRecordsAreReadOrRefused) {
  auto seeds_of_records = lines_of(test_files("fixtures/nodes", ".ndjson"));
  seeds_of_records.emplace_back(
      R"({"record":"read","kind":"names","path":"sys","text":"","names":["a"]})");
  seeds_of_records.emplace_back(R"({"at_ns":1,"power_w":588.39,"clock_limits":["idle"]})");
  try_damaged(seeds_of_records, &fuzz::load_record);
}
TEST(FuzzSeeds, OfRecordingsAreReadOrRefused) {
  try_damaged(test_files("fixtures/nodes", "recording.json"), &fuzz::load_recording);
}
TEST(FuzzSeeds, OfAnswersAreReadOrRefused) {
  try_damaged(test_files("fixtures/nodes", ".ndjson", 8u << 10), &fuzz::load_answer);
}
TEST(FuzzSeeds, OfTopologiesAreCheckedOrRefused) {
  try_damaged(test_files("fixtures/nodes", "topology.xml"), &fuzz::load_topology);
}
TEST(FuzzSeeds, OfNodesAreReadOrRefused) {
  using namespace std::string_literals;
  try_damaged(
      {"processor : 0\nvendor_id : x\nflags : sse2 hypervisor\n\0host\0NVRM 590\0maker\0S1\0xen\0"
       "6.1\0003000000\0000x10de\0000x2330\0000x030200\0000x10de\0000x16c1\0suspended\0"s
       "0\0000-1\0000000:01:00"s},
      &fuzz::load_node, kCopies / 10);  // each loads a topology
}
TEST(FuzzSeeds, OfLimitsAreReadOrRefused) {
  using namespace std::string_literals;
  try_damaged({"0::/a/b\n\00050000 100000\n\0007000\n\000400\n"s,
               "processor\t: 0\nmodel name\t: Some CPU @ 2.0GHz\n\nprocessor\t: 1\n"s,
               "0:://a\n\000max 100000\n"s},
              &fuzz::load_limits);
}
TEST(FuzzSeeds, OfMetricsAreReadOrRefused) { try_damaged({metrics_seed()}, &fuzz::load_metrics); }
TEST(FuzzSeeds, OfProgramsAreReadOrRefused) {
  std::string program(4096, '\0');
  std::ifstream("/proc/self/exe", std::ios::binary).read(program.data(), 4096);
  try_damaged({program}, &fuzz::load_program);
}
TEST(FuzzSeeds, OfMapsAreReadOrRefused) {
  try_damaged(
      {"55d0-55e0 r-xp 00000000 08:01 12 /usr/bin/a b\n7f00-7f10 r-xp 0 08:01 3 /lib/x (deleted)\n",
       read_file("/proc/self/maps"),
       "36 25 0:32 / /opt/a\\040b rw,nosuid - fuse.sshfs y rw,user_id=1000,group_id=1000\n"},
      &fuzz::load_maps);
}

}  // namespace
}  // namespace tpp
