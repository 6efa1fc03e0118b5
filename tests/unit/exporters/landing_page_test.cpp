#include "exporters/landing_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::Not;

Inventory one_device() {
  Device device;
  device.id = {"0000:17:00.0"};
  device.board = {"board-1"};
  device.name = "NVIDIA H200";
  device.units = 132;
  device.unit_kind = "SM";
  device.memory_bytes = 150ull << 30;
  device.pci_id = "10de:2335";
  device.backend = "cuda";
  Inventory inventory;
  inventory.node.hostname = "node7";
  inventory.node.kernel = "6.1.0";
  inventory.devices = {device};
  return inventory;
}

TEST(LandingPage, ShowsEachDeviceAndWhereTheRestIs) {
  const std::string page = landing_page(one_device(), {"0.1.0", "/metrics", "/api/v1/report"});
  for (const char* shown :
       {"node7", "tpp-agent 0.1.0", "<td>0000:17:00.0</td>", "<td>NVIDIA H200</td>",
        "<td>132 SM</td>", "<td>150 GiB</td>", "<td>cuda</td>", "href=\"/metrics\"",
        "href=\"/api/v1/report\"", "href=\"/-/healthy\"", "href=\"/-/ready\""}) {
    EXPECT_THAT(page, HasSubstr(shown));
  }
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(LandingPage, ShowsWhatIsUnknownAsUnknown) {
  Inventory inventory = one_device();
  inventory.devices[0].units.reset();
  inventory.devices[0].memory_bytes.reset();
  inventory.devices[0].backend.clear();
  const std::string page = landing_page(inventory, {"0.1.0"});
  EXPECT_THAT(page, HasSubstr("<td>NVIDIA H200</td><td>-</td><td>-</td>"));
  EXPECT_THAT(page, HasSubstr("<td>none</td>"));
}

TEST(LandingPage, ShowsNamesAsTextWhateverIsInThem) {
  Inventory inventory = one_device();
  inventory.devices[0].name = "<script>alert('\"&')</script>\n\u202e";
  inventory.node.hostname = "<b>node</b>";
  const std::string page = landing_page(inventory, {"<i>0.1.0</i>", "/\"metrics"});
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;??"));
  EXPECT_THAT(page, HasSubstr("href=\"/&quot;metrics\""));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, Not(HasSubstr("<i>")));
}

TEST(LandingPage, SaysInItsFirstLinesThatDevicesAreSimulated) {
  Inventory inventory = one_device();
  EXPECT_THAT(landing_page(inventory, {"0.1.0"}), Not(HasSubstr("SIMULATED")));
  inventory.devices[0].simulated = true;
  const std::string page = landing_page(inventory, {"0.1.0"});
  EXPECT_THAT(page, HasSubstr("<strong>SIMULATED"));
  EXPECT_THAT(page, HasSubstr("NVIDIA H200 (simulated)"));
  inventory.devices.clear();
  EXPECT_THAT(landing_page(inventory, {"0.1.0"}), HasSubstr("No device was found."));
}

}  // namespace
}  // namespace tpp
