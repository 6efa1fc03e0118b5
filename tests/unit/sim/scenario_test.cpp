#include "kernels/sim/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace tpp::sim {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kGood = R"(version: 1
devices:
  - id: "0000:17:00.0"
    name: Example
    kind: gpu
    units: 4
    clock_mhz: 1500
    benchmarks:
      - {kernel: mma, subject: fp16, ops_per_clock_per_unit: 1024}
)";

std::string replaced(const std::string& what, const std::string& with) {
  std::string text = kGood;
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

std::string refusal(const std::string& text) {
  try {
    parse_scenario(text, "s.yaml");
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Scenario, ReadsDevicesAndTheirBenchmarks) {
  const Scenario scenario = parse_scenario(kGood, "s.yaml");
  ASSERT_EQ(scenario.devices.size(), 1u);
  const Device& device = scenario.devices[0];
  EXPECT_EQ(device.id, "0000:17:00.0");
  EXPECT_EQ(device.units, 4u);
  EXPECT_EQ(device.memory_bytes, 0u);
  ASSERT_EQ(device.benchmarks.size(), 1u);
  EXPECT_EQ(device.benchmarks[0].ops_per_clock_per_unit, 1024);
  EXPECT_EQ(device.benchmarks[0].clock_hz, 1.5e9);
}

TEST(Scenario, ReadsWhereADeviceSits) {
  const Scenario scenario = parse_scenario(
      replaced(
          "    units: 4\n",
          "    units: 4\n    bus_way: \"0000:17:00.0 0000:16:00.0#3\"\n    host_socket: cpu:0\n"
          "    link_group: hive\n    module_id: 2\n"),
      "s.yaml");
  const Device& device = scenario.devices[0];
  EXPECT_EQ(device.bus_way, "0000:17:00.0 0000:16:00.0#3");
  EXPECT_EQ(device.host_socket, "cpu:0");
  EXPECT_EQ(device.link_group, "hive");
  EXPECT_EQ(device.module_id, 2u);
  const std::string longest(256, 'x');
  EXPECT_THAT(refusal(replaced("    units: 4\n", "    units: 4\n    bus_way: " + longest + "\n")),
              HasSubstr("'bus_way': expected at most 255 bytes"));
}

TEST(Scenario, GivesABenchmarksOwnFaultPrecedenceOverItsDevices) {
  const Scenario scenario = parse_scenario(
      replaced("    units: 4\n", "    units: 4\n    fault: hang\n") +
          "      - {kernel: fma, subject: fp32, ops_per_clock_per_unit: 8, fault: {slow: 3}}\n",
      "s.yaml");
  EXPECT_EQ(scenario.devices[0].benchmarks[0].fault.kind, FaultKind::hang);
  EXPECT_EQ(scenario.devices[0].benchmarks[1].fault.kind, FaultKind::slow);
  EXPECT_EQ(scenario.devices[0].benchmarks[1].fault.value, 3);
}

TEST(Scenario, PointsAtAnUnknownKeyAndSuggestsTheNearest) {
  EXPECT_THAT(refusal(replaced("    units: 4", "    unitz: 4")),
              AllOf(StartsWith("s.yaml:6:5: "), HasSubstr("unknown key 'unitz'"),
                    HasSubstr("did you mean 'units'?")));
}

TEST(Scenario, PointsAtAValueOfTheWrongType) {
  EXPECT_THAT(refusal(replaced("units: 4", "units: many")),
              AllOf(StartsWith("s.yaml:6:12: "), HasSubstr("expected a number from 1"),
                    HasSubstr("'many'")));
  EXPECT_THAT(refusal(replaced("units: 4", "units: 4.5")), HasSubstr("whole number"));
  EXPECT_THAT(refusal(replaced("clock_mhz: 1500", "clock_mhz: 1500,5")),
              HasSubstr("expected a number"));
  EXPECT_THAT(refusal(replaced("units: 4", "units: 4\n    datacenter: perhaps")),
              HasSubstr("expected true or false"));
  EXPECT_THAT(refusal(replaced("name: Example", "name: [Example]")), HasSubstr("expected text"));
}

TEST(Scenario, RefusesAKeyThatIsGivenTwice) {
  EXPECT_THAT(refusal(replaced("units: 4", "units: 4\n    units: 5")), HasSubstr("given twice"));
}

TEST(Scenario, NamesAWordThatIsNotInItsList) {
  EXPECT_THAT(refusal(replaced("kind: gpu", "kind: gpus")), HasSubstr("did you mean 'gpu'?"));
  EXPECT_THAT(refusal(replaced("kernel: mma", "kernel: mna")), HasSubstr("did you mean 'mma'?"));
  EXPECT_THAT(refusal(replaced("1024}", "1024, fault: crsh}")), HasSubstr("did you mean 'crash'?"));
}

TEST(Scenario, NeedsWhatADeviceCannotBeWithout) {
  EXPECT_THAT(refusal(replaced("    units: 4\n", "")), HasSubstr("needs 'units'"));
  EXPECT_THAT(refusal(replaced("    name: Example\n", "")), HasSubstr("needs 'name'"));
  EXPECT_THAT(refusal(replaced("    clock_mhz: 1500\n", "")), HasSubstr("need 'clock_mhz'"));
  EXPECT_THAT(refusal(replaced("version: 1\n", "")), HasSubstr("version: 1"));
  EXPECT_THAT(refusal("version: 1\n"), HasSubstr("needs 'devices'"));
}

TEST(Scenario, RefusesContradictions) {
  EXPECT_THAT(refusal(replaced("1024}", "1024, bytes_per_second: 1e9}")), HasSubstr("one of"));
  EXPECT_THAT(refusal(replaced("1024}", "1024, unsupported: {by: build, reason: x}}")),
              HasSubstr("one or the other"));
  EXPECT_THAT(refusal(std::string(kGood) +
                      "      - {kernel: mma, subject: fp16, ops_per_clock_per_unit: 1}\n"),
              HasSubstr("given twice"));
  EXPECT_THAT(refusal(replaced("1024}", "1024, fault: {slow: 3, hang: 1}}")),
              HasSubstr("expected one fault"));
}

TEST(Scenario, RefusesAFaultWhereItCannotStrike) {
  EXPECT_THAT(refusal("version: 1\nopen: wrong_product\n"), HasSubstr("expected a fault"));
  EXPECT_THAT(refusal(replaced("1024}", "1024, fault: {unavailable: x}}")),
              HasSubstr("expected a fault"));
}

TEST(Scenario, SaysWhereTextIsNotYaml) {
  EXPECT_THAT(refusal("version: [1\n"), AllOf(StartsWith("s.yaml:"), HasSubstr("not YAML")));
  EXPECT_THAT(refusal("- 1\n"), HasSubstr("expected a scenario"));
  EXPECT_THAT(refusal(""), HasSubstr("expected a scenario"));
}

TEST(Scenario, RefusesAQuoteThatNothingCloses) {
  for (const char* quote : {"\"", "'"}) {
    const std::string text = std::string("version: 1\ndevices:\n  - name: ") + quote + "abc\n";
    EXPECT_NE(refusal(text).find("not YAML"), std::string::npos) << refusal(text);
  }
}

TEST(Scenario, NamesAFileThatIsNotThere) {
  EXPECT_THROW(read_scenario("/nowhere/x.yaml"), ScenarioError);
  EXPECT_THROW(read_scenario("/tmp"), ScenarioError);
}

TEST(Scenario, EveryShippedExampleCanBeRead) {
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TPP_SCENARIOS)) {
    if (entry.path().extension() != ".yaml") continue;
    EXPECT_NO_THROW(read_scenario(entry.path())) << entry.path();
    ++read;
  }
  EXPECT_GE(read, 20);
}

}  // namespace
}  // namespace tpp::sim
