#include "exporters/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "agent/support/text.h"
#include "exporters/devices_table.h"
#include "exporters/format.h"
#include "exporters/history_table.h"
#include "exporters/number_text.h"
#include "exporters/plan_table.h"
#include "exporters/text_wrap.h"
#include "exporters/topology_tree.h"
#include "tests/golden/sample_parts.h"
#include "tests/golden/sample_reports.h"

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// With the lines that it goes on in.
std::string first_line(const std::string& text) {
  const std::string further = "\n    ";
  std::string line = text;
  std::size_t end = line.find('\n');
  while (end != line.npos && line.compare(end, further.size(), further) == 0) {
    line.replace(end, further.size(), " ");
    end = line.find('\n');
  }
  return line.substr(0, end);
}

std::string line_with(const std::string& text, const std::string& words) {
  for (const std::string& line : split(text, '\n')) {
    if (line.find(words) != line.npos) return line;
  }
  return "";
}

std::string line_beginning(const std::string& text, const std::string& words) {
  for (const std::string& line : split(text, '\n')) {
    if (line.starts_with(words)) return line;
  }
  return "";
}

std::string without_colour(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

TEST(Table, SaysSimulatedInItsFirstLineEvenWithoutABanner) {
  Report report = samples::controlled_simulated();
  report.banners.clear();
  EXPECT_THAT(first_line(render_table(report)), StartsWith("SIMULATED"));
  EXPECT_THAT(first_line(render_devices(report.inventory, {})), StartsWith("SIMULATED"));
}

TEST(Table, HasEveryBannerInItsFirstLine) {
  const Report report = samples::undetermined();
  for (const std::string& banner : report.banners) {
    EXPECT_THAT(first_line(render_table(report)), HasSubstr(banner));
  }
}

TEST(Table, SaysOnceThatAnInventorysBoardIsBelowByDeclarationOnly) {
  Report report = samples::below_corroborated();
  for (Verdict& verdict : report.verdicts) {
    verdict.assurance = Assurance::declared_only;
    verdict.rendered += " (declared only)";
  }
  const std::string line = line_with(render_table(report), "  Class   ");
  EXPECT_THAT(line, testing::EndsWith("(declared only)"));
  EXPECT_EQ(line.find("(declared only)"), line.rfind("(declared only)"));
}

TEST(Table, NamesTheSubjectOfAFindingOnce) {
  Report report = samples::undetermined();
  const auto finding = [](const std::string& message) {
    return Finding{"a.code", FindingClass::condition, Severity::info, "cpu:0", message};
  };
  report.findings = {finding("cpu:0 is a slice"), finding("is no known product")};
  EXPECT_EQ(line_with(render_table(report), "is a slice"),
            std::string(11, ' ') + "cpu:0 is a slice");
  EXPECT_EQ(line_with(render_table(report), "known product"),
            std::string(11, ' ') + "cpu:0: is no known product");
}

TEST(Table, AddsUpTheModulesOfABaseboardForInformation) {
  Report report = samples::inventory_only();
  EXPECT_THAT(render_table(report), Not(HasSubstr("one baseboard")));
  report.baseboards = {{{"b1", {{"b1"}, {"b2"}}, {{Basis::declared, 31660}}}}};

  const std::string text = std::regex_replace(render_table(report), std::regex("\\s+"), " ");

  EXPECT_THAT(text, HasSubstr("2 boards from b1 on plug into one baseboard, which adds up to TPP "
                              "declared " +
                              figure_text(31660) + ": for information"));
}

TEST(Table, ShowsBothSumsOfABoardOfSeveralDevices) {
  Report report = samples::two_devices_one_board();
  Tpp& declared = report.performances.at(0).tpp.at(Basis::declared);
  declared.best_then_sum = 6000;
  declared.sum_then_best = 6000;

  EXPECT_THAT(render_table(report), HasSubstr("6000 | 6000"));
  EXPECT_THAT(render_table(report), HasSubstr("sums, both ways: the best of"));
  EXPECT_THAT(render_table(samples::contradicted()), Not(HasSubstr("sums, both ways")));
}

TEST(Table, AddsNothingOfAProcessorOnAnAcceleratorsBoard) {
  Report report = samples::controlled_simulated();
  Device processor;
  processor.id.value = "cpu:0";
  processor.kind = DeviceKind::cpu;
  processor.max_clock_hz = 1e9;
  report.inventory.devices.push_back(processor);
  report.inventory.boards.at(0).devices.push_back(processor.id);

  const std::string text = render_table(report);

  EXPECT_THAT(text, HasSubstr("and a processor beside them"));
  EXPECT_THAT(text, HasSubstr("for information: a processor on the board"));
  EXPECT_THAT(text, Not(HasSubstr("WHOLE BOARD")));
  EXPECT_THAT(text, Not(HasSubstr("per device")));
  EXPECT_EQ(line_with(text, "fp16  "),
            line_with(render_table(samples::controlled_simulated()), "fp16  "));
}

TEST(Table, SaysWhatDecidedABoardOfSeveralDevicesAndWhereItIsUncertain) {
  Report report = samples::two_devices_one_board();
  report.inventory.boards.at(0).grouping_reason = "the vendor's word";
  report.inventory.boards.at(0).uncertain = "another is near";

  const std::string text = render_table(report);
  const std::string devices = render_devices(report.inventory, {});

  EXPECT_THAT(text, HasSubstr("read: the vendor's word"));
  EXPECT_THAT(line_with(text, "uncertain"), HasSubstr("another is near"));
  EXPECT_THAT(devices, HasSubstr("read: the vendor's word"));
  EXPECT_THAT(line_with(devices, "is not certain"), HasSubstr("another is near"));
}

TEST(Table, ShowsWhatAPartOfABoardOfSeveralProductsDeclares) {
  Report report = samples::two_devices_one_board();
  BoardPerformance& board = report.performances.at(0);
  Tpp small = board.tpp.at(Basis::declared);
  Tpp large = small;
  small.value = 1040;
  large.value = 4000;
  board.chip.reset();
  board.tpp.erase(Basis::declared);
  board.parts.emplace();
  for (const Tpp& tpp : {small, large, small}) board.parts->emplace_back().tpp = tpp;
  board.parts->emplace_back();

  const std::string text = render_table(report);

  EXPECT_THAT(line_beginning(text, "  TPP "), HasSubstr("4000 (one part)"));
  EXPECT_THAT(line_beginning(text, "    precision "), HasSubstr("fp16 (source)"));
}

TEST(Table, CountsThePartsOfADividedDeviceAndAddsNone) {
  Report report = samples::below_corroborated();
  Inventory& inventory = report.inventory;
  const DeviceId whole = inventory.devices.at(0).id;
  inventory.devices.at(0).slice = true;
  inventory.devices.at(0).package.value = whole.value;
  for (const char* part : {"/MIG-1", "/MIG-2"}) {
    Device& slice = inventory.devices.emplace_back(inventory.devices.at(0));
    slice.id.value = whole.value + part;
    inventory.boards.at(0).devices.push_back(slice.id);
  }

  const std::string text = render_table(report);

  EXPECT_THAT(line_beginning(text, "BOARD "), HasSubstr("1 package in 2 parts"));
  EXPECT_THAT(text, HasSubstr("BOARD IN PARTS"));
  EXPECT_THAT(line_beginning(text, "  Memory "), HasSubstr("262 GB/s (slice only)"));
  EXPECT_THAT(text, Not(HasSubstr("sums, both ways")));
  EXPECT_THAT(render_topology(inventory, {}), HasSubstr("1 package in 2 parts"));
}

TEST(Topology, SaysWhoseVirtualFunctionADeviceIs) {
  Inventory inventory;
  inventory.devices.emplace_back().id.value = "0000:4d:00.0";
  PciObject& object = inventory.topology.emplace().pci.emplace_back();
  object.address = "0000:4d:00.4";
  BusPlace& place = inventory.bus.emplace().emplace_back();
  place.address = object.address;
  EXPECT_THAT(line_with(render_topology(inventory, {}), "0000:4d:00.4"),
              HasSubstr("not in this inventory"));

  place.physical_function = "0000:4d:00.0";
  EXPECT_THAT(line_with(render_topology(inventory, {}), "0000:4d:00.4"),
              HasSubstr("a virtual function of 0000:4d:00.0"));

  inventory.devices.clear();
  EXPECT_THAT(line_with(render_topology(inventory, {}), "0000:4d:00.4"),
              HasSubstr("not in this inventory"));
}

TEST(HistoryTable, LeavesNoProductEmpty) {
  History history;
  history.boards.emplace_back().board.value = "0000:c1:00.0";

  EXPECT_THAT(line_with(history_table(history, {}), "0000:c1:00.0"),
              testing::ContainsRegex("0000:c1:00.0  - "));
}

TEST(Table, NamesANodeOfWhichNothingIsKnown) {
  EXPECT_THAT(render_devices(Inventory(), {}), StartsWith("node, its name not known\n"));
}

TEST(Table, FitsItsWidth) {
  for (const std::size_t width : {100u, 120u, 160u}) {
    for (const samples::Sample& sample : samples::all()) {
      const Report& report = sample.report;
      const TableOptions options = {width, false};
      for (const std::string& text :
           {render_table(report, options), render_devices(report.inventory, {}, options),
            render_topology(report.inventory, {}, options)}) {
        for (const std::string& line : split(text, '\n')) {
          EXPECT_LE(display_width(line), width) << sample.name << ": " << line;
        }
      }
    }
  }
}

TEST(Table, ShowsLinksInBytesBehindMemoryHoweverFastTheyAre) {
  Report report = samples::below_corroborated();
  const Device& device = report.inventory.devices.at(0);
  report.measurements.push_back(samples::rate(device, {"link", "peer_both", 740e9}));
  report.measurements.push_back(samples::rate(device, {"link", "host_both", 101e9}));
  report.measurements.push_back(samples::failed(device, "link", "host_read", "no host memory"));
  report.measurements.push_back(samples::unsupported(device, "link", "host_write", "no writing"));
  const std::string text = render_table(report);
  EXPECT_THAT(line_with(text, "peer_both"), HasSubstr("740 GB/s"));
  EXPECT_THAT(line_with(text, "host_read"), HasSubstr("failed"));
  EXPECT_THAT(text, HasSubstr("link host_write (no writing)"));
  EXPECT_LT(text.find(" dram "), text.find("peer_both"));
  EXPECT_LT(text.find("peer_both"), text.find("host_both"));
  EXPECT_LT(text.find("host_both"), text.find("host_read"));
}

TEST(Table, ColourChangesNothingButColour) {
  for (const samples::Sample& sample : samples::all()) {
    const std::string coloured = render_table(sample.report, {120, true});
    EXPECT_THAT(coloured, HasSubstr("\x1b["));
    EXPECT_EQ(without_colour(coloured), render_table(sample.report, {120, false}));
  }
}

TEST(Table, LetsNoProductNameForgeALine) {
  const std::string text = render_table(samples::undetermined());
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\nCLASS not controlled")));
}

TEST(Table, NeverCallsABoardUncontrolled) {
  for (const samples::Sample& sample : samples::all()) {
    EXPECT_THAT(to_lower(render_table(sample.report)), Not(HasSubstr("uncontrolled")));
  }
}

TEST(Table, SaysWhereABoardBelowRestsOnADataSheetAlone) {
  EXPECT_THAT(line_with(render_table(samples::inventory_only()), "  Class   "),
              HasSubstr("not 3A090.a/.b; normally 3A991.p (declared only)"));
  EXPECT_THAT(line_with(render_table(samples::below_corroborated()), "  Class   "),
              Not(HasSubstr("declared only")));
}

TEST(Table, KeepsAFigureOnItsSideOfTheThreshold) {
  const std::string text = render_table(samples::undetermined());
  EXPECT_THAT(text, HasSubstr("TPP          4799.97"));
  EXPECT_THAT(text, HasSubstr("inside the uncertainty"));
}

TEST(Table, ShowsWhatIsNotMeasuredAsThatAndNeverAsZero) {
  const std::string text = render_table(samples::inventory_only());
  EXPECT_THAT(line_with(text, "  TPP   "), HasSubstr("not measured"));
  const std::regex zero(R"((^|\s)0(\.0+)?( |$)[TG]?)");
  for (const std::string& line : split(text, '\n')) {
    EXPECT_FALSE(std::regex_search(line, zero)) << line;
  }
}

TEST(Table, PutsAFigureThatCannotBeRightBehindThoseThatCount) {
  const std::string text = render_table(samples::undetermined());
  EXPECT_LT(text.find("generic: ptx"), text.find("SUSPECT: opencl"));
  EXPECT_THAT(text, HasSubstr("suspect: gemm fp16: 2.6 times"));
}

TEST(Table, ShowsTheReasonOfAFailureInFull) {
  EXPECT_THAT(render_table(samples::contradicted()),
              HasSubstr("failed: gemm fp16: tpp-bench did not answer within 30 s and was ended"));
}

TEST(Table, TellsFailuresOfOnePrecisionApartByWhatTheySumIn) {
  Report report = samples::contradicted();
  for (Measurement& measurement : report.measurements) {
    if (std::holds_alternative<Failed>(measurement.outcome)) measurement.id.accumulator = "fp32";
  }
  EXPECT_THAT(render_table(report), HasSubstr("failed: gemm fp16+fp32: tpp-bench did not"));
}

TEST(Table, DoesNotTakeLimitsThatCouldNotBeReadForNone) {
  Report report = samples::undetermined();
  ASSERT_FALSE(report.measurements.empty());
  Telemetry& telemetry = report.measurements.front().telemetry.emplace();
  const auto meanwhile = [&] { return line_with(render_table(report), "while measured"); };
  EXPECT_THAT(meanwhile(), HasSubstr("what held its clock down is not known of 1 of 1 figures"));
  telemetry.clock_limits.emplace();
  EXPECT_THAT(meanwhile(), HasSubstr("nothing held its clock down"));
  telemetry.power_w = 300;
  EXPECT_THAT(meanwhile(), Not(HasSubstr("clock")));
}

TEST(Table, DoesNotSayThatPartsAreAdded) {
  Report report = samples::two_devices_one_board();
  EXPECT_THAT(render_table(report), HasSubstr("WHOLE BOARD  2 devices added"));
  for (Device& device : report.inventory.devices) device.slice = true;
  const std::string text = render_table(report);
  EXPECT_THAT(text, HasSubstr("BOARD IN PARTS  of parts of one package the fastest counts"));
  EXPECT_THAT(text, Not(HasSubstr("devices added")));
}

TEST(Table, ShowsFindingsMostSevereFirst) {
  const std::string text = render_table(samples::contradicted());
  EXPECT_LT(text.find("evidence.unlocked_units"), text.find("health.worker_timeout"));
}

TEST(Table, NamesTheMarksOfDeclaredFiguresOnlyWhereTheyOccur) {
  EXPECT_THAT(render_table(samples::below_corroborated()), HasSubstr("r: from memory"));
  EXPECT_THAT(render_table(samples::controlled_simulated()), Not(HasSubstr("r: from memory")));
}

TEST(Devices, ShowsEachDeviceAndWhoSawIt) {
  const std::string text = render_devices(samples::inventory_only().inventory, {});
  EXPECT_THAT(line_with(text, "0000:d8:00.0"), HasSubstr("none"));
  EXPECT_THAT(line_with(text, "0000:3b:00.0"), HasSubstr("sysfs, nvml, cuda"));
  EXPECT_THAT(line_with(text, "0000:c6:00.0"), HasSubstr("110 CU"));
}

TEST(Devices, ShowsWhatLimitsAndSharesEachAsFarAsItIsKnown) {
  Inventory inventory = samples::below_corroborated().inventory;
  Device& device = inventory.devices.front();
  device.limits.reset();
  device.state.reset();
  const auto shown = [&] {
    return line_beginning(render_devices(inventory, {}), device.id.value + ":");
  };
  EXPECT_EQ(shown(), "") << "nothing is known";

  DeviceState& state = device.state.emplace();
  state.ecc_enabled = false;
  state.processes = 0;
  EXPECT_EQ(shown(), device.id.value + ": ECC off, no process on it");

  DeviceLimits& limits = device.limits.emplace();
  limits.power_limit_w = limits.default_power_limit_w = 70;
  limits.application_clock_hz = 585e6;
  limits.default_application_clock_hz = 1590e6;
  state.partitioned = state.persistence = true;
  state.sharing_processes = 2;
  EXPECT_EQ(shown(), device.id.value +
                         ": power limit 70 W, application clock 585 MHz (default 1590 MHz), ECC "
                         "off, MIG on, persistence on, 2");
  EXPECT_THAT(render_devices(inventory, {}), HasSubstr("processes on it\n"));
}

TEST(Devices, CallsModesOfPartitioningByTheirOwnNamesAndNeverMig) {
  Inventory inventory = samples::below_corroborated().inventory;
  Device& device = inventory.devices.front();
  device.limits.reset();
  DeviceState& state = device.state.emplace();
  state.partitioned = false;
  state.compute_partition = "SPX";
  const auto shown = [&] {
    return line_beginning(render_devices(inventory, {}), device.id.value + ":");
  };
  EXPECT_EQ(shown(), device.id.value + ": partition mode SPX");
  state.partitioned = true;
  state.compute_partition = "CPX";
  state.memory_partition = "NPS4";
  EXPECT_EQ(shown(), device.id.value + ": partition mode CPX NPS4");
}

TEST(Devices, ShowsADeviceThatIsOnNoBoard) {
  Inventory inventory = samples::below_corroborated().inventory;
  inventory.boards.clear();
  EXPECT_THAT(render_devices(inventory, {}), HasSubstr("0000:3b:00.0"));
}

TEST(Devices, SaysThatThereIsNone) {
  EXPECT_THAT(render_devices(Inventory(), {}), HasSubstr("No device was found."));
}

PlanRow plan_row(const char* subject, const char* status, double seconds,
                 std::optional<double> joules) {
  return {{{"0000:17:00.0"}, "mma", subject, ""}, status, seconds, joules};
}

TEST(Plan, AddsUpWhatWouldRun) {
  const std::string text =
      render_plan({{},
                   {plan_row("fp16", "ready", 0.75, 500), plan_row("bf16", "ready", 0.5, 350.5),
                    plan_row("int4", "unsupported by hardware", 0, {})}});
  EXPECT_THAT(text, HasSubstr("2 of 3 benchmarks would run, for about 1.2 s, at about 850 J"));
  EXPECT_THAT(line_with(text, "int4"), HasSubstr("unsupported by hardware"));
  EXPECT_THAT(text, HasSubstr("Nothing was run."));
}

TEST(Plan, KnowsNoSumWhereOneEnergyIsNotKnown) {
  const std::string text =
      render_plan({{}, {plan_row("fp16", "ready", 0.75, 500), plan_row("bf16", "ready", 0.5, {})}});
  EXPECT_THAT(text, HasSubstr("at an energy that is not known"));
}

TEST(Plan, SaysSimulatedInItsFirstLineInEveryFormat) {
  const Plan plan = {{kSimulatedBanner}, {plan_row("fp16", "ready", 0.75, 500)}};
  for (const Format& format : formats()) {
    if (format.render_plan == nullptr) continue;
    EXPECT_THAT(first_line(format.render_plan(plan, {})), HasSubstr("SIMULATED")) << format.name;
  }
}

TEST(Formats, AreFoundByNameAndTheTableIsTheDefault) {
  EXPECT_EQ(formats().front().name, "table");
  ASSERT_NE(find_format("json"), nullptr);
  EXPECT_EQ(find_format("xml"), nullptr);
  const Report report = samples::controlled_simulated();
  for (const Format& format : formats()) {
    EXPECT_THAT(first_line(format.render(report, {})), HasSubstr("SIMULATED")) << format.name;
    EXPECT_THAT(format.render_inventory(report.inventory, {}, {}), HasSubstr("0000:17:00.0"));
  }
}

}  // namespace
}  // namespace tpp
