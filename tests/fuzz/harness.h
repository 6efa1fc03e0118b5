// What a fuzzer calls: each function takes any bytes as its loader would. The loader reads them or
// throws tpp::Error, and what was read survives being compiled; anything else ends the process.
#ifndef TPP_TESTS_FUZZ_HARNESS_H
#define TPP_TESTS_FUZZ_HARNESS_H

#include <string_view>

namespace tpp::fuzz {

void load_rule(std::string_view bytes);
void load_catalog(std::string_view bytes);
void load_countries(std::string_view bytes);
// With the countries of the tests' table, down to what its items resolve to.
void load_manifest(std::string_view bytes);
// The bytes as an index, as an index whose digest was made to fit, and as one body of an index.
void load_index(std::string_view bytes);

}  // namespace tpp::fuzz

#endif
