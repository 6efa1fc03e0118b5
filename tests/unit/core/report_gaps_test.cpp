#include "agent/report_gaps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

constexpr const char* kListed = "0000:17:00.0";
constexpr const char* kUnseen = "0000:65:00.0";

// One GPU that is listed and one that only the bus shows, which a finding tells.
Report report() {
  Report report;
  Device device;
  device.id.value = kListed;
  report.inventory.devices = {device};
  report.inventory.bus.emplace(2);
  report.inventory.bus->at(0).address = kListed;
  report.inventory.bus->at(1).address = kUnseen;
  report.inventory.bus->at(1).pci_id = "10de:2335";
  report.findings = {
      {"device.unseen", FindingClass::health, Severity::warning, kUnseen, "said"},
      {"evidence.partial", FindingClass::condition, Severity::info, kListed, "said"}};
  return report;
}

auto unseen(const std::string& message) {
  return testing::AllOf(Field(&Finding::code, "device.unseen"), Field(&Finding::subject, kUnseen),
                        Field(&Finding::message, testing::HasSubstr(message)));
}

TEST(ReportGaps, AreWhatItSaysThatItLacks) {
  EXPECT_THAT(gap_findings(report()), ElementsAre(unseen("said")));
}

TEST(ReportGaps, AreWhatItsBusShowsWhereTheWordOfItIsGone) {
  Report without = report();
  without.findings.clear();
  EXPECT_THAT(gap_findings(without), ElementsAre(unseen("10de:2335")));
}

TEST(ReportGaps, AreNoPartsOfADeviceThatIsListed) {
  Report divided = report();
  divided.findings.clear();
  divided.inventory.bus->at(1).physical_function = kListed;
  EXPECT_THAT(gap_findings(divided), IsEmpty());

  divided.inventory.bus->at(1).physical_function.reset();
  divided.inventory.devices[0].id.value = std::string(kUnseen) + "/1";
  divided.inventory.devices[0].package.value = kUnseen;
  divided.inventory.bus->erase(divided.inventory.bus->begin());
  EXPECT_THAT(gap_findings(divided), IsEmpty());
}

}  // namespace
}  // namespace tpp
