// The catalogue and the rules as shipped: they load, every row finds itself, and products whose
// class is known are classified so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/catalog_file.h"
#include "agent/identify.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

const Catalog& shipped() {
  static const Catalog catalog = load_catalog(std::string(TPP_CATALOG));
  return catalog;
}

test::Scene scene_of(const Chip& chip) {
  test::Scene scene = test::inventory_of(chip);
  scene.catalog = shipped();
  return scene;
}

TEST(ShippedCatalog, IdentifiesEveryRowAsItself) {
  for (const Chip& chip : shipped().chips) {
    const test::Scene scene = scene_of(chip);
    std::vector<const Device*> devices;
    for (const Device& device : scene.inventory.devices) devices.push_back(&device);

    const Identity identity = match_chip(shipped(), scene.inventory.boards.at(0), devices);

    ASSERT_NE(identity.chip, nullptr) << chip.id.value << ": " << identity.reason;
    EXPECT_EQ(identity.chip->id, chip.id);
    EXPECT_THAT(identity.differs, testing::IsEmpty()) << chip.id.value;
  }
}

struct Expected {
  const char* id;
  const char* classification;
};
class ShippedRow : public testing::TestWithParam<Expected> {};

TEST_P(ShippedRow, IsClassifiedAsKnown) {
  const auto& chips = shipped().chips;
  const auto chip =
      std::ranges::find_if(chips, [](const Chip& row) { return row.id.value == GetParam().id; });
  ASSERT_NE(chip, chips.end());

  EXPECT_EQ(test::verdict_of(scene_of(*chip)).classification, GetParam().classification);
}

INSTANTIATE_TEST_SUITE_P(
    OctoberTwentyTwentyThree, ShippedRow,
    testing::Values(
        Expected{"nvidia-h100-sxm5-80-gb", "3A090.a"},
        Expected{"nvidia-h200-sxm-141-gb", "3A090.a"}, Expected{"nvidia-h20-96-gb", "below"},
        Expected{"nvidia-a100-sxm4-80-gb", "3A090.a"},
        Expected{"nvidia-a800-pcie-80-gb", "3A090.a"}, Expected{"nvidia-l40s", "3A090.a"},
        Expected{"nvidia-l4", "3A090.a"}, Expected{"nvidia-l20", "below"},
        Expected{"nvidia-tesla-t4", "below"}, Expected{"nvidia-geforce-rtx-4090", "3A090.a"},
        Expected{"nvidia-geforce-rtx-4090-d", "below"}, Expected{"amd-instinct-mi210", "3A090.b"},
        Expected{"amd-instinct-mi300x", "3A090.a"}, Expected{"amd-instinct-mi250x", "3A090.a"}));

TEST(ShippedCatalog, MakesNoHostProcessorMoreThanInformation) {
  int hosts = 0;
  for (const Chip& chip : shipped().chips) {
    if (chip.kind != DeviceKind::cpu) continue;
    ++hosts;
    EXPECT_EQ(test::verdict_of(scene_of(chip)).kind, ClassificationKind::information_only);
  }
  EXPECT_GE(hosts, 10);
}

}  // namespace
}  // namespace tpp
