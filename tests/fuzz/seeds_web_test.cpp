// As seeds_test, of what the web server reads.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/support/file.h"
#include "tests/fuzz/harness.h"
#include "tests/unit/mutation/mutator.h"

namespace tpp {
namespace {

void try_damaged(const std::vector<std::string>& texts, void (*load)(std::string_view)) {
  constexpr std::uint64_t kCopies = 300;
  for (const std::string& text : texts) {
    load(text);
    for (std::uint64_t seed = 0; seed < kCopies; ++seed) load(test::Mutator(seed).damage(text));
  }
}

TEST(FuzzSeeds, OfWebConfigurationsAreReadOrRefused) {
  try_damaged({read_file(TPP_FUZZ_SEEDS "/web_config.yaml")}, &fuzz::load_web_config);
}

TEST(FuzzSeeds, OfRequestsAreReadOrRefused) {
  try_damaged({"Basic c2NyYXBlOnNlY3JldA==", "gzip;q=0.5, deflate, *;q=0", "[fe80::1%eth0]:10177",
               "127.0.0.1:10177"},
              &fuzz::load_request);
}

}  // namespace
}  // namespace tpp
