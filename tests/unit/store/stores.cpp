#include "tests/unit/store/stores.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "agent/store/report_packing.h"
#include "agent/store/sqlite.h"
#include "agent/support/text.h"
#include "tests/golden/sample_reports.h"

namespace tpp::test {

Report pass_number(int number) {
  Report report = samples::controlled_simulated();
  report.started_at = fmt::format("2026-01-{:02}T{:02}:{:02}:00Z", 1 + number / 400,
                                  number % 400 / 20, number % 20);
  report.duration_s = number;
  return report;
}

PassStore opened(const std::filesystem::path& directory, const StoreSettings& settings) {
  Stored<PassStore> store = PassStore::open(directory, settings);
  if (!store) throw std::runtime_error(store.problem().message);
  return std::move(*store);
}

void add_passes(PassStore& store, int from, int to) {
  for (int number = from; number <= to; ++number) {
    const auto id = store.add(pass_number(number));
    if (!id) throw std::runtime_error(id.problem().message);
  }
}

std::vector<int> numbers_in(PassStore& store) {
  const auto list = store.passes({});
  if (!list) throw std::runtime_error(list.problem().message);
  std::vector<int> numbers;
  for (const StoredPass& pass : list->passes) {
    const auto report = store.report(pass.id);
    if (!report) throw std::runtime_error(report.problem().message);
    const int number = static_cast<int>(report->duration_s);
    if (canonical_json(*report) != canonical_json(pass_number(number))) {
      throw std::runtime_error(fmt::format("pass {} is not what was added", pass.id));
    }
    numbers.push_back(number);
  }
  return numbers;
}

std::vector<int> numbers_in(const std::filesystem::path& directory) {
  PassStore store = opened(directory);
  return numbers_in(store);
}

std::filesystem::path file_in(const std::filesystem::path& directory) {
  return directory / "history.sqlite";
}

void alter(const std::filesystem::path& directory, const char* sql) {
  Connection(file_in(directory), {}).run(sql);
}

std::vector<std::filesystem::path> files_named(const std::filesystem::path& directory,
                                               const std::string& part) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().filename().string().find(part) != std::string::npos) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace tpp::test
