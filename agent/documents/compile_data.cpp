// tpp-compile-data: makes the index of a directory of YAML when the project is built. It reads the
// files as the program does, so that a faulty row ends the build with file, line and column. It is
// not installed.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/chips/catalog_file.h"
#include "agent/documents/document_index.h"
#include "agent/documents/yaml_document.h"
#include "agent/documents/yaml_reader.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/edition_file.h"
#include "agent/support/error.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage = "usage: tpp-compile-data NAME OUTPUT FILE...";

// NAME is the directory below share/tpp; `check` throws Error where the program would.
struct DataKind {
  const char* name;
  void (*check)(const std::vector<YamlValue>& documents);
};
constexpr DataKind kKinds[] = {
    {"catalog", [](const std::vector<YamlValue>& documents) { parse_catalog(documents); }},
    {"countries",
     [](const std::vector<YamlValue>& documents) {
       for (const YamlValue& document : documents) parse_countries(document);
     }},
    {"rules",
     [](const std::vector<YamlValue>& documents) { check_editions(parse_editions(documents)); }},
};

const DataKind& kind_of(const std::string& name) {
  for (const DataKind& kind : kKinds) {
    if (name == kind.name) return kind;
  }
  throw UsageError(fmt::format("no reader for data of the name '{}'; {}", name, kUsage));
}

void compile(const DataKind& kind, const fs::path& output, const std::vector<fs::path>& files) {
  std::vector<NamedDocument> documents;
  std::vector<YamlValue> roots;
  for (const fs::path& file : files) {
    // Errors of the build name the file that is there; those of the program a name that holds on
    // every machine.
    auto document = parse_yaml(read_file(file), file.string());
    roots.emplace_back(document);
    documents.push_back(
        {fmt::format("{}/{}", kind.name, file.filename().string()), std::move(document)});
  }
  kind.check(roots);
  fs::create_directories(output.parent_path());
  replace_file(output, encode_index(documents));
}

}  // namespace
}  // namespace tpp

int main(int argc, char** argv) {
  try {
    if (argc < 4) throw tpp::UsageError(tpp::kUsage);
    tpp::compile(tpp::kind_of(argv[1]), argv[2], {argv + 3, argv + argc});
    return 0;
  } catch (const tpp::UsageError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 64;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
