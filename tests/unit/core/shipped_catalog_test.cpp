// The catalogue and the rules as shipped: they load, every row finds itself, and products whose
// class is known are classified so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/chips/architectures.h"
#include "agent/chips/catalog_check.h"
#include "agent/chips/catalog_file.h"
#include "agent/chips/catalog_row.h"
#include "agent/chips/identify.h"
#include "agent/chips/makers.h"
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

// A part that reports neither id nor name is found by nothing but the operator's word.
bool reports_itself(const Chip& chip) {
  return !chip.pci_ids.empty() || !chip.reported_names.empty();
}

TEST(ShippedCatalog, HoldsThreeHundredChipsAndNoFault) {
  std::string faults;
  for (const CatalogFault& fault : check_catalog(shipped())) {
    faults += fault.place + " " + fault.chip + ": " + fault.message + "\n";
  }

  EXPECT_GE(shipped().chips.size(), 300u);
  EXPECT_EQ(faults, "");
}

// What is accepted is listed in the rows with its reason; this is how many they are.
TEST(ShippedCatalog, RecomputesPeaksAndListsWhatDisagrees) {
  std::vector<std::string> disagree;
  int recomputed = 0;
  for (const Chip& chip : shipped().chips) {
    const bool clock = chip.matrix_clock_hz || chip.boost_clock_hz;
    if (chip.units && clock) recomputed += static_cast<int>(chip.per_clock_per_unit.size());
    const auto table = chip.details.accepted.find("peaks");
    if (table == chip.details.accepted.end()) continue;
    disagree.push_back(chip.id.value);
    for (const auto& [precision, words] : table->second) {
      EXPECT_GT(words.size(), 20u) << chip.id.value << " " << name(precision);
    }
  }

  EXPECT_GE(recomputed, 1100);
  EXPECT_THAT(disagree, testing::UnorderedElementsAre(
                            "nvidia-b200", "nvidia-h100-nvl-94-gb", "nvidia-h200-nvl",
                            "nvidia-h800-nvl", "nvidia-gb10-dgx-spark",
                            "nvidia-jetson-agx-orin-64gb", "nvidia-jetson-orin-nx-16gb"));
}

TEST(ShippedCatalog, SaysOfEveryDieOfAChipletPartWhyItCounts) {
  int chiplet_parts = 0;
  for (const Chip& chip : shipped().chips) {
    int dies = 0;
    for (const Die& die : chip.details.dies) dies += die.count;
    if (dies < 2) continue;
    ++chiplet_parts;
    for (const Die& die : chip.details.dies) {
      EXPECT_NE(die.why, "") << chip.id.value << " " << die.role;
    }
  }
  EXPECT_GE(chiplet_parts, 40);
}

TEST(ShippedCatalog, HasNoAreaForAPlanarChip) {
  int planar = 0;
  for (const Chip& chip : shipped().chips) {
    if (chip.nonplanar != false) continue;
    ++planar;
    EXPECT_FALSE(chip.applicable_die_area_mm2) << chip.id.value;
  }
  EXPECT_GE(planar, 5);
}

TEST(ShippedCatalog, CreditsEpochAiWhereItsFiguresAreUsed) {
  for (const Chip& chip : shipped().chips) {
    for (const auto& [precision, figure] : chip.declared) {
      if (figure.source.find("poch AI") == std::string::npos) continue;
      EXPECT_THAT(figure.source, testing::HasSubstr("CC BY 4.0")) << chip.id.value;
    }
  }
}

// The maker publishes the TPP; the rate is what it comes to, and no claim.
TEST(ShippedCatalog, CallsARateWorkedBackFromATppDerived) {
  int worked_back = 0;
  const auto look = [&](const Chip& chip, const Figure& figure) {
    if (figure.source.find("TPP ") == std::string::npos) return;
    ++worked_back;
    EXPECT_EQ(figure.confidence, Confidence::derived) << chip.id.value << ": " << figure.source;
  };
  for (const Chip& chip : shipped().chips) {
    for (const auto& [precision, figure] : chip.declared) look(chip, figure);
    for (const auto& [precision, claims] : chip.details.claims) {
      for (const Figure& claim : claims) look(chip, claim);
    }
  }
  EXPECT_GE(worked_back, 55);  // most stand for fp16 and bf16
}

// libdrm has one name for both where they share a PCI id.
TEST(ShippedCatalog, TellsTheMi250xFromTheMi250ByUnitsUnderTheirCommonName) {
  for (const auto& [id, units] :
       {std::pair("amd-instinct-mi250x", 110), {"amd-instinct-mi250", 104}}) {
    test::Scene scene = scene_of(*row_of(shipped().chips, ChipId{id}));
    std::vector<const Device*> dies;
    for (Device& die : scene.inventory.devices) {
      die.name = "AMD Instinct MI250X / MI250";
      die.pci_id = "1002:740c";
      die.units = units;
      dies.push_back(&die);
    }

    const Identity identity = match_chip(shipped(), scene.board(), dies);

    ASSERT_TRUE(identity.chip) << identity.reason;
    EXPECT_EQ(identity.chip->id.value, id);
    EXPECT_TRUE(identity.differs.empty());
  }
}

// The vendor of a row that is unknown here would be held against nothing that a device says.
TEST(ShippedCatalog, HasMakersThatAreKnownByTheirNamesAlone) {
  for (const Chip& chip : shipped().chips) {
    EXPECT_EQ(maker_named(chip.vendor), chip.vendor) << chip.id.value;
  }
}

// An architecture that is new here would be held against nothing that a device says.
TEST(ShippedCatalog, KnowsTheTargetsOfEveryGpuThatAModuleAsks) {
  for (const Chip& chip : shipped().chips) {
    const bool asked =
        chip.kind == DeviceKind::gpu && (chip.vendor == "NVIDIA" || chip.vendor == "AMD");
    const bool announced = chip.details.architecture == "Rubin";  // its target is not published
    EXPECT_TRUE(!asked || announced || has_known_targets(chip.details.architecture))
        << chip.id.value;
  }
}

TEST(ShippedCatalog, IdentifiesEveryRowAsItself) {
  int silent = 0;
  for (const Chip& chip : shipped().chips) {
    if (!reports_itself(chip)) {
      ++silent;
      continue;
    }
    const test::Scene scene = scene_of(chip);
    std::vector<const Device*> devices;
    for (const Device& device : scene.inventory.devices) devices.push_back(&device);

    const Identity identity = match_chip(shipped(), scene.inventory.boards.at(0), devices);

    ASSERT_NE(identity.chip, nullptr) << chip.id.value << ": " << identity.reason;
    EXPECT_EQ(identity.chip->id, chip.id);
    EXPECT_THAT(identity.differs, testing::IsEmpty()) << chip.id.value;
  }
  EXPECT_LE(silent, 60);
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
