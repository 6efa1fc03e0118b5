#include "agent/chips/maker_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/boards/evidence.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Chip row(const std::string& vendor, const std::string& architecture, const std::string& unit) {
  Chip chip = test::small_chip();
  chip.vendor = vendor;
  chip.details.architecture = architecture;
  chip.unit_kind = unit;
  return chip;
}

Device device(const std::string& vendor, const std::string& architecture, const std::string& unit) {
  Device device;
  device.id.value = "0000:01:00.0";
  device.vendor = vendor;
  if (!architecture.empty()) device.architecture = architecture;
  if (!unit.empty()) device.unit_kind = unit;
  device.units = 40;
  return device;
}

std::vector<std::string> differences(const Chip& chip, const Device& device) {
  return maker_differences(chip, {&device});
}

struct Told {
  const char* vendor;
  const char* architecture;
  const char* unit;
};

TEST(MakerFacts, TellOfAnotherMakersVendorArchitectureAndUnits) {
  const Chip t4 = row("NVIDIA", "Turing", "SM");
  EXPECT_THAT(differences(t4, device("AMD", "sm_75", "SM")),
              ElementsAre("vendor: 0000:01:00.0 reports AMD, catalogue NVIDIA"));
  EXPECT_THAT(differences(t4, device("NVIDIA", "sm_90", "SM")),
              ElementsAre("architecture: 0000:01:00.0 reports sm_90, catalogue Turing (sm_75)"));
  EXPECT_THAT(differences(t4, device("NVIDIA", "sm_75", "CU")),
              ElementsAre("kind of unit: 0000:01:00.0 reports CU, catalogue SM"));
  EXPECT_THAT(differences(t4, device("Example Semiconductor", "gfx942", "core")),
              ElementsAre(HasSubstr("vendor"), HasSubstr("architecture"), HasSubstr("kind")));
}

TEST(MakerFacts, AgreeHoweverRuntimesWriteThem) {
  const Chip t4 = row("NVIDIA", "Turing", "SM");
  for (const Told& told : {Told{"NVIDIA", "sm_75", "SM"}, Told{"NVIDIA Corporation", "", ""},
                           Told{"", "", ""}, Told{"nvidia", "SM_75a", "SM"}}) {
    EXPECT_THAT(differences(t4, device(told.vendor, told.architecture, told.unit)), IsEmpty());
  }
  const Chip mi250x = row("AMD", "CDNA 2.0", "CU");
  EXPECT_THAT(
      differences(mi250x, device("Advanced Micro Devices, Inc.", "gfx90a:sramecc+:xnack-", "CU")),
      IsEmpty());
  EXPECT_THAT(differences(mi250x, device("AMD", "gfx906", "CU")),
              ElementsAre(HasSubstr("architecture")));
  EXPECT_THAT(differences(row("AMD", "RDNA 3.0", "CU"), device("AMD", "gfx1102", "CU")), IsEmpty());
  EXPECT_THAT(differences(row("Hygon", "DCU", "CU"), device("AMD", "gfx928", "CU")), IsEmpty());
}

TEST(MakerFacts, AreNotHeldAgainstWhatSaysNothingOfTheMaker) {
  // A runtime for all makers, whose units are nobody's and whose "architecture" is its version.
  Device portable = device("NVIDIA Corporation", "OpenCL 3.0", "CU");
  portable.units.reset();
  EXPECT_THAT(differences(row("NVIDIA", "Turing", "SM"), portable), IsEmpty());
  EXPECT_THAT(differences(row("Google", "TPU", "TensorCore"), device("Maker", "xpu1", "core")),
              IsEmpty());
  EXPECT_THAT(differences(row("NVIDIA", "Rubin", "SM"), device("NVIDIA", "sm_107", "SM")),
              IsEmpty());
}

TEST(MakerFacts, HoldAMakerOfWhichNoWayOfWritingIsKnownAgainstOthersAlone) {
  const Chip ascend = row("Huawei", "DaVinci", "AI core");
  EXPECT_THAT(differences(ascend, device("HUAWEI Technologies", "", "")), IsEmpty());
  EXPECT_THAT(differences(ascend, device("HiSilicon", "", "")), IsEmpty());
  EXPECT_THAT(differences(ascend, device("NVIDIA", "", "")), ElementsAre(HasSubstr("vendor")));
}

TEST(MakerFacts, HoldProcessorsAgainstKnownMakersAlone) {
  Chip grace = row("NVIDIA", "Neoverse V2", "core");
  grace.kind = DeviceKind::cpu;
  EXPECT_THAT(differences(grace, device("ARM", "aarch64", "core")), IsEmpty());
  EXPECT_THAT(differences(grace, device("GenuineIntel", "x86_64", "core")),
              ElementsAre(HasSubstr("vendor")));
}

TEST(MakerFacts, ContradictTheRowOfABoardThatIsCorroboratedElse) {
  for (const Told& told :
       {Told{"AMD", "sm_75", "SM"}, Told{"NVIDIA", "sm_90", "SM"}, Told{"NVIDIA", "sm_75", "CU"}}) {
    test::Scene scene = test::measured(row("NVIDIA", "Turing", "SM"));
    scene.device().vendor = "NVIDIA";
    scene.device().architecture = "sm_75";
    scene.device().unit_kind = "SM";
    ASSERT_EQ(test::verdict_of(scene).assurance, Assurance::corroborated);
    ASSERT_EQ(test::verdict_of(scene).classification, "below");

    scene.device().vendor = told.vendor;
    scene.device().architecture = told.architecture;
    scene.device().unit_kind = told.unit;

    const Classification result = test::classify_scene(scene);
    EXPECT_EQ(result.verdicts.at(0).assurance, Assurance::contradicted);
    EXPECT_EQ(result.verdicts.at(0).classification, "undetermined");
    EXPECT_TRUE(test::has_finding(result, "evidence.identity_differs"));
    EXPECT_FALSE(test::has_finding(result, "evidence.units_differ"));

    scene.options.mode = PassMode::inventory;
    EXPECT_NE(test::verdict_of(scene).classification, "below");
  }
}

}  // namespace
}  // namespace tpp
