#include "kernels/gpu/compiler_log.h"

#include <gtest/gtest.h>

namespace tpp::gpu {
namespace {

TEST(CompilerLog, BeginsAtTheLineOfTheFirstError) {
  EXPECT_EQ(shortened_log("In file included from a.hip:3:\nb.hpp:7:1: error: no\n  int x"),
            "b.hpp:7:1: error: no   int x");
  EXPECT_EQ(shortened_log("error: no"), "error: no");
}

TEST(CompilerLog, IsShownFromItsFirstWordsWhereNoLineSaysThatItIsAnError) {
  EXPECT_EQ(shortened_log("\n\t refused\n"), "refused ");
  EXPECT_EQ(shortened_log(""), "the compiler gave no reason");
  EXPECT_EQ(shortened_log("\n \t"), "the compiler gave no reason");
}

TEST(CompilerLog, IsCutWhereThereIsNoMoreRoom) {
  const std::string words = shortened_log(std::string(1000, 'x'));
  EXPECT_EQ(words, std::string(240, 'x') + "...");
}

}  // namespace
}  // namespace tpp::gpu
