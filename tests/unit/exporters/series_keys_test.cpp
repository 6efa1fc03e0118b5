#include "exporters/prometheus/series_keys.h"

#include <gtest/gtest.h>

#include "tests/golden/sample_parts.h"
#include "tests/golden/sample_reports.h"

namespace tpp {
namespace {

std::string board_key(const Report& report) {
  return SeriesKeys(report.inventory).board(board_views(report).at(0));
}

Report pair_of_devices() {
  Report report = samples::two_devices_one_board();
  report.inventory.devices.at(0).uuid = "GPU-2";
  report.inventory.devices.at(1).uuid = "GPU-1";
  return report;
}

TEST(SeriesKeys, AreUuids) {
  const Report report = samples::controlled_simulated();
  const Device& device = report.inventory.devices.at(0);

  EXPECT_EQ(SeriesKeys(report.inventory).device(device.id), *device.uuid);
  EXPECT_EQ(board_key(report), *device.uuid);
}

TEST(SeriesKeys, AreIdsWhereNoUuidIsTold) {
  Report report = samples::controlled_simulated();
  for (const std::optional<std::string>& untold : {std::optional<std::string>(), {""}}) {
    report.inventory.devices.at(0).uuid = untold;

    EXPECT_EQ(SeriesKeys(report.inventory).device({"0000:17:00.0"}), "0000:17:00.0");
    EXPECT_EQ(board_key(report), "0000:17:00.0");
  }
}

// Partitions of an accelerator of AMD's tell its number, each.
TEST(SeriesKeys, AreIdsWhereSeveralDevicesTellTheSameUuid) {
  Report report = pair_of_devices();
  report.inventory.devices.at(1).uuid = "GPU-2";
  const SeriesKeys keys(report.inventory);

  EXPECT_EQ(keys.device({"0000:c1:00.0"}), "0000:c1:00.0");
  EXPECT_EQ(keys.device({"0000:c6:00.0"}), "0000:c6:00.0");
  EXPECT_EQ(board_key(report), "0000:c1:00.0");
}

TEST(SeriesKeys, OfABoardStayWhateverTheOrderOfItsDevices) {
  Report report = pair_of_devices();
  EXPECT_EQ(board_key(report), "GPU-1");

  std::swap(report.inventory.boards.at(0).devices.at(0),
            report.inventory.boards.at(0).devices.at(1));
  EXPECT_EQ(board_key(report), "GPU-1");
}

TEST(SeriesKeys, OfABoardAreItsIdWhereAPartOfADeviceIsOnIt) {
  Report report = pair_of_devices();
  report.inventory.devices.at(0).slice = true;

  EXPECT_EQ(board_key(report), "0000:c1:00.0");
}

}  // namespace
}  // namespace tpp
