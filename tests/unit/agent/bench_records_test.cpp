#include "agent/pass/bench_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/support/error.h"

namespace tpp::record {
namespace {

constexpr const char* kRate =
    R"({"record":"outcome","benchmark":"cpu:0/fma/fp64","status":"rate","wall_s":0.5,"rate":{)"
    R"("per_second":1e11,"interval":[9e10,1.1e11],"bootstrap":true,"batches":40,"steady":true,)"
    R"("units":2,"max_error":1e-17,"error_bound":1e-16,"checked_values":64,"path":"avx512f zmm"}})";

TEST(BenchRecords, ReadsARateWithItsEvidence) {
  const Record record = parse(kRate);

  const auto& of = std::get<OutcomeOf>(record);
  const auto& rate = std::get<Rate>(of.outcome);
  EXPECT_EQ(to_string(of.benchmark), "cpu:0/fma/fp64");
  EXPECT_EQ(rate.per_second, 1e11);
  EXPECT_EQ(rate.interval, (Interval{9e10, 1.1e11}));
  EXPECT_EQ(rate.clock_hz, std::nullopt);
}

TEST(BenchRecords, RefusesARateWhoseProductWasNotVerified) {
  std::string text = kRate;
  text.replace(text.find("\"max_error\":1e-17"), 17, "\"max_error\":1e-15");

  EXPECT_THROW(parse(text), Error);
}

TEST(BenchRecords, RefusesARateOfNothing) {
  std::string text = kRate;
  text.replace(text.find("\"per_second\":1e11"), 17, "\"per_second\":0   ");

  EXPECT_THROW(parse(text), Error);
}

TEST(BenchRecords, RefusesWhatIsNoRecord) {
  for (const char* line :
       {"", "garbage", "[]", "{}", R"({"record":"no such"})", R"({"record":"begin"})",
        R"({"record":"begin","benchmark":"nodash"})", R"({"record":"hello","protocol":99})",
        R"({"record":"outcome","benchmark":"a/b/c","status":"fine"})", "{\"record\":\"end\"\x01"}) {
    EXPECT_THROW(parse(line), Error) << line;
  }
}

TEST(BenchRecords, TakeADieForASliceWhereItsModuleForgotToSaySo) {
  const auto device = [](const std::string& more) {
    return std::get<DeviceSeen>(
               parse(R"({"record":"device","id":"0000:c1:00.0","kind":"gpu")" + more + "}"))
        .device;
  };
  EXPECT_FALSE(device("").slice);
  EXPECT_TRUE(device(R"(,"die":true)").slice);
  EXPECT_EQ(device(R"(,"die":true)").slice_reason, "one die of a package that has several");
  EXPECT_EQ(device(R"(,"die":true,"slice":true,"slice_reason":"half")").slice_reason, "half");
}

TEST(BenchRecords, TakesNoWordForNoneForTheNameOfABoardOrPackage) {
  const auto device = [](const std::string& name) {
    return std::get<DeviceSeen>(parse(R"({"record":"device","id":"0000:c1:00.0","kind":"gpu",)"
                                      R"("board_id":")" +
                                      name + R"(","package_id":")" + name + R"("})"));
  };
  for (const char* none : {"unknown", "none", "N/A", "[Not Supported]", "-", " "}) {
    EXPECT_EQ(device(none).board_id, "") << none;
    EXPECT_EQ(device(none).package_id, "") << none;
  }
  for (const char* name : {"0x900", "0", "card-1", "0000:c1:00.0"}) {
    EXPECT_EQ(device(name).board_id, name);
    EXPECT_EQ(device(name).package_id, name);
  }
}

TEST(BenchRecords, ReadsWhereADeviceSits) {
  const auto device = [](const std::string& more) {
    return std::get<DeviceSeen>(
        parse(R"({"record":"device","id":"0000:07:00.0","kind":"gpu")" + more + "}"));
  };
  const DeviceSeen seen =
      device(R"(,"bus_way":"0000:07:00.0  0000:05:00.0#3#a","host_socket":"cpu:1","module_id":4)");

  ASSERT_TRUE(seen.place.has_value());
  EXPECT_EQ(seen.place->address, "0000:07:00.0");
  ASSERT_EQ(seen.place->way.size(), 2u);
  EXPECT_EQ(seen.place->way[0].slot, std::nullopt);
  EXPECT_EQ(seen.place->way[1].address, "0000:05:00.0");
  EXPECT_EQ(seen.place->way[1].slot, "3#a");
  EXPECT_EQ(seen.place->socket, DeviceId{"cpu:1"});
  EXPECT_EQ(seen.device.labels->module_id, 4);
  EXPECT_FALSE(device("").place.has_value());
  EXPECT_FALSE(device("").device.labels.has_value());
}

TEST(BenchRecords, ReadsWhichVariableShowsHiddenDevices) {
  const Record plain =
      parse(R"({"record":"hello","protocol":1,"backend":"b","method_version":"1"})");
  EXPECT_FALSE(std::get<Hello>(plain).visibility);
  const Record record =
      parse(R"({"record":"hello","protocol":1,"backend":"b","method_version":"1",)"
            R"("visibility":{"variable":"V","vendor":"Maker"}})");
  ASSERT_TRUE(std::get<Hello>(record).visibility);
  EXPECT_EQ(std::get<Hello>(record).visibility->variable, "V");
  EXPECT_EQ(std::get<Hello>(record).visibility->vendor, "Maker");
}

TEST(BenchRecords, LeavesUnknownFactsOfADeviceUnknown) {
  const Record record = parse(R"({"record":"device","id":"cpu:0","kind":"cpu","units":2})");

  const auto& seen = std::get<DeviceSeen>(record);
  EXPECT_EQ(seen.device.units, 2);
  EXPECT_EQ(seen.device.memory_bytes, std::nullopt);
  EXPECT_EQ(seen.datacenter, std::nullopt);
}

TEST(BenchRecords, KeepsTheSlashesOfASliceInItsDevice) {
  const Record record =
      parse(R"({"record":"begin","benchmark":"0000:17:00.0/MIG-1/mma/fp16+fp32"})");

  const auto& id = std::get<Begin>(record).benchmark;
  EXPECT_EQ(id.device.value, "0000:17:00.0/MIG-1");
  EXPECT_EQ(id.accumulator, "fp32");
}

}  // namespace
}  // namespace tpp::record
