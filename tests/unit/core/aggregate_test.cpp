#include "agent/boards/aggregate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using P = Precision;
using test::aggregate_scene;
using test::measured;
using test::measurement;
using test::rate;
using test::small_chip;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const PrecisionRate* rate_of(const BoardPerformance& board, Basis basis, P precision,
                             const std::string& origin) {
  for (const PrecisionRate& rate : board.rates.at(basis)) {
    if (rate.precision == precision && rate.origin.starts_with(origin)) return &rate;
  }
  return nullptr;
}

Chip two_devices() {
  Chip row = small_chip();
  row.devices_per_package = 2;
  return row;
}

TEST(Aggregate, ShowsTheFourBasesApart) {
  const BoardPerformance board = aggregate_scene(measured(small_chip())).at(0);

  const double declared = 2048 * 40 * 1590e6 * 8e-12;
  EXPECT_NEAR(board.tpp.at(Basis::declared).value, declared, 1e-6);
  EXPECT_NEAR(board.tpp.at(Basis::inferred_advertised_clock).value, declared, 1e-6);
  EXPECT_NEAR(board.tpp.at(Basis::inferred_max_clock).value, declared, 1e-6);
  EXPECT_NEAR(board.tpp.at(Basis::achieved).value, declared * 0.97, 1e-6);
  EXPECT_NEAR(board.density.at(Basis::achieved), declared * 0.97 / 545, 1e-9);
  for (const auto& [basis, tpp] : board.tpp) EXPECT_TRUE(tpp.complete);
}

TEST(Aggregate, InfersAtBothClocks) {
  test::Scene scene = measured(small_chip());
  scene.device().max_clock_hz = 2e9;

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_NEAR(board.tpp.at(Basis::inferred_advertised_clock).value, 1042.0, 0.1);
  EXPECT_NEAR(board.tpp.at(Basis::inferred_max_clock).value, 2048 * 40 * 2e9 * 8e-12, 1e-6);
}

TEST(Aggregate, InfersByTheUnitsThatTheDeviceReports) {
  test::Scene scene = measured(small_chip());
  for (Measurement& each : scene.measurements) std::get<Rate>(each.outcome).units = 3;

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_NEAR(board.tpp.at(Basis::inferred_advertised_clock).value, 1042.0, 0.1);
}

TEST(Aggregate, UsesTheMeasuredRatePerClockWhereNoneWasSnapped) {
  test::Scene scene = measured(small_chip());
  for (Measurement& each : scene.measurements) {
    Rate& rate = std::get<Rate>(each.outcome);
    rate.per_clock_per_unit = 1000;
    rate.per_clock_interval = Interval{990, 1010};
    rate.snapped_per_clock.reset();
  }

  const Tpp tpp = aggregate_scene(scene).at(0).tpp.at(Basis::inferred_advertised_clock);

  EXPECT_NEAR(tpp.value, 1000 * 40 * 1590e6 * 16e-12, 1e-6);
  EXPECT_NEAR(tpp.interval.low, tpp.value * 0.99, 1e-6);
}

TEST(Aggregate, ShowsKernelsApartAndCountsTheHigher) {
  test::Scene scene = measured(small_chip());
  scene.measurements.push_back(
      measurement(scene.device().id, "gemm", "fp16", rate(70e12, 1100, 40)));
  scene.measurements.push_back(measurement(scene.device().id, "gemm", "int8", rate(1e12, 20, 40)));

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_NE(rate_of(board, Basis::achieved, P::fp16, "gemm: test"), nullptr);
  EXPECT_NE(rate_of(board, Basis::achieved, P::fp16, "mma: test"), nullptr);
  EXPECT_NEAR(board.tpp.at(Basis::achieved).value, 70 * 16, 1e-9);
}

TEST(Aggregate, AddsDevicesOfABoard) {
  const BoardPerformance board = aggregate_scene(measured(two_devices())).at(0);

  EXPECT_NEAR(board.tpp.at(Basis::achieved).value, 1042.0 * 0.97, 0.1);
  EXPECT_NEAR(rate_of(board, Basis::achieved, P::int8, "mma")->ops_per_second,
              2048 * 40 * 1590e6 * 0.97, 1);
  EXPECT_THAT(board.facts.identity_agrees, Contains("units"));
}

TEST(Aggregate, IsIncompleteWhenADeviceFailed) {
  test::Scene scene = measured(two_devices());
  scene.measurements[2].outcome = Failed{"wrong product"};

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_FALSE(board.tpp.at(Basis::achieved).complete);
  EXPECT_THAT(board.facts.failed, Contains(HasSubstr("wrong product")));
}

TEST(Aggregate, SaysAReasonOnceHoweverManyBenchmarksItCost) {
  test::Scene scene = measured(two_devices());
  const DeviceId lost = scene.measurements[0].id.device;
  int failed = 0;
  for (Measurement& measurement : scene.measurements) {
    if (measurement.id.device != lost) continue;
    measurement.outcome = Failed{"the device is lost"};
    ++failed;
  }
  ASSERT_GT(failed, 1);

  const BoardPerformance board = aggregate_scene(scene).at(0);

  ASSERT_EQ(board.facts.failed.size(), 1u);
  EXPECT_THAT(board.facts.failed[0], HasSubstr(to_string(scene.measurements[0].id) + ", "));
  EXPECT_THAT(board.facts.failed[0], testing::EndsWith(": the device is lost"));
}

TEST(Aggregate, SaysWhereALibraryOvertookOurOwnLoop) {
  for (const double reached : {1030.0, 1090.0}) {
    test::Scene scene = measured(small_chip());
    const double own = *std::get<Rate>(scene.measurements[0].outcome).per_clock_per_unit;
    Measurement product = scene.measurements[0];
    product.id.kernel = "gemm";
    std::get<Rate>(product.outcome).per_clock_per_unit = own * reached / 1024;
    scene.measurements.push_back(product);

    const BoardPerformance board = aggregate_scene(scene).at(0);

    EXPECT_EQ(board.facts.overtaken.empty(), reached < 1.02 * 1024) << reached;
    Thresholds others;
    others.set(Threshold::overtaken_above, 1.5);
    EXPECT_TRUE(aggregate(scene.inventory, scene.measurements, scene.catalog, others)
                    .at(0)
                    .facts.overtaken.empty());
  }
}

TEST(Aggregate, IsIncompleteWhenADeviceIsGone) {
  test::Scene scene = measured(two_devices());
  scene.inventory.devices.pop_back();

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_FALSE(board.tpp.at(Basis::achieved).complete);
  EXPECT_THAT(board.facts.failed, Contains(HasSubstr("is gone")));
}

TEST(Aggregate, IsIncompleteWhenADeviceWasNotMeasured) {
  test::Scene scene = measured(two_devices());
  scene.measurements.resize(2);

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_THAT(board.facts.failed, IsEmpty());
  EXPECT_FALSE(board.tpp.at(Basis::achieved).complete);
}

TEST(Aggregate, CountsDevicesThatAreNoWholeNumberOfBoardsAsTheNextWholeOne) {
  test::Scene scene = test::inventory_of(two_devices());
  Device third = scene.device();
  third.id.value = "0000:07:00.0";
  scene.inventory.devices.push_back(third);
  scene.board().devices.push_back(third.id);

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_NEAR(board.tpp.at(Basis::declared).value, 2 * 1042.0, 0.2);
  EXPECT_THAT(board.facts.failed, Contains(HasSubstr("no whole number")));
}

TEST(Aggregate, KnowsVectorUnitsApartOnAcceleratorsOnly) {
  for (const auto& [kind, apart] :
       {std::pair(DeviceKind::gpu, true), std::pair(DeviceKind::cpu, false)}) {
    Chip row = small_chip();
    row.kind = kind;
    row.pci_ids.clear();
    test::Scene scene = measured(row);
    scene.measurements.push_back(
        measurement(scene.device().id, "fma", "fp32", rate(8e12, 128, 40)));

    const Tpp tpp = aggregate_scene(scene).at(0).tpp.at(Basis::achieved);

    EXPECT_EQ(std::ranges::any_of(
                  tpp.readings,
                  [](const TppReading& reading) { return reading.processing_units == "added"; }),
              apart);
  }
}

TEST(Aggregate, DoesNotAddSlicesThatMayShareTheirUnits) {
  test::Scene scene = measured(small_chip());
  Device other = scene.device();
  other.id.value += "/MIG-2";
  scene.device().slice = other.slice = true;
  scene.inventory.devices.push_back(other);
  scene.board().devices.push_back(other.id);
  scene.measurements.push_back(measurement(other.id, "mma", "fp16", rate(60e12, 1024, 20)));

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_NEAR(board.tpp.at(Basis::achieved).value, 1042.0 * 0.97, 0.1);
  EXPECT_FALSE(board.tpp.at(Basis::achieved).complete);
  EXPECT_NEAR(board.tpp.at(Basis::declared).value, 1042.0, 0.1);  // of the device, once
  EXPECT_EQ(board.facts.partial.size(), 2u);
}

TEST(Aggregate, ShowsButNeverCountsSuspectAndEmulatedRates) {
  for (const bool suspect : {true, false}) {
    test::Scene scene = measured(small_chip());
    Rate odd = rate(9e15, 1e6, 40);
    if (suspect) odd.suspect = "over the grid";
    odd.emulated = !suspect;
    scene.measurements.push_back(measurement(scene.device().id, "mma", "fp64", odd));

    const BoardPerformance board = aggregate_scene(scene).at(0);

    EXPECT_FALSE(rate_of(board, Basis::achieved, P::fp64, "mma")->deciding);
    EXPECT_NEAR(board.tpp.at(Basis::achieved).value, 1042.0 * 0.97, 0.1);
    EXPECT_NEAR(board.tpp.at(Basis::inferred_max_clock).value, 1042.0, 0.1);
  }
}

TEST(Aggregate, MarksGenericRatesAsOnlyOver) {
  test::Scene scene = measured(small_chip());
  scene.rate(0).generic = true;

  EXPECT_TRUE(rate_of(aggregate_scene(scene).at(0), Basis::achieved, P::fp16, "mma")->only_over);
}

TEST(Aggregate, SaysWhatIsNotMeasuredByLeavingItOut) {
  const BoardPerformance board = aggregate_scene(test::inventory_of(small_chip())).at(0);

  EXPECT_FALSE(board.tpp.contains(Basis::achieved));
  EXPECT_FALSE(board.rates.contains(Basis::achieved));
  EXPECT_TRUE(board.tpp.contains(Basis::declared));
  EXPECT_THAT(board.memory_bandwidth, IsEmpty());
}

TEST(Aggregate, KeepsRatesOfMemoryApartFromRatesOfOperations) {
  Chip row = small_chip();
  row.memory_bandwidth = test::figure(320e9);
  test::Scene scene = measured(row);
  scene.device().memory_bus_bits = 256;
  scene.device().memory_transfers_per_s = 10e9;
  for (const auto& [subject, value] : {std::pair("read", 290e9), std::pair("triad", 270e9)}) {
    Rate moved = rate(value, 1, 40);
    moved.quantity = Quantity::bytes;
    scene.measurements.push_back(measurement(scene.device().id, "dram", subject, moved));
  }

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_DOUBLE_EQ(board.memory_bandwidth.at(Basis::achieved), 290e9);
  EXPECT_DOUBLE_EQ(board.memory_bandwidth.at(Basis::inferred_max_clock), 320e9);
  EXPECT_DOUBLE_EQ(board.memory_bandwidth.at(Basis::declared), 320e9);
  EXPECT_NEAR(board.tpp.at(Basis::achieved).value, 1042.0 * 0.97, 0.1);
}

TEST(Aggregate, InfersNoBandwidthOfABoardOfWhichADeviceDoesNotTellItsOwn) {
  Chip pair = small_chip();
  pair.devices_per_package = 2;
  test::Scene scene = measured(pair);
  for (Device& device : scene.inventory.devices) {
    device.memory_bus_bits = 256;
    device.memory_transfers_per_s = 10e9;
  }
  const auto inferred = [](const test::Scene& of) -> std::optional<double> {
    const auto bandwidth = aggregate_scene(of).at(0).memory_bandwidth;
    const auto found = bandwidth.find(Basis::inferred_max_clock);
    return found == bandwidth.end() ? std::nullopt : std::optional(found->second);
  };

  EXPECT_EQ(inferred(scene), 640e9);

  test::Scene untold = scene;
  untold.device(1).memory_transfers_per_s.reset();
  EXPECT_EQ(inferred(untold), std::nullopt);
  untold = scene;
  untold.device(0).memory_bus_bits.reset();
  EXPECT_EQ(inferred(untold), std::nullopt);

  test::Scene lost = scene;
  lost.inventory.devices.pop_back();
  lost.board().devices.pop_back();
  EXPECT_EQ(inferred(lost), std::nullopt);
}

// What one device moved is less than what the board can, and a lower bound of it.
TEST(Aggregate, KeepsWhatSomeDevicesMovedAsALowerBound) {
  Chip pair = small_chip();
  pair.devices_per_package = 2;
  test::Scene scene = measured(pair);
  Rate moved = rate(290e9, 1, 40);
  moved.quantity = Quantity::bytes;
  scene.measurements.push_back(measurement(scene.device(0).id, "dram", "read", moved));

  EXPECT_DOUBLE_EQ(aggregate_scene(scene).at(0).memory_bandwidth.at(Basis::achieved), 290e9);
}

// Links move bytes too, some of them faster than some memories.
TEST(Aggregate, NeverTakesALinkForMemory) {
  test::Scene scene = measured(small_chip());
  Rate moved = rate(900e9, 14, 0);
  moved.quantity = Quantity::bytes;
  for (const char* subject : {"host_read", "host_both", "peer_both", "read"}) {
    scene.measurements.push_back(measurement(scene.device().id, "link", subject, moved));
  }
  scene.measurements.push_back(measurement(scene.device().id, "link", "host_write", Failed{"no"}));

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_FALSE(board.memory_bandwidth.contains(Basis::achieved));
  EXPECT_NEAR(board.tpp.at(Basis::achieved).value, 1042.0 * 0.97, 0.1);
  EXPECT_THAT(board.facts.failed, IsEmpty());  // nothing of a class rests on a link
}

TEST(Aggregate, CountsMemoryRatesByTheRuleOfAllRates) {
  const auto moved = [](auto change) {
    test::Scene scene = measured(small_chip());
    Rate rate = test::rate(290e9, 1, 40);
    rate.quantity = Quantity::bytes;
    scene.measurements.push_back(measurement(scene.device().id, "dram", "read", rate));
    change(scene);
    return aggregate_scene(scene).at(0).memory_bandwidth.contains(Basis::achieved);
  };
  const auto last = [](test::Scene& scene) -> Rate& {
    return std::get<Rate>(scene.measurements.back().outcome);
  };

  EXPECT_TRUE(moved([](test::Scene&) {}));
  EXPECT_FALSE(moved([&](test::Scene& scene) { last(scene).suspect = "too fast"; }));
  EXPECT_FALSE(moved([&](test::Scene& scene) { last(scene).emulated = true; }));
  EXPECT_FALSE(moved([&](test::Scene& scene) { last(scene).checked_values = 0; }));
  EXPECT_FALSE(moved([](test::Scene& scene) {
    scene.device().simulated = true;
    Device real = scene.device();
    real.id.value = "0000:02:00.0";
    real.simulated = false;
    scene.inventory.devices.push_back(real);
    scene.board().devices.push_back(real.id);
  }));
}

TEST(Aggregate, ReportsFiguresOfAnUnknownChipWithoutDeclaredOnes) {
  test::Scene scene = measured(small_chip());
  scene.catalog.chips.clear();

  const BoardPerformance board = aggregate_scene(scene).at(0);

  EXPECT_FALSE(board.chip);
  EXPECT_FALSE(board.tpp.contains(Basis::declared));
  EXPECT_FALSE(board.tpp.contains(Basis::inferred_advertised_clock));
  EXPECT_NEAR(board.tpp.at(Basis::inferred_max_clock).value, 1042.0, 0.1);
  EXPECT_THAT(board.density, IsEmpty());
}

TEST(Aggregate, TakesTheStricterOfTwoMarksForDatacenters) {
  test::Scene scene = test::inventory_of(small_chip());
  scene.board().datacenter = false;  // entered; the catalogue says yes
  EXPECT_EQ(aggregate_scene(scene).at(0).facts.datacenter, true);

  scene.chip().datacenter = false;
  scene.board().datacenter = true;
  EXPECT_EQ(aggregate_scene(scene).at(0).facts.datacenter, true);

  scene.board().datacenter.reset();
  EXPECT_EQ(aggregate_scene(scene).at(0).facts.datacenter, false);

  scene.catalog.chips.clear();
  EXPECT_EQ(aggregate_scene(scene).at(0).facts.datacenter, std::nullopt);
}

TEST(Aggregate, NeverCountsARateThatIsNoNumber) {
  test::Scene scene = measured(small_chip());
  scene.rate(0).per_second = std::numeric_limits<double>::quiet_NaN();
  scene.rate(1).per_second = std::numeric_limits<double>::infinity();

  EXPECT_FALSE(aggregate_scene(scene).at(0).tpp.contains(Basis::achieved));
}

}  // namespace
}  // namespace tpp
