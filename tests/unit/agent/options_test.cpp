#include "agent/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "agent/support/error.h"

namespace tpp {
namespace {

std::optional<Options> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "tpp-agent");
  return parse_options(static_cast<int>(words.size()), words.data());
}

auto refuses(const char* part) {
  return testing::ThrowsMessage<UsageError>(testing::HasSubstr(part));
}

TEST(Options, DefaultToAQuickPassThatFailsOnContradictionsAndHealth) {
  const auto options = parse({"measure"});

  ASSERT_TRUE(options);
  EXPECT_EQ(options->mode, PassMode::quick);
  EXPECT_THAT(options->fail_on,
              testing::UnorderedElementsAre(FindingClass::contradiction, FindingClass::health));
}

TEST(Options, TakeListsWithCommas) {
  const auto options = parse({"measure", "--precision", "fp16,int8", "--device=cpu:0", "--full"});

  EXPECT_THAT(options->selection.precisions,
              testing::ElementsAre(Precision::fp16, Precision::int8));
  EXPECT_THAT(options->selection.devices, testing::ElementsAre(DeviceId{"cpu:0"}));
  EXPECT_EQ(options->mode, PassMode::full);
}

TEST(Options, TakeTheManifestOfAShipmentWithDayAndScope) {
  const auto options =
      parse({"shipment", "m.yaml", "--as-of", "2026-09-01", "--scope", "enforced"});

  ASSERT_TRUE(options);
  EXPECT_EQ(options->command, Command::shipment);
  EXPECT_EQ(options->manifest, "m.yaml");
  EXPECT_EQ(options->shipment.as_of, "2026-09-01");
  EXPECT_EQ(options->shipment.scope, Scope::enforced);
  EXPECT_THAT([] { parse({"shipment"}); }, refuses("expected FILE"));
  EXPECT_THAT([] { parse({"shipment", ""}); }, refuses("empty"));
}

TEST(Options, SuggestThePrecisionThatWasMeant) {
  EXPECT_THAT([] { parse({"measure", "--precision", "bf61"}); }, refuses("did you mean bf16?"));
}

TEST(Options, RefuseWhatTheyDoNotKnow) {
  EXPECT_THAT([] { parse({"measure", "--no-such"}); }, refuses("--no-such"));
  EXPECT_THAT([] { parse({"measure", "--kernel", "gem"}); }, refuses("did you mean gemm?"));
  EXPECT_THAT([] { parse({"measure", "--fail-on", "all"}); }, refuses("--fail-on"));
  EXPECT_THAT([] { parse({"measure", "--deadline", "soon"}); }, refuses("no duration"));
  EXPECT_THAT([] { parse({"measure", "--format", "xml"}); }, refuses("json"));
  EXPECT_THAT([] { parse({"measure", "--quick", "--full"}); }, refuses("--full"));
  EXPECT_THAT([] { parse({"measure", "--backend-option", "x"}); }, refuses("MODULE.NAME=VALUE"));
  EXPECT_THAT([] { parse({}); }, refuses("a command is missing"));
}

TEST(Options, RefuseAValueThatIsEmptyAndNameItsOption) {
  for (const char* option :
       {"--simulate", "--catalog", "--rules", "--backend-directory", "--deadline", "--silence",
        "--output", "--format", "--precision", "--device", "--kernel", "--fail-on", "--reading",
        "--backend-option", "--threshold"}) {
    const std::string joined = std::string(option) + "=";
    EXPECT_THAT([&] { parse({"measure", option, ""}); }, refuses(option)) << option;
    EXPECT_THAT([&] { parse({"measure", joined.c_str()}); }, refuses(option)) << option;
  }
  EXPECT_THAT([] { parse({"devices", "--simulate", ""}); }, refuses("--simulate"));
  EXPECT_THAT([] { parse({"selftest", "--output", ""}); }, refuses("--output"));
}

TEST(Options, TakeAnEmptyVariableOfTheEnvironmentAsNotSet) {
  ::setenv("TPP_AGENT_FORMAT", "", 1);
  ::setenv("TPP_AGENT_RULES", "", 1);

  const auto options = parse({"measure"});

  ::unsetenv("TPP_AGENT_FORMAT");
  ::unsetenv("TPP_AGENT_RULES");
  EXPECT_EQ(options->format, "table");
  EXPECT_FALSE(options->rules);
}

TEST(Options, TakeNoModuleDirectoryFromTheEnvironment) {
  ::setenv("TPP_AGENT_BACKEND_DIRECTORY", "/tmp/elsewhere", 1);

  const auto options = parse({"measure"});

  ::unsetenv("TPP_AGENT_BACKEND_DIRECTORY");
  EXPECT_FALSE(options->backend_directory);
}

TEST(Options, RefuseReadingsThatContradictEachOther) {
  EXPECT_THAT(
      [] {
        parse({"measure", "--reading", "tf32_bits=19", "--reading", "tf32_bits=32"});
      },
      refuses("tf32_bits"));
  const auto twice = parse({"measure", "--reading", "tf32_bits=19", "--reading", "tf32_bits=19"});
  EXPECT_THAT(twice->readings, testing::ElementsAre(testing::Pair("tf32_bits", "19")));
}

TEST(Options, TakeThresholdsAndSayThemInTheFirstLine) {
  ::setenv("TPP_AGENT_THRESHOLD", "clock_share=0.5", 1);
  const auto from_environment = parse({"devices"});
  const auto from_flags = parse({"measure", "--threshold", "clock_share=0.9,cut_below=0.99",
                                 "--threshold", "identity_facts=3"});
  ::unsetenv("TPP_AGENT_THRESHOLD");

  EXPECT_EQ(from_environment->thresholds[Threshold::clock_share], 0.5);
  const PassRequest request = pass_request(*from_flags);
  EXPECT_EQ(request.thresholds[Threshold::identity_facts], 3);
  EXPECT_EQ(request.survey.thresholds.changed(), request.thresholds.changed());
  EXPECT_THAT(request.banners, testing::ElementsAre(testing::HasSubstr("cut_below=0.99")));
  EXPECT_THAT(pass_request(*parse({"measure"})).banners, testing::IsEmpty());
  EXPECT_THAT([] { parse({"measure", "--threshold", "cut_below=0.9"}); }, refuses("stricter"));
}

TEST(Options, LetAFlagWinOverTheEnvironment) {
  ::setenv("TPP_AGENT_FORMAT", "json", 1);

  const auto from_environment = parse({"measure"});
  const auto from_flag = parse({"measure", "--format", "table"});

  ::unsetenv("TPP_AGENT_FORMAT");
  EXPECT_EQ(from_environment->format, "json");
  EXPECT_EQ(from_flag->format, "table");
}

TEST(Options, SayInTheFirstLinesWhatWasOverridden) {
  auto options = parse({"measure", "--rules", "/tmp/r.yaml", "--backend-option", "cpu.isa=avx2"});

  const PassRequest request = pass_request(*options);

  EXPECT_EQ(request.rules.given, "/tmp/r.yaml");  // which load_regulation says
  EXPECT_THAT(request.banners, testing::Contains(testing::HasSubstr("cpu.isa=avx2")));
}

TEST(Options, SayWhetherThePassBeforeIsInTheHistory) {
  EXPECT_EQ(parse({"pass"})->served.handed, HandedReport::none);
  EXPECT_EQ(parse({"pass", "--pass-before=kept"})->served.handed, HandedReport::kept);
  EXPECT_EQ(parse({"pass", "--pass-before=unkept"})->served.handed, HandedReport::unkept);
  EXPECT_THAT([] { parse({"pass", "--pass-before=lost"}); }, refuses("--pass-before: 'lost'"));
}

}  // namespace
}  // namespace tpp
