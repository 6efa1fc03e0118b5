#include "agent/chips/identify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Chip row(const std::string& id, std::vector<std::string> pci_ids, std::vector<std::string> names) {
  Chip chip = test::chip(id, {{Precision::fp16, 100}}, 500);
  chip.pci_ids = std::move(pci_ids);
  chip.reported_names = std::move(names);
  return chip;
}

Device device(std::optional<std::string> pci_id, std::string name) {
  Device device;
  device.id.value = "0000:01:00.0";
  device.pci_id = std::move(pci_id);
  device.name = std::move(name);
  return device;
}

Identity match(const Catalog& catalog, const Device& device) {
  return match_chip(catalog, Board{}, {&device});
}

std::string found(const Catalog& catalog, const Device& device) {
  const Identity identity = match(catalog, device);
  return identity.chip ? identity.chip->id.value : "none: " + identity.reason;
}

const Catalog kTwo = {"2026-01-01",
                      {row("one", {"10de:2330"}, {"NVIDIA H100 80GB HBM3"}),
                       row("two", {"10de:2335"}, {"NVIDIA H200"})},
                      {}};

TEST(Identify, GoesByPciIdFirst) {
  EXPECT_EQ(found(kTwo, device("10de:2330", "NVIDIA H100 80GB HBM3")), "one");
  EXPECT_EQ(found(kTwo, device("10DE:2330", "whatever")), "one");
}

TEST(Identify, TellsOfANameThatBelongsToAnotherProduct) {
  const Identity identity = match(kTwo, device("10de:2330", "NVIDIA H200"));

  EXPECT_EQ(identity.chip->id.value, "one");
  EXPECT_THAT(identity.differs, Contains(HasSubstr("which the catalogue has as two")));
}

// Nobody knows what its driver reports; what it is called is known.
TEST(Identify, TellsOfTheNameOfAProductThatHasNoReportedOne) {
  Catalog catalog = kTwo;
  catalog.chips[1].vendor = "NVIDIA";
  catalog.chips[1].name = "Tesla T10 16 GB";
  catalog.chips[1].reported_names.clear();
  for (const char* name : {"Tesla T10", "NVIDIA Tesla T10", "tesla t10 16 gb"}) {
    EXPECT_THAT(match(catalog, device("10de:2330", name)).differs,
                Contains(HasSubstr("which the catalogue has as two")))
        << name;
  }
  for (const char* name : {"Tesla T100", "T10", "engineering sample"}) {
    EXPECT_THAT(match(catalog, device("10de:2330", name)).differs, testing::IsEmpty()) << name;
  }
  catalog.chips[0].name = "Tesla T10 8 GB";
  EXPECT_THAT(match(catalog, device("10de:2330", "Tesla T10")).differs, testing::IsEmpty())
      << "it is called so, too";
}

TEST(Identify, GoesByNameWithoutRegardToCaseAndVendor) {
  for (const char* name : {"NVIDIA H200", "nvidia h200", "H200", "NVIDIA H200 MIG 1g.18gb"}) {
    EXPECT_EQ(found(kTwo, device(std::nullopt, name)), "two") << name;
  }
}

TEST(Identify, TellsOfAPciIdThatTheNamedProductDoesNotHave) {
  const Identity identity = match(kTwo, device("10de:9999", "NVIDIA H200"));

  EXPECT_EQ(identity.chip->id.value, "two");
  EXPECT_THAT(identity.differs, Contains(HasSubstr("10de:9999")));
  EXPECT_THAT(identity.agrees, IsEmpty());
}

TEST(Identify, SaysWhyThereIsNoRow) {
  EXPECT_EQ(found(kTwo, device("10de:9999", "Novelty")),
            "none: no catalogue row for 'Novelty' (PCI id 10de:9999)");
  EXPECT_EQ(found(kTwo, device(std::nullopt, "")), "none: no catalogue row for ''");
  EXPECT_THAT(match_chip(kTwo, Board{}, {}).reason, HasSubstr("no device"));
}

TEST(Identify, ReadsBrandStringsOfProcessors) {
  Chip epyc = row("epyc", {}, {"AMD EPYC 9654"});
  Chip xeon = row("xeon", {}, {"Intel Xeon Platinum 8480+"});
  epyc.kind = xeon.kind = DeviceKind::cpu;
  const Catalog catalog = {"", {epyc, xeon}, {}};
  for (const auto& [name, id] : {std::pair("AMD EPYC 9654 96-Core Processor", "epyc"),
                                 std::pair("Intel(R) Xeon(R) Platinum 8480+", "xeon"),
                                 std::pair("Intel(R) Xeon(R) Platinum 8480+ CPU @ 2.00GHz", "xeon"),
                                 std::pair("AMD EPYC 9654P 96-Core Processor", "none")}) {
    Device cpu = device(std::nullopt, name);
    cpu.kind = DeviceKind::cpu;
    cpu.id.value = "cpu:0";
    EXPECT_THAT(found(catalog, cpu), StartsWith(id)) << name;
  }
}

TEST(Identify, NeverTakesAHostProcessorForAnAccelerator) {
  Device cpu = device(std::nullopt, "NVIDIA H200");
  cpu.kind = DeviceKind::cpu;
  cpu.id.value = "cpu:0";

  EXPECT_THAT(found(kTwo, cpu), StartsWith("none"));
}

TEST(Identify, TellsVariantsOfOneIdApartByUnitsAndMemory) {
  Catalog catalog = {
      "", {row("small", {"10de:2bb3"}, {"RTX"}), row("big", {"10de:2bb3"}, {"RTX"})}, {}};
  catalog.chips[0].memory_bytes = test::figure(48e9);
  catalog.chips[1].memory_bytes = test::figure(72e9);
  Device card = device("10de:2bb3", "RTX");
  EXPECT_THAT(found(catalog, card), HasSubstr("ambiguous: PCI id 10de:2bb3 fits small, big"));

  card.memory_bytes = 77309411328;  // 72 GiB
  EXPECT_EQ(found(catalog, card), "big");

  catalog.chips[0].units = test::figure(110);
  card.units = 110;
  EXPECT_EQ(found(catalog, card), "small");  // units are asked before memory
  EXPECT_THAT(match(catalog, card).differs, Contains(HasSubstr("memory size: 77.3 GB reported")));
}

TEST(Identify, CountsIndependentFacts) {
  Device card = device("10de:2330", "NVIDIA H100 80GB HBM3");
  card.units = 40;
  EXPECT_THAT(match(kTwo, card).agrees, ElementsAre("PCI id", "units"));
  EXPECT_THAT(match(kTwo, card).missing, ElementsAre("memory size"));

  card.memory_bytes = 17179869184;  // 16 GiB of nominal 16 GB
  EXPECT_THAT(match(kTwo, card).agrees, ElementsAre("PCI id", "units", "memory size"));
}

TEST(Identify, ContradictsByUnitsOnlyBeyondTwoPercent) {
  Catalog catalog = kTwo;
  catalog.chips[0].units = test::figure(132);
  Device card = device("10de:2330", "NVIDIA H100 80GB HBM3");
  card.units = 130;
  EXPECT_THAT(match(catalog, card).differs, ElementsAre("units: 130 reported, catalogue 132"));
  EXPECT_THAT(match(catalog, card).units_differ, IsEmpty());

  card.units = 114;
  EXPECT_THAT(match(catalog, card).units_differ, ElementsAre("units: 114 reported, catalogue 132"));

  catalog.chips[0].units->confidence = Confidence::recall;
  EXPECT_THAT(match(catalog, card).units_differ, IsEmpty());
}

// What one has too much and another too little adds up to the board all the same.
TEST(Identify, HoldsEachDeviceOfABoardAgainstTheRow) {
  Catalog catalog = kTwo;
  catalog.chips[0].devices_per_package = 2;
  catalog.chips[0].units = test::figure(80);
  Device one = device("10de:2330", "NVIDIA H100 80GB HBM3");
  one.units = 40;
  one.memory_bytes = 8589934592;
  Device other = one;
  other.id.value = "0000:02:00.0";
  const auto differs = [&] { return match_chip(catalog, Board{}, {&one, &other}).differs; };
  EXPECT_THAT(differs(), IsEmpty());

  one.units = 20;
  other.units = 60;
  EXPECT_THAT(differs(), ElementsAre("units: 20 reported by 0000:01:00.0, catalogue 40"));
  EXPECT_THAT(match_chip(catalog, Board{}, {&one, &other}).units_differ, testing::SizeIs(1));

  one.units = other.units = 40;
  one.memory_bytes = 4294967296;
  other.memory_bytes = 12884901888;
  EXPECT_THAT(differs(), ElementsAre(HasSubstr("memory size: 4.3 GB reported by 0000:01:00.0")));

  one.memory_bytes = other.memory_bytes = 8589934592;
  other.name = "NVIDIA H200";
  EXPECT_THAT(differs(), ElementsAre(HasSubstr("which the catalogue has as two")));
}

// What one has too many and another too few nearly adds up.
TEST(Identify, NamesTheDeviceWhoseUnitsAreFurthestFromItsShare) {
  Catalog catalog = kTwo;
  catalog.chips[0].devices_per_package = 2;
  catalog.chips[0].units = test::figure(80);
  Device one = device("10de:2330", "NVIDIA H100 80GB HBM3");
  one.units = 36;
  Device other = one;
  other.id.value = "0000:02:00.0";
  other.units = 45;

  const Identity identity = match_chip(catalog, Board{}, {&one, &other});

  const std::string text = "units: 45 reported by 0000:02:00.0, catalogue 40";
  EXPECT_THAT(identity.differs, ElementsAre(text));
  EXPECT_THAT(identity.units_differ, ElementsAre(text)) << "81 of 80 are within 2 %";

  one.units = other.units = 36;
  EXPECT_THAT(match_chip(catalog, Board{}, {&one, &other}).units_differ,
              ElementsAre("units: 72 reported, catalogue 80"))
      << "devices that are alike are the board's sum";
}

Catalog twins_of(const std::string& vendor, const std::string& other_vendor) {
  Catalog catalog = {"", {row("one", {}, {"Twin"}), row("two", {}, {"Twin"})}, {}};
  catalog.chips[0].vendor = vendor;
  catalog.chips[1].vendor = other_vendor;
  return catalog;
}

TEST(Identify, TellsOfADeviceThatContradictsEachOfTheRowsThatFitIt) {
  Device told = device(std::nullopt, "Twin");
  told.vendor = "Intel(R) Corporation";

  const Identity identity = match(twins_of("NVIDIA", "AMD"), told);

  EXPECT_EQ(identity.chip, nullptr);
  EXPECT_THAT(identity.units_differ,
              ElementsAre("vendor: 0000:01:00.0 reports Intel(R) Corporation, catalogue NVIDIA, "
                          "and so with each of one, two"));
  EXPECT_EQ(identity.differs, identity.units_differ);
  EXPECT_THAT(match(twins_of("NVIDIA", "Intel"), told).differs, IsEmpty())
      << "it may be the other one";
  told.vendor = "Example Semiconductor";
  const Identity odd = match(twins_of("NVIDIA", "AMD"), told);
  EXPECT_THAT(odd.differs, testing::SizeIs(1));
  EXPECT_THAT(odd.units_differ, IsEmpty()) << "a word that nobody knows contradicts nothing";
  told.vendor = "NVIDIA";
  EXPECT_THAT(match(twins_of("NVIDIA", "NVIDIA"), told).differs, IsEmpty());
}

TEST(Identify, HoldsEachDeviceOfSeveralProductsAgainstItsOwnRow) {
  Catalog catalog = kTwo;
  for (Chip& chip : catalog.chips) chip.vendor = "NVIDIA";
  Device one = device("10de:2330", "NVIDIA H100 80GB HBM3");
  Device two = device("10de:2335", "NVIDIA H200");
  two.id.value = "0000:02:00.0";
  EXPECT_THAT(match_chip(catalog, Board{}, {&one, &two}).differs, IsEmpty());

  two.vendor = "AMD";

  EXPECT_THAT(match_chip(catalog, Board{}, {&one, &two}).units_differ,
              ElementsAre("vendor: 0000:02:00.0 reports AMD, catalogue NVIDIA"));
}

TEST(Identify, TellsWhereTheNameAloneChoseAmongRowsOfOnePciId) {
  Catalog catalog = {
      "", {row("small", {"10de:2bb3"}, {"RTX 1"}), row("big", {"10de:2bb3"}, {"RTX 2"})}, {}};
  Device card = device("10de:2bb3", "RTX 1");
  EXPECT_EQ(found(catalog, card), "small");
  EXPECT_THAT(match(catalog, card).missing, Contains(std::string(kToldApartByName) + "small, big"));

  catalog.chips[1].units = test::figure(110);
  card.units = 40;
  EXPECT_THAT(match(catalog, card).missing, Not(Contains(StartsWith("what but the name"))));
}

TEST(Identify, DoesNotTakeUnitsAndMemoryOfASliceForTheDevices) {
  Device slice = device("10de:2330", "NVIDIA H100 80GB HBM3 MIG 1g.10gb");
  slice.slice = true;
  slice.units = 16;
  slice.memory_bytes = 10000000000;

  const Identity identity = match(kTwo, slice);

  EXPECT_EQ(identity.chip->id.value, "one");
  EXPECT_THAT(identity.differs, IsEmpty());
  EXPECT_THAT(identity.missing, ElementsAre("units", "memory size"));
}

TEST(Identify, GivesNoRowToABoardOfUnlikeDevices) {
  const Device one = device("10de:2330", "NVIDIA H100 80GB HBM3");
  const Device two = device("10de:2335", "NVIDIA H200");

  const Identity identity = match_chip(kTwo, Board{}, {&one, &two});

  EXPECT_EQ(identity.chip, nullptr);
  EXPECT_THAT(identity.reason, HasSubstr("several products"));
  EXPECT_THAT(identity.missing, ElementsAre(HasSubstr("which of the products")));
}

}  // namespace
}  // namespace tpp
