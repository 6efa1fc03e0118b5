#include "agent/chips/maker_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "agent/boards/evidence.h"
#include "agent/chips/architectures.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

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
  std::vector<std::string> texts;
  for (const MakerDifference& one : maker_differences(chip, {&device})) {
    texts.push_back((one.contradicts ? "" : "merely: ") + one.text);
  }
  return texts;
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

// Who wrote the driver is not who made the device: then nobody says who did.
TEST(MakerFacts, AreNotToldByWordsThatNameNoMaker) {
  const Chip t4 = row("NVIDIA", "Turing", "SM");
  for (const char* nobody : {"", "Mesa", "Mesa/X.org", "Unknown vendor", "unknown", "N/A",
                             "The pocl project", "Generic"}) {
    EXPECT_THAT(differences(t4, device(nobody, "sm_75", "SM")), IsEmpty()) << nobody;
  }
}

TEST(MakerFacts, OfAVendorThatNobodyKnowsMerelyDiffer) {
  const Chip t4 = row("NVIDIA", "Turing", "SM");
  for (const char* odd : {"Example Semiconductor", "Intelligent Devices", "Metal Works"}) {
    EXPECT_THAT(differences(t4, device(odd, "sm_75", "SM")),
                ElementsAre(StartsWith("merely: vendor: 0000:01:00.0 reports ")))
        << odd;
  }
}

TEST(MakerFacts, OfAKnownMakerContradictHoweverItIsWritten) {
  const Chip t4 = row("NVIDIA", "Turing", "SM");
  for (const char* other : {"Advanced Micro Devices, Inc.", "Intel(R) Corporation", "GenuineIntel",
                            "AuthenticAMD", "Huawei Technologies Co., Ltd.", "Google, Inc."}) {
    EXPECT_THAT(differences(t4, device(other, "sm_75", "SM")),
                ElementsAre(StartsWith("vendor: 0000:01:00.0 reports ")))
        << other;
  }
  EXPECT_THAT(
      differences(row("Intel", "Xe-HPG", "Xe core"), device("Intel(R) Corporation", "", "")),
      IsEmpty());
}

// Not below on the word of a vendor that nobody knows, and not contradicted by it either.
TEST(MakerFacts, OfAVendorThatNobodyKnowsKeepABoardFromBeingBelow) {
  test::Scene scene = test::measured(row("NVIDIA", "Turing", "SM"));
  scene.device().vendor = "Example Semiconductor";

  EXPECT_EQ(test::verdict_of(scene).assurance, Assurance::declared_only);
  EXPECT_EQ(test::verdict_of(scene).classification, "undetermined");
  scene.options.mode = PassMode::inventory;
  EXPECT_NE(test::verdict_of(scene).classification, "below");
}

struct Architectures {
  const char* of_row;
  const char* told;
};

TEST(MakerFacts, CompareArchitecturesThatAreWrittenInOneScheme) {
  for (const Architectures& other :
       {Architectures{"Turing", "Hopper"}, Architectures{"CDNA 2.0", "CDNA 3"},
        Architectures{"Gaudi 2", "gaudi3"}, Architectures{"NeuronCore-v2", "NeuronCore-v3"},
        Architectures{"RDNA 3.0", "CDNA 3"}, Architectures{"Zen 4", "aarch64"},
        Architectures{"Neoverse V2", "x86_64"}, Architectures{"Power10", "x86_64"}}) {
    EXPECT_TRUE(is_other_architecture(other.of_row, other.told)) << other.told;
  }
}

TEST(MakerFacts, CompareNoArchitecturesThatAreWrittenInTwoSchemesOrMeanTheSame) {
  for (const Architectures& same :
       {Architectures{"Turing", "Turing"}, Architectures{"Blackwell 2.0", "Blackwell"},
        Architectures{"Blackwell 2.0", "sm_120"}, Architectures{"Ada Lovelace", "Ada"},
        Architectures{"CDNA 3.0", "CDNA 3"}, Architectures{"Gaudi 2", "GAUDI2"},
        Architectures{"Zen 4", "x86_64"}, Architectures{"Zen 4", "i686"},
        Architectures{"A64FX", "aarch64"}, Architectures{"Neoverse V2", "armv8l"},
        Architectures{"DaVinci", "Ascend910B"}, Architectures{"TPU", "xpu1"},
        Architectures{"Tensix", "wormhole_b0"}, Architectures{"Turing", "OpenCL 3.0"},
        Architectures{"Turing", "x86_64"}, Architectures{"Turing", ""}, Architectures{"", "sm_75"},
        Architectures{"Gaudi 2", "gaudi99999999999999999999"}}) {
    const bool overlong = std::string_view(same.told).size() > 20;
    EXPECT_EQ(is_other_architecture(same.of_row, same.told), overlong) << same.told;
  }
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
  EXPECT_THAT(differences(grace, device("GenuineIntel", "aarch64", "core")),
              ElementsAre(HasSubstr("vendor")));
  EXPECT_THAT(differences(grace, device("ARM", "x86_64", "core")),
              ElementsAre("architecture: 0000:01:00.0 reports x86_64, catalogue Neoverse V2 "
                          "(aarch64 arm64 armv8l armv7l)"));
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
