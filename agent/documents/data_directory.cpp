#include "agent/documents/data_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "agent/documents/document_index.h"
#include "agent/support/error.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

void refuse_yaml_beside_index(const fs::path& directory, const std::string& what) {
  std::error_code ignored;  // that the directory can be read, its index shows
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    if (entry.path().extension() != ".yaml") continue;
    throw Error(fmt::format(
        "the {} directory {} holds both {} and {}, expected one kind: to read the YAML, put all of "
        "it in a directory of its own and name that one",
        what, directory.string(), kIndexName, entry.path().filename().string()));
  }
}

std::vector<YamlValue> read_index(const fs::path& file) {
  const DocumentIndex index(read_file(file), file.string());
  if (index.size() == 0) throw Error(fmt::format("{} holds no documents", file.string()));
  std::vector<YamlValue> documents;
  for (std::size_t i = 0; i < index.size(); ++i) documents.emplace_back(index.read(i));
  return documents;
}

}  // namespace

std::vector<YamlValue> read_documents(const fs::path& directory, const std::string& what) {
  std::error_code none;
  if (fs::exists(directory / kIndexName, none)) {
    refuse_yaml_beside_index(directory, what);
    return read_index(directory / kIndexName);
  }
  std::vector<YamlValue> documents;
  for (const fs::path& file : yaml_files(directory, what)) {
    documents.push_back(YamlValue::parse(read_file(file), file.string()));
  }
  return documents;
}

std::vector<YamlValue> read_site_documents(const fs::path& directory, const std::string& what) {
  std::error_code error;
  if (fs::status(directory, error).type() == fs::file_type::not_found) return {};
  const fs::directory_iterator entries(directory, error);
  if (error) {
    throw Error(fmt::format("cannot read the {} of this site in {}: {}", what, directory.string(),
                            error.message()));
  }
  bool any = false;
  for (const fs::directory_entry& entry : entries) {
    if (entry.path().filename().string().starts_with('.')) continue;
    if (entry.path().extension() != ".yaml") {
      throw Error(
          fmt::format("{}: found what is not read, expected *.yaml alone in that directory: "
                      "rename it, or put it elsewhere",
                      entry.path().string()));
    }
    any = true;
  }
  return any ? read_documents(directory, what) : std::vector<YamlValue>{};
}

}  // namespace tpp
