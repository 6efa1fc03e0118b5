// Whole outputs beside stored files, byte for byte; with --update the files are written anew.
#ifndef TPP_TESTS_GOLDEN_GOLDEN_FILE_H
#define TPP_TESTS_GOLDEN_GOLDEN_FILE_H

#include <filesystem>
#include <string>

namespace tpp {

bool& golden_update();  // of this run
std::filesystem::path golden_file(const std::string& name);
void expect_golden(const std::string& name, const std::string& actual);

}  // namespace tpp

#endif
