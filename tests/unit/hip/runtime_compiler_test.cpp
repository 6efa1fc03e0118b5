#include "kernels/hip/runtime_compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

#include "kernels/cpp_boundary.h"

namespace tpp::hip {
namespace {

using testing::HasSubstr;

struct Told {
  std::set<std::string> options;
  std::set<std::string> headers;
  RtcResult compile = RtcResult::success;
  RtcResult log = RtcResult::success;
  int programs = 0;
};
Told told;

constexpr char kLog[] = "\nx.hip:1: error: no such thing\nfar too long";

Compiler fake_compiler() {
  told = {};
  Compiler compiler;
  compiler.create = [](RtcProgram** program, const char*, const char*, int headers, const char**,
                       const char** names) {
    for (int i = 0; i < headers; ++i) told.headers.insert(names[i]);
    ++told.programs;
    *program = reinterpret_cast<RtcProgram*>(&told);
    return RtcResult::success;
  };
  compiler.destroy = [](RtcProgram**) { return --told.programs, RtcResult::success; };
  compiler.compile = [](RtcProgram*, int count, const char** options) {
    told.options.insert(options, options + count);
    return told.compile;
  };
  compiler.log_size = [](RtcProgram*, size_t* bytes) { return *bytes = sizeof kLog, told.log; };
  compiler.log = [](RtcProgram*, char* text) {
    std::memcpy(text, kLog, sizeof kLog);
    return RtcResult::success;
  };
  compiler.code_size = [](RtcProgram*, size_t* bytes) { return *bytes = 3, RtcResult::success; };
  compiler.code = [](RtcProgram*, char* bytes) {
    std::memcpy(bytes, "ELF", 3);
    return RtcResult::success;
  };
  compiler.error_text = [](RtcResult) { return "HIPRTC_ERROR"; };
  return compiler;
}

TEST(RuntimeCompiler, IsToldTheTargetAndTheLanesOfItsWaves) {
  const Compiler compiler = fake_compiler();
  const auto code = compile(compiler, *image_to_compile("gfx1030"));
  EXPECT_EQ(std::string(code.begin(), code.end()), "ELF");
  EXPECT_EQ(told.options, (std::set<std::string>{"--gpu-architecture=gfx1030", "-DTPP_LANES=32",
                                                 "-O3", "-std=c++20", "-mcumode"}));
  told.options.clear();
  compile(compiler, *image_to_compile("gfx906"));
  EXPECT_TRUE(told.options.contains("-DTPP_LANES=64"));
  EXPECT_FALSE(told.options.contains("-mcumode"));
  EXPECT_EQ(told.programs, 0);
}

TEST(RuntimeCompiler, IsGivenEveryHeaderThatTheProgramIncludes) {
  const Compiler compiler = fake_compiler();
  compile(compiler, *image_to_compile("gfx906"));
  for (const Source& source : runtime_sources()) {
    const std::string text = source.text;
    constexpr std::string_view kInclude = "#include ";
    for (auto at = text.find(kInclude); at != std::string::npos; at = text.find(kInclude, at + 1)) {
      const auto begin = at + kInclude.size() + 1;
      const std::string name = text.substr(begin, text.find_first_of("\">\n", begin) - begin);
      if (name == "PP_ROWS") continue;  // TPP_ROWS, which the program defines
      EXPECT_TRUE(told.headers.contains(name)) << name;
    }
  }
  EXPECT_TRUE(told.headers.contains("kernels/hip/device/fma.inc"));
}

TEST(RuntimeCompiler, TellsWhatItSaidWhereItFails) {
  const Compiler compiler = fake_compiler();
  told.compile = RtcResult::compilation;
  for (const RtcResult log : {RtcResult::success, RtcResult::out_of_memory}) {
    told.log = log;
    try {
      compile(compiler, *image_to_compile("gfx1030"));
      FAIL();
    } catch (const boundary::Failure& failure) {
      EXPECT_EQ(failure.status(), TPP_FAILED);
      EXPECT_THAT(failure.what(), HasSubstr("for gfx1030: HIPRTC_ERROR: "));
      EXPECT_THAT(failure.what(),
                  HasSubstr(log == RtcResult::success ? "x.hip:1: error: no such thing far too long"
                                                      : "the compiler gave no reason"));
    }
    EXPECT_EQ(told.programs, 0);
  }
}

TEST(RuntimeCompiler, TakesNoCodeForSuccessWhereThereIsNone) {
  Compiler compiler = fake_compiler();
  compiler.code_size = [](RtcProgram*, size_t* bytes) { return *bytes = 0, RtcResult::success; };
  EXPECT_THROW(compile(compiler, *image_to_compile("gfx1030")), boundary::Failure);
}

TEST(RuntimeCompiler, IsLeftAloneForGenerationsWhoseClocksAreNotKnown) {
  for (const char* target : {"", "gfx803", "gfx1310", "sm_90"}) {
    EXPECT_EQ(image_to_compile(target), nullptr) << target;
  }
  const Image* const image = image_to_compile("gfx1152");
  ASSERT_NE(image, nullptr);
  EXPECT_STREQ(image->target, "gfx1152");
  EXPECT_TRUE(image->has("fma") && image->has("dram") && !image->has("wmma_gfx11"));
  EXPECT_EQ(image, image_to_compile("gfx1152"));
}

TEST(RuntimeCompiler, NeedsAllOfItsFunctions) {
  std::string why;
  const auto bound = Compiler::bind(
      [](const char* name) -> void* {
        return std::string_view(name) == "hiprtcGetCode" ? nullptr : &told;
      },
      why);
  EXPECT_FALSE(bound);
  EXPECT_EQ(why, "hiprtcGetCode");
}

}  // namespace
}  // namespace tpp::hip
