// Whole outputs, byte for byte. Run this program with --update to write the files anew, then read
// the difference before committing it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <locale>
#include <sstream>
#include <string_view>

#include "agent/support/file.h"
#include "exporters/determination_json.h"
#include "exporters/determination_table.h"
#include "exporters/devices_table.h"
#include "exporters/plan_table.h"
#include "exporters/report_json.h"
#include "exporters/table.h"
#include "exporters/topology_tree.h"
#include "tests/golden/comma_locale.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/sample_determination.h"
#include "tests/golden/sample_reports.h"
#include "tests/golden/sample_topology.h"

namespace tpp {
namespace {

class Golden : public testing::TestWithParam<samples::Sample> {};

TEST_P(Golden, TableIsTheSameByteForByte) {
  expect_golden(GetParam().name + ".txt", render_table(GetParam().report));
}

TEST_P(Golden, JsonIsTheSameByteForByte) {
  expect_golden(GetParam().name + ".json", render_json(GetParam().report));
}

TEST_P(Golden, TableOfTheStoredReportIsThatOfTheReport) {
  const std::string stored = read_file(golden_file(GetParam().name + ".json"));
  const Report report = parse_report(stored, GetParam().name);
  EXPECT_EQ(render_json(report), stored);
  EXPECT_EQ(render_table(report), render_table(GetParam().report));
}

TEST_P(Golden, NothingChangesUnderACommaLocale) {
  const std::string stored = read_file(golden_file(GetParam().name + ".json"));
  const std::string table = read_file(golden_file(GetParam().name + ".txt"));
  const CommaLocale comma;
  const Report report = parse_report(stored, GetParam().name);
  EXPECT_EQ(render_json(report), stored);
  EXPECT_EQ(render_table(report), table);
}

TEST(CommaLocale, IsReallyInForce) {
  const CommaLocale comma;
  std::ostringstream text;
  text << 1234.5;
  EXPECT_EQ(text.str(), "1.234,5");
}

TEST_P(Golden, DevicesAreTheSameByteForByte) {
  expect_golden("devices/" + GetParam().name + ".txt",
                render_devices(GetParam().report.inventory, {}));
}

TEST_P(Golden, TreeIsTheSameByteForByte) {
  expect_golden("topology/" + GetParam().name + ".txt",
                render_topology(GetParam().report.inventory, {}));
}

TEST(TopologyTree, OfANodeWithABusIsTheSameByteForByte) {
  const Inventory inventory = samples::switched_node();
  expect_golden("topology/switched_node.txt", render_topology(inventory, {}));
}

TEST(TopologyTree, DoesNotChangeUnderACommaLocale) {
  const CommaLocale comma;
  EXPECT_EQ(render_topology(samples::switched_node(), {}),
            read_file(golden_file("topology/switched_node.txt")));
}

TEST(TopologyTree, EndsWhereBridgesLeadBackToThemselves) {
  Inventory inventory = samples::switched_node();
  for (PciObject& object : inventory.topology->pci) {
    if (object.address == "0000:01:00.0") object.upstream = "0000:02:00.0";
  }

  EXPECT_NE(render_topology(inventory, {}).find("board 0000:03:00.0"), std::string::npos);
}

TEST(Plan, IsTheSameByteForByte) {
  const DeviceId device{"0000:17:00.0"};
  expect_golden("plan.txt",
                render_plan({{},
                             {{{device, "gemm", "fp16", ""}, "ready", 0.75, 487.5},
                              {{device, "mma", "fp8_e4m3", "fp32"}, "ready", 0.5, 310},
                              {{device, "dram", "read", ""}, "ready", 0.4, std::nullopt},
                              {{device, "mma", "int4", ""}, "unsupported by hardware", 0, {}}}}));
}

TEST(Determination, IsTheSameByteForByte) {
  const Determination row = samples::determination();
  expect_golden("determinations/determination.txt", determination_table({row}, {}));
  expect_golden("determinations/determination.json", determination_json(row));
  expect_golden("determinations/determinations.json", determinations_json({row, row}));
}

TEST(LicenceMatrix, IsTheSameByteForByte) {
  expect_golden("determinations/licence_matrix.txt", matrix_table(samples::matrix(), {}));
  expect_golden("determinations/licence_matrix.json", matrix_json(samples::matrix()));
}

TEST(Determination, DoesNotChangeUnderACommaLocale) {
  const CommaLocale comma;
  EXPECT_EQ(determination_table({samples::determination()}, {}),
            read_file(golden_file("determinations/determination.txt")));
  EXPECT_EQ(determination_json(samples::determination()),
            read_file(golden_file("determinations/determination.json")));
}

INSTANTIATE_TEST_SUITE_P(Samples, Golden, testing::ValuesIn(samples::all()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace tpp

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  tpp::golden_update() = argc > 1 && std::string_view(argv[1]) == "--update";
  return RUN_ALL_TESTS();
}
