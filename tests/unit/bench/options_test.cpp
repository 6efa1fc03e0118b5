#include "kernels/bench/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/support/error.h"

namespace tpp::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Options parse(std::vector<std::string> words) {
  words.insert(words.begin(), {"tpp-bench", "--backend=x.so"});
  return parse_options(words);
}

std::string refusal(const std::vector<std::string>& words) {
  try {
    parse(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Options, HaveQuickModeNormalOperandsAndNoRecordsByDefault) {
  const Options options = parse({});
  EXPECT_EQ(options.backend, "x.so");
  EXPECT_EQ(options.mode, Mode::quick);
  EXPECT_EQ(options.fill, static_cast<std::uint32_t>(TPP_FILL_NORMAL));
  EXPECT_FALSE(options.record_fd);
  EXPECT_FALSE(options.list);
}

TEST(Options, KeepGoogleBenchmarksFlagsForIt) {
  const Options options = parse({"--benchmark_filter=^a/b", "--mode=full", "--v=1"});
  EXPECT_THAT(options.google_benchmark,
              ElementsAre("tpp-bench", "--benchmark_filter=^a/b", "--v=1"));
  EXPECT_EQ(options.mode, Mode::full);
}

TEST(Options, TakeSeveralBackendOptionsWhoseValuesMayHoldAnEqualsSign) {
  const Options options = parse({"--backend_option=a=1", "--backend_option=b=x=y"});
  EXPECT_THAT(options.backend_options, ElementsAre(Pair("a", "1"), Pair("b", "x=y")));
}

TEST(Options, NameAnUnknownFlagAndTheNearestOne) {
  EXPECT_THAT(refusal({"--modes=full"}), HasSubstr("did you mean --mode?"));
  EXPECT_THAT(refusal({"--benchmark_filtre=x"}), HasSubstr("did you mean --benchmark_filter?"));
  EXPECT_THAT(refusal({"full"}), HasSubstr("unknown argument full"));
}

TEST(Options, SayWhatAValueHasToBe) {
  EXPECT_THAT(refusal({"--mode=fast"}), HasSubstr("quick or full"));
  EXPECT_THAT(refusal({"--seed=-1"}), HasSubstr("at least 0"));
  for (const char* bad : {"--limit_s=0", "--limit_s=-1", "--limit_s=inf", "--limit_s=soon"}) {
    EXPECT_THAT(refusal({bad}), HasSubstr("seconds above 0")) << bad;
  }
  EXPECT_THAT(refusal({"--seed=1,5"}), HasSubstr("at least 0"));
  EXPECT_THAT(refusal({"--fill=ones"}), HasSubstr("normal or zeros"));
  for (const char* bad : {"--start_at_ns=-1", "--start_at_ns=soon", "--start_at_ns=1e9",
                          "--start_at_ns=9000000000000000000"}) {
    EXPECT_THAT(refusal({bad}), HasSubstr("at most 600 s from now")) << bad;
  }
  EXPECT_THAT(refusal({"--backend_option=scenario"}), HasSubstr("NAME=VALUE"));
  EXPECT_THAT(refusal({"--list=1"}), HasSubstr("no value"));
  EXPECT_THAT(refusal({"--device="}), HasSubstr("--device=ID"));
}

TEST(Options, RefuseAFormatOnWhichGoogleBenchmarkWouldEndSilently) {
  EXPECT_THAT(refusal({"--benchmark_format=xml"}), HasSubstr("console, json or csv"));
}

TEST(Options, RefuseADescriptorThatIsNotOpen) {
  EXPECT_THAT(refusal({"--record_fd=987654"}), HasSubstr("open for writing"));
  EXPECT_THAT(refusal({"--record_fd=x"}), HasSubstr("a file descriptor"));
}

TEST(Options, NeedAModule) {
  EXPECT_THROW(parse_options({"tpp-bench"}), UsageError);
  EXPECT_TRUE(parse_options({"tpp-bench", "--help"}).help);
}

}  // namespace
}  // namespace tpp::bench
