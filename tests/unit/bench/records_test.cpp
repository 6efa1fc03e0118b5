#include "kernels/bench/records.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/unit/bench/fake_backend.h"

namespace tpp::bench {
namespace {

using nlohmann::json;

TEST(Records, SayHelloWithProtocolBackendAndAbi) {
  reset_fake();
  const json record = json::parse(hello_record(Fake().backend));
  EXPECT_EQ(record["record"], "hello");
  EXPECT_EQ(record["protocol"], 1);
  EXPECT_EQ(record["backend"], "fake");
  EXPECT_EQ(record["method_version"], "fake-1");
  EXPECT_EQ(record["abi"], (json{TPP_BACKEND_ABI_MAJOR, TPP_BACKEND_ABI_MINOR}));
}

TEST(Records, SayWhichVariableShowsHiddenDevicesWhereTheModuleIsNewEnoughToKnow) {
  const json shown = {{"variable", "FAKE_VISIBLE_DEVICES"}, {"vendor", "Fake"}};
  EXPECT_EQ(json::parse(hello_record(Fake().backend))["visibility"], shown);

  tpp_backend_api older = fake_table();
  older.struct_size = offsetof(tpp_backend_api, visibility_variable);
  EXPECT_FALSE(json::parse(hello_record(Backend(&older))).contains("visibility"));
  tpp_backend_api without = fake_table();
  without.visibility_variable = nullptr;
  EXPECT_FALSE(json::parse(hello_record(Backend(&without))).contains("visibility"));
}

TEST(Records, LeaveOutWhatIsNotKnownOfADevice) {
  tpp_device_info device = {};
  std::snprintf(device.id, sizeof device.id, "0000:17:00.0");
  std::snprintf(device.kind, sizeof device.kind, "gpu");
  device.units = 132;
  device.flags = TPP_DEVICE_SIMULATED | TPP_DEVICE_SLICE;
  const json record = json::parse(device_record(device));
  EXPECT_EQ(record["id"], "0000:17:00.0");
  EXPECT_EQ(record["units"], 132);
  EXPECT_EQ(record["simulated"], true);
  EXPECT_EQ(record["slice"], true);
  EXPECT_EQ(record["forced"], false);
  EXPECT_FALSE(record.contains("serial"));
  EXPECT_FALSE(record.contains("memory_bytes"));
  EXPECT_FALSE(record.contains("max_clock_hz"));
}

TEST(Records, SayWhereADeviceSitsWhereItsModuleKnows) {
  tpp_device_info device = {};
  std::snprintf(device.bus_way, sizeof device.bus_way, "0000:07:00.0 0000:05:00.0#3");
  std::snprintf(device.host_socket, sizeof device.host_socket, "cpu:1");
  std::snprintf(device.link_group, sizeof device.link_group, "hive");
  device.module_id = 4;
  const json record = json::parse(device_record(device));
  EXPECT_EQ(record["bus_way"], "0000:07:00.0 0000:05:00.0#3");
  EXPECT_EQ(record["host_socket"], "cpu:1");
  EXPECT_EQ(record["link_group"], "hive");
  EXPECT_EQ(record["module_id"], 4);
  const json without = json::parse(device_record(tpp_device_info{}));
  for (const char* name : {"bus_way", "host_socket", "link_group", "module_id"}) {
    EXPECT_FALSE(without.contains(name)) << name;
  }
}

TEST(Records, RepairTextThatIsNotUtf8AndNotEnded) {
  tpp_device_info device = {};
  std::fill(std::begin(device.kind), std::end(device.kind), '\xff');
  const json record = json::parse(device_record(device));
  EXPECT_NE(record["kind"], "");
}

TEST(Records, CarryARateByTheNamesOfItsMembers) {
  Rate rate;
  rate.per_second = 1.5e12;
  rate.interval = {1.4e12, 1.6e12};
  rate.batches = 64;
  rate.units = 8;
  rate.checked_values = 16;
  rate.per_clock_per_unit = 4090;
  rate.path = "path";
  const json record = json::parse(
      outcome_record("d/mma/fp16", {rate, 0.5, CountedTime{7, 18446744073709551615ULL}}));
  EXPECT_EQ(record["benchmark"], "d/mma/fp16");
  EXPECT_EQ(record["status"], "rate");
  EXPECT_EQ(record["wall_s"], 0.5);
  EXPECT_EQ(record["counted"], (json{{"begin_ns", 7}, {"end_ns", 18446744073709551615ULL}}));
  EXPECT_EQ(record["rate"]["quantity"], "operations");
  EXPECT_EQ(record["rate"]["interval"], (json{1.4e12, 1.6e12}));
  EXPECT_EQ(record["rate"]["per_clock_per_unit"], 4090);
  EXPECT_FALSE(record["rate"].contains("clock_hz"));
  EXPECT_FALSE(record["rate"].contains("suspect"));
}

TEST(Records, TellUnsupportedFromFailed) {
  const json unsupported =
      json::parse(outcome_record("b", {Unsupported{.by = "library", .reason = "no"}, 0}));
  EXPECT_EQ(unsupported["status"], "unsupported");
  EXPECT_EQ(unsupported["by"], "library");
  EXPECT_FALSE(unsupported.contains("counted"));
  const json failed = json::parse(outcome_record("b", {Failed{"why"}, 0}));
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_EQ(failed["reason"], "why");
  EXPECT_FALSE(failed.contains("cause"));
  const json wrong =
      json::parse(outcome_record("b", {Failed{.reason = "why", .cause = "product"}, 0}));
  EXPECT_EQ(wrong["cause"], "product");
}

TEST(Records, PlanSaysWhatIsReadyAndWhatIsNot) {
  reset_fake().benchmarks = {{.subject = "fp16", .flags = TPP_BENCHMARK_GENERIC, .variants = 3},
                             {.subject = "int4", .status = TPP_UNSUPPORTED, .variants = 0}};
  const auto planned = Fake().plan();
  const json ready = json::parse(plan_record(planned[0], kQuick));
  EXPECT_EQ(ready["status"], "ready");
  EXPECT_EQ(ready["variants"], 3);
  EXPECT_EQ(ready["generic"], true);
  const json not_ready = json::parse(plan_record(planned[1], kQuick));
  EXPECT_EQ(not_ready["status"], "unsupported");
  EXPECT_EQ(not_ready["by"], "hardware");
  EXPECT_EQ(not_ready["reason"], "no such instruction");
}

TEST(Records, AreOneLineAndOneWriteEach) {
  std::array<int, 2> ends{};
  // In packet mode a read returns what one write brought.
  ASSERT_EQ(::pipe2(ends.data(), O_DIRECT | O_CLOEXEC), 0);
  const RecordWriter writer(ends[1]);
  writer.write(begin_record("a/b/c"));
  writer.write(end_record());
  std::array<char, 512> buffer;
  const auto first = ::read(ends[0], buffer.data(), buffer.size());
  EXPECT_EQ(std::string(buffer.data(), static_cast<std::size_t>(first)),
            "{\"record\":\"begin\",\"benchmark\":\"a/b/c\"}\n");
  const auto second = ::read(ends[0], buffer.data(), buffer.size());
  EXPECT_EQ(std::string(buffer.data(), static_cast<std::size_t>(second)), "{\"record\":\"end\"}\n");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Records, GoNowhereWithoutADescriptorAndFailWithABrokenOne) {
  EXPECT_NO_THROW(RecordWriter(std::nullopt).write("x"));
  EXPECT_THROW(RecordWriter(987654).write("x"), Error);
}

}  // namespace
}  // namespace tpp::bench
