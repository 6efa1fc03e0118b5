// Passes and stores for tests of the store.
#ifndef TPP_TESTS_UNIT_STORE_STORES_H
#define TPP_TESTS_UNIT_STORE_STORES_H

#include <filesystem>
#include <string>
#include <vector>

#include "agent/model/report.h"
#include "agent/store/pass_store.h"

namespace tpp::test {

// A report of one board, another one for each number; the later the larger. Below ten thousand.
Report pass_number(int number);

// Throws what went wrong, which fails the test.
PassStore opened(const std::filesystem::path& directory, const StoreSettings& settings = {});
void add_passes(PassStore& store, int from, int to);

// The numbers of the passes in a store, each read whole and equal to what was added; throws where
// one is not.
std::vector<int> numbers_in(PassStore& store);
std::vector<int> numbers_in(const std::filesystem::path& directory);

// SQL of no store's, on the file in `directory`.
void alter(const std::filesystem::path& directory, const char* sql);
std::filesystem::path file_in(const std::filesystem::path& directory);
// Files of the directory whose names hold `part`, by name.
std::vector<std::filesystem::path> files_named(const std::filesystem::path& directory,
                                               const std::string& part);

}  // namespace tpp::test

#endif
