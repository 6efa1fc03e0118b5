#include "agent/pass/idle_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::Optional;

IdleReading idle() {
  IdleReading reading;
  reading.sample.processes = 0;
  reading.sample.utilization = 0.05;
  reading.sample.temperature_c = 65;
  reading.sample.memory_used_bytes = 4'000'000'000;
  reading.memory_bytes = 80'000'000'000;
  reading.age_s = 5;
  return reading;
}

std::optional<std::string> why(const IdleReading& reading) {
  return why_not_idle(reading, Thresholds());
}

TEST(IdleGate, IsOpenAtEachOfItsLimits) { EXPECT_EQ(why(idle()), std::nullopt); }

TEST(IdleGate, IsOpenForADeviceThatTellsNothingButItsProcesses) {
  IdleReading reading;
  reading.sample.processes = 0;

  EXPECT_EQ(why(reading), std::nullopt);
}

TEST(IdleGate, TellsForeignProcessesApartFromAListThatCannotBeRead) {
  IdleReading reading = idle();
  reading.sample.processes = 1;
  EXPECT_THAT(why(reading), Optional(HasSubstr("a foreign process computes on it")));
  reading.sample.processes = 3;
  EXPECT_THAT(why(reading), Optional(HasSubstr("3 foreign processes")));
  reading.sample.processes.reset();
  EXPECT_THAT(why(reading), Optional(HasSubstr("cannot be read")));
}

TEST(IdleGate, IsShutOverEachOfItsNumbers) {
  IdleReading busy = idle();
  busy.sample.utilization = 0.06;
  EXPECT_THAT(why(busy), Optional(HasSubstr("6 % busy")));
  IdleReading full = idle();
  full.sample.memory_used_bytes = 4'100'000'000;
  EXPECT_THAT(why(full), Optional(HasSubstr("4.1 GB")));
  IdleReading hot = idle();
  hot.sample.temperature_c = 66;
  EXPECT_THAT(why(hot), Optional(HasSubstr("66 C warm, and 65 C")));
  IdleReading stale = idle();
  stale.age_s = 5.1;
  EXPECT_THAT(why(stale), Optional(HasSubstr("5.1 s old")));
}

TEST(IdleGate, GoesByTheThresholdsThatItIsGiven) {
  Thresholds strict;
  strict.set(Threshold::idle_temperature, 40);
  IdleReading reading = idle();
  reading.sample.temperature_c = 41;
  EXPECT_TRUE(why_not_idle(reading, strict));
  strict = Thresholds();
  strict.set(Threshold::idle_memory, 0.5);
  reading = idle();
  reading.sample.memory_used_bytes = 40'000'000'000;
  EXPECT_FALSE(why_not_idle(reading, strict));
}

TEST(IdleGate, IsNotOpenedByWhatIsNoNumber) {
  IdleReading reading = idle();
  reading.sample.temperature_c = std::nan("");
  EXPECT_TRUE(why(reading));
  reading = idle();
  reading.age_s = std::nan("");
  EXPECT_TRUE(why(reading));
  EXPECT_TRUE(why_cores_not_idle(std::nan(""), 4, Thresholds()));
}

TEST(IdleGate, LeavesADeviceToTheSecondProcessOnIt) {
  TelemetrySample sample;
  EXPECT_EQ(why_to_leave(sample), std::nullopt);
  for (const int ours : {0, 1}) {
    sample.processes = ours;
    EXPECT_EQ(why_to_leave(sample), std::nullopt) << ours;
  }
  sample.processes = 2;
  EXPECT_THAT(why_to_leave(sample), Optional(HasSubstr("a foreign process")));
}

TEST(IdleGate, HoldsTheLoadOfANodeAgainstItsCores) {
  EXPECT_EQ(why_cores_not_idle(0.1, 2, Thresholds()), std::nullopt);
  EXPECT_THAT(why_cores_not_idle(0.12, 2, Thresholds()), Optional(HasSubstr("0.12 on 2 cores")));
  EXPECT_TRUE(why_cores_not_idle(0, 0, Thresholds()));
}

}  // namespace
}  // namespace tpp
