// Real products on their declared figures: what an inventory says of them. Figures are the vendors'
// dense rates; areas are those of the sheets or of common estimates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using P = Precision;
using testing::DoubleNear;
using testing::ElementsAre;

struct Product {
  const char* name;
  test::Tops tops;
  double area_mm2;
  bool datacenter;
  double tpp;
  Precision decides;
  const char* classification;
  std::vector<std::string> paragraphs;
};

class RealProduct : public testing::TestWithParam<Product> {};

TEST_P(RealProduct, IsClassifiedByItsDeclaredFigures) {
  const Product& product = GetParam();
  const test::Scene scene = test::inventory_of(
      test::chip(product.name, product.tops, product.area_mm2, product.datacenter));

  const auto performance = test::aggregate_scene(scene).at(0);
  const Verdict verdict = test::verdict_of(scene);

  const Tpp& tpp = performance.tpp.at(Basis::declared);
  EXPECT_NEAR(tpp.value, product.tpp, product.tpp * 1e-9);
  EXPECT_EQ(tpp.precision, product.decides);
  EXPECT_EQ(verdict.classification, product.classification);
  EXPECT_EQ(verdict.paragraphs, product.paragraphs);
  EXPECT_EQ(verdict.assurance, Assurance::declared_only);
}

INSTANTIATE_TEST_SUITE_P(
    OctoberTwentyTwentyThree, RealProduct,
    testing::Values(
        Product{"H100_SXM",
                {{P::fp16, 989.4}, {P::tf32, 494.7}, {P::fp8_e4m3, 1979}},
                814,
                true,
                15832,
                P::fp8_e4m3,
                "3A090.a",
                {"3A090.a.1", "3A090.a.2"}},
        Product{"H200",
                {{P::fp16, 989.5}, {P::int8, 1979}},
                814,
                true,
                15832,
                P::fp16,
                "3A090.a",
                {"3A090.a.1", "3A090.a.2"}},
        // 2368 / 814 = 2.91: under every paragraph, which is what it was made for.
        Product{"H20", {{P::fp16, 148}, {P::fp8_e4m3, 296}}, 814, true, 2368, P::fp16, "below", {}},
        Product{"A100",
                {{P::fp64, 19.5},
                 {P::tf32, 156},
                 {P::fp16, 312},
                 {P::int8, 624},
                 {P::int4, 1248},
                 {P::int1, 4992}},
                826,
                true,
                4992,
                P::tf32,
                "3A090.a",
                {"3A090.a.1", "3A090.a.2"}},
        Product{"A800",
                {{P::fp16, 312}, {P::int8, 624}},
                826,
                true,
                4992,
                P::fp16,
                "3A090.a",
                {"3A090.a.1", "3A090.a.2"}},
        Product{"L40S",
                {{P::fp16, 362}, {P::fp8_e4m3, 733}, {P::int4, 733}},
                609,
                true,
                5864,
                P::fp8_e4m3,
                "3A090.a",
                {"3A090.a.1", "3A090.a.2"}},
        Product{"RTX_4090",
                {{P::fp16, 330.3}, {P::int8, 660.6}},
                608.5,
                false,
                5284.8,
                P::fp16,
                "3A090.a",
                {"3A090.a.1", "3A090.a.2"}},
        // Denser than 5.92 and over 1600, and still out: not for datacenters and under 4800.
        Product{"RTX_4090_D",
                {{P::fp16, 294.17}, {P::int8, 588.35}},
                609,
                false,
                4706.8,
                P::int8,
                "below",
                {}},
        Product{"RTX_4090_D_were_it_for_datacenters",
                {{P::int8, 588.35}},
                609,
                true,
                4706.8,
                P::int8,
                "3A090.a",
                {"3A090.a.2"}},
        Product{"L4",
                {{P::fp16, 121}, {P::fp8_e4m3, 242.5}},
                294,
                true,
                1940,
                P::fp8_e4m3,
                "3A090.a",
                {"3A090.a.2"}},
        Product{"T4",
                {{P::fp16, 65}, {P::int8, 130}, {P::int4, 260}},
                545,
                true,
                1040,
                P::fp16,
                "below",
                {}},
        Product{"B200",
                {{P::fp16, 2250}, {P::fp8_e4m3, 4500}, {P::nvfp4, 9000}},
                1628,
                true,
                36000,
                P::fp16,
                "3A090.a",
                {"3A090.a.1", "3A090.a.2"}},
        // 64 bits decide: 45.3 x 64 = 2899.2 over 181 x 16 = 2896.
        Product{"MI210",
                {{P::fp64, 45.3}, {P::fp16, 181}, {P::int8, 181}},
                724,
                true,
                2899.2,
                P::fp64,
                "3A090.b",
                {"3A090.b.1", "3A090.b.2"}},
        Product{"MI300X",
                {{P::fp16, 1307.4}, {P::fp8_e4m3, 2614.9}},
                2400,
                true,
                20919.2,
                P::fp8_e4m3,
                "3A090.a",
                {"3A090.a.1", "3A090.a.2"}},
        // 4.2 to the square millimetre: by .a.1 alone.
        Product{"MI250X",
                {{P::fp64, 95.7}, {P::fp16, 383}},
                1448,
                true,
                6128,
                P::fp16,
                "3A090.a",
                {"3A090.a.1"}},
        // bf16 at the rate of fp8, area not published.
        Product{"Gaudi_3",
                {{P::bf16, 1835}, {P::fp8_e4m3, 1835}},
                0,
                true,
                29360,
                P::bf16,
                "3A090.a",
                {"3A090.a.1"}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Classify, SaysBelowOfAnInventoryAsDeclaredOnly) {
  const Verdict verdict =
      test::verdict_of(test::inventory_of(test::chip("H20", {{P::fp16, 148}}, 814)));

  EXPECT_EQ(verdict.kind, ClassificationKind::below);
  EXPECT_EQ(verdict.rendered, "not 3A090.a/.b; normally 3A991.p (declared only)");
}

// A name is written by firmware and hypervisors as they like: more has to speak for the row.
TEST(Classify, SaysBelowOfAnInventoryByNoNameAlone) {
  struct Told {
    bool pci_id, units, memory;
    const char* classification;
  };
  for (const Told& told :
       {Told{true, true, true, "below"}, Told{true, false, false, "below"},
        Told{false, true, true, "below"}, Told{false, true, false, "undetermined"},
        Told{false, false, true, "undetermined"}, Told{false, false, false, "undetermined"}}) {
    test::Scene scene = test::inventory_of(test::small_chip());
    if (!told.pci_id) scene.device().pci_id.reset();
    if (!told.units) scene.device().units.reset();
    if (!told.memory) scene.device().memory_bytes.reset();
    const Verdict verdict = test::verdict_of(scene);
    EXPECT_EQ(verdict.classification, told.classification);
    EXPECT_EQ(verdict.assurance, Assurance::declared_only);
  }
  test::Scene from_memory = test::inventory_of(test::small_chip());
  from_memory.chip().details.grounds["pci_ids"] = {Confidence::recall, "from memory"};
  from_memory.device().units.reset();
  EXPECT_EQ(test::verdict_of(from_memory).classification, "undetermined");
  EXPECT_THAT(test::verdict_of(from_memory).notes,
              testing::Contains(testing::HasSubstr("beside its name memory size alone agrees")));
}

TEST(Classify, AddsBothDevicesOfABoard) {
  Chip row = test::chip("MI250X", {{P::fp16, 383}}, 1448);
  row.devices_per_package = 2;

  const auto performance = test::aggregate_scene(test::inventory_of(row)).at(0);

  EXPECT_THAT(performance.tpp.at(Basis::declared).value, DoubleNear(6128, 1e-6));
  EXPECT_THAT(performance.facts.failed, ElementsAre());
}

TEST(Classify, ReadsTf32AsThirtyTwoBitsAndSaysThatNineteenWouldChangeIt) {
  const test::Scene scene = test::inventory_of(
      test::chip("Trainium1", {{P::fp16, 190}, {P::tf32, 190}, {P::fp8_e4m3, 190}}, 0));

  const auto performance = test::aggregate_scene(scene).at(0);
  const Verdict verdict = test::verdict_of(scene);

  const Tpp& tpp = performance.tpp.at(Basis::declared);
  EXPECT_DOUBLE_EQ(tpp.value, 6080);
  EXPECT_DOUBLE_EQ(tpp.tf32_at_19.value(), 3610);
  EXPECT_EQ(verdict.classification, "3A090.a");
  EXPECT_THAT(verdict.sensitive_to, testing::Contains("tf32_bits=19: undetermined"));
}

TEST(Classify, FollowsTheReadingThatIsAskedFor) {
  test::Scene scene =
      test::inventory_of(test::chip("Trainium1", {{P::fp16, 190}, {P::tf32, 190}}, 1200));
  scene.options.readings = {{"tf32_bits", "19"}};

  const Verdict verdict = test::verdict_of(scene);

  // 3610 / 1200 = 3.0
  EXPECT_EQ(verdict.classification, "3A090.b");
  EXPECT_THAT(verdict.sensitive_to, testing::Contains("tf32_bits=32: 3A090.a"));
  EXPECT_THAT(verdict.notes, testing::Contains("read with tf32_bits=19"));
}

TEST(Classify, AddsVectorUnitsWhereTheReadingAddsThem) {
  // 588.35 x 8 + 73.54 x 32 = 7060: the reading is worth a class on this card.
  Chip row = test::chip("RTX 4090 D", {{P::int8, 588.35}}, 609, false);
  row.declared_vector[P::fp32] = test::figure(73.54e12);

  const Verdict verdict = test::verdict_of(test::inventory_of(row));

  EXPECT_EQ(verdict.classification, "below");
  EXPECT_THAT(verdict.sensitive_to, testing::Contains("processing_units=added: 3A090.a"));
}

TEST(Classify, DoesNotCallABoardBelowUnderAReadingWhoseFiguresItLacks) {
  test::Scene scene = test::inventory_of(test::chip("H20", {{P::fp16, 148}}, 814));
  scene.options.readings = {{"processing_units", "added"}};

  EXPECT_EQ(test::verdict_of(scene).kind, ClassificationKind::undetermined);
}

// Its cores contradict the row, and those that a cpuset hides cannot.
TEST(Classify, CallsNoProcessorBelowWhoseCoresAreHidden) {
  Chip row = test::small_chip();
  row.kind = DeviceKind::cpu;
  row.pci_ids.clear();
  test::Scene scene = test::inventory_of(row);
  scene.options.classify_cpu = true;
  EXPECT_EQ(test::verdict_of(scene).kind, ClassificationKind::below);
  scene.device().units.reset();
  EXPECT_EQ(test::verdict_of(scene).kind, ClassificationKind::undetermined) << "by its name alone";
  scene.device().units = 80;
  EXPECT_EQ(test::verdict_of(scene).kind, ClassificationKind::undetermined);
  scene.device().units = 40;
  scene.device().slice = true;
  EXPECT_EQ(test::verdict_of(scene).kind, ClassificationKind::undetermined);
}

// Of a part that its PCI id tells, the class is that of the declaration.
TEST(Classify, LeavesAPartOfAKnownProductTheClassOfItsDeclaration) {
  test::Scene scene = test::inventory_of(test::small_chip());
  scene.device().slice = true;

  EXPECT_EQ(test::verdict_of(scene).kind, ClassificationKind::below);
}

}  // namespace
}  // namespace tpp
