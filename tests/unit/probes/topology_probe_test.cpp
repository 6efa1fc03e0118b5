#include "probes/topology/topology_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "agent/support/error.h"
#include "agent/support/file.h"
#include "probes/probe.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

fs::path switched_gpus() { return fs::path(TPP_FIXTURES) / "nodes/switched-gpus"; }

std::string recorded_xml() { return read_file(switched_gpus() / "topology.xml"); }

NodeTopology switched_topology() { return *probe_topology(NodeFiles(switched_gpus())).topology; }

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text << '\n';
}

TEST(TopologyProbe, ShowsMemoryNodesWithTheirMemory) {
  const NodeTopology topology = switched_topology();

  ASSERT_EQ(topology.numa_nodes.size(), 2u);
  EXPECT_EQ(topology.numa_nodes[1].number, 1);
  EXPECT_EQ(topology.numa_nodes[1].memory_bytes, 274877906944u);
  EXPECT_EQ(topology.source, Source::read);
}

TEST(TopologyProbe, ShowsTheBridgesThatLeadToADeviceTheNearestFirst) {
  EXPECT_THAT(upstream_of(switched_topology(), "0000:04:00.0"),
              ElementsAre("0000:02:01.0", "0000:01:00.0", "0000:00:01.0", "0000:[00-06]"));
}

TEST(TopologyProbe, DescribesADeviceAsTheBusDoes) {
  const NodeTopology topology = switched_topology();

  const PciObject* const gpu = find_pci(topology, "0000:03:00.0");
  ASSERT_NE(gpu, nullptr);
  EXPECT_EQ(gpu->kind, PciKind::device);
  EXPECT_EQ(gpu->pci_id, "10de:2330");
  EXPECT_EQ(gpu->class_code, "0302");
  EXPECT_THAT(gpu->numa_nodes, ElementsAre(0));
  EXPECT_NEAR(gpu->link_bytes_per_s.value_or(0), 31.507692e9, 1e4);
  EXPECT_THAT(gpu->os_devices, ElementsAre("card1", "renderD128"));
  EXPECT_THAT(find_pci(topology, "0000:83:00.0")->numa_nodes, ElementsAre(1));
}

// hwloc hangs at the machine itself what it cannot place.
TEST(TopologyProbe, CallsWhatIsNearEveryMemoryNodeNearNone) {
  std::string text = recorded_xml();
  const auto last_bus = text.rfind("<object", text.rfind("bridge_type=\"0-1\""));
  text.erase(text.rfind("</object>"), std::string("</object>").size());
  text.insert(last_bus, "</object>");

  const NodeTopology topology = topology_of_xml(text, "moved.xml");

  EXPECT_THAT(find_pci(topology, "0000:83:00.0")->numa_nodes, testing::IsEmpty());
  EXPECT_THAT(find_pci(topology, "0000:03:00.0")->numa_nodes, ElementsAre(0));
}

TEST(TopologyProbe, KnowsNoSpeedOfALinkThatTellsNone) {
  const NodeTopology topology = switched_topology();

  EXPECT_EQ(find_pci(topology, "0000:05:00.0")->link_bytes_per_s, std::nullopt);
}

TEST(TopologyProbe, LeavesOutDevicesThatComputeNothingAndTheirBridges) {
  const NodeTopology topology = switched_topology();

  EXPECT_EQ(find_pci(topology, "0000:06:00.0"), nullptr);
  EXPECT_EQ(find_pci(topology, "0000:00:1d.0"), nullptr);
}

TEST(TopologyProbe, ShowsProcessingAcceleratorsBesideDisplayControllers) {
  EXPECT_NE(find_pci(switched_topology(), "0000:84:00.0"), nullptr);
}

TEST(TopologyProbe, ReadsTheLanesOfALinkFromTheKernel) {
  const test::TemporaryDirectory node;
  write(node.path() / "topology.xml", recorded_xml());
  write(node.path() / "sys/bus/pci/devices/0000:03:00.0/current_link_width", "16");
  write(node.path() / "sys/bus/pci/devices/0000:04:00.0/current_link_width", "255");

  const Inventory inventory = probe_topology(NodeFiles(node.path()));

  EXPECT_EQ(find_pci(*inventory.topology, "0000:03:00.0")->link_lanes, 16);
  EXPECT_EQ(find_pci(*inventory.topology, "0000:04:00.0")->link_lanes, std::nullopt);
}

TEST(TopologyProbe, LeavesTheBusAloneWhileAnAcceleratorSleeps) {
  const test::TemporaryDirectory node;
  write(node.path() / "topology.xml", recorded_xml());
  const fs::path sleeping = node.path() / "sys/bus/pci/devices/0000:03:00.0";
  write(sleeping / "class", "0x030200");
  write(sleeping / "power/runtime_status", "suspended");

  const Inventory inventory = probe_topology(NodeFiles(node.path()));

  EXPECT_TRUE(inventory.topology->pci.empty());
  EXPECT_EQ(inventory.topology->numa_nodes.size(), 2u);
  ASSERT_EQ(inventory.findings.size(), 1u);
  EXPECT_EQ(inventory.findings[0].code, "topology.bus_not_read");
  EXPECT_EQ(inventory.findings[0].subject, "0000:03:00.0");
}

TEST(TopologyProbe, ReadsTheBusWhileSomethingElseSleeps) {
  const test::TemporaryDirectory node;
  write(node.path() / "topology.xml", recorded_xml());
  const fs::path sleeping = node.path() / "sys/bus/pci/devices/0000:06:00.0";
  write(sleeping / "class", "0x020000");
  write(sleeping / "power/runtime_status", "suspended");

  const Inventory inventory = probe_topology(NodeFiles(node.path()));

  EXPECT_FALSE(inventory.topology->pci.empty());
  EXPECT_TRUE(inventory.findings.empty());
}

TEST(TopologyProbe, ReadsThisNode) {
  const Inventory inventory = probe_topology(NodeFiles());

  EXPECT_FALSE(inventory.topology->numa_nodes.empty());
  EXPECT_TRUE(inventory.devices.empty());
}

TEST(EnteredTopology, OfAFileSaysWhoseItIs) {
  const std::string path = (switched_gpus() / "topology.xml").string();

  const Inventory inventory = entered_topology("file:" + path);

  EXPECT_EQ(inventory.node.hostname, "switched");
  EXPECT_EQ(inventory.topology->source, Source::entered);
  EXPECT_EQ(inventory.topology->origin, path);
}

TEST(EnteredTopology, OfWordsHasMemoryNodesAndNoBus) {
  const Inventory inventory = entered_topology("synthetic:pack:2 numa:2 core:4 pu:2");

  EXPECT_EQ(inventory.topology->numa_nodes.size(), 4u);
  EXPECT_TRUE(inventory.topology->pci.empty());
}

TEST(EnteredTopology, OfOtherWordsIsRefusedWithAnExample) {
  EXPECT_THAT([] { entered_topology("synthetic:eight GPUs"); },
              ThrowsMessage<Error>(HasSubstr("such as \"pack:2")));
  EXPECT_THAT([] { entered_topology("elsewhere"); }, ThrowsMessage<Error>(HasSubstr("file:PATH")));
  EXPECT_THAT([] { entered_topology("file:/nonexistent.xml"); },
              ThrowsMessage<Error>(HasSubstr("/nonexistent.xml")));
}

TEST(TopologyXml, ThatIsCutShortIsRefused) {
  const std::string whole = recorded_xml();

  EXPECT_THAT([&] { topology_of_xml(whole.substr(0, whole.size() / 2), "cut.xml"); },
              ThrowsMessage<Error>(HasSubstr("cut.xml")));
}

TEST(TopologyXml, OfAnotherKindIsRefused) {
  EXPECT_THAT([] { topology_of_xml("<html><body/></html>", "page.html"); },
              ThrowsMessage<Error>(HasSubstr("page.html: is no topology of hwloc")));
  EXPECT_THAT([] { topology_of_xml("", "empty.xml"); },
              ThrowsMessage<Error>(HasSubstr("empty.xml")));
}

// hwloc's own importer dies of it.
TEST(TopologyXml, OfAnObjectThatLacksHalfOfItsSetsIsRefused) {
  for (const std::string lost :
       {" cpuset=", " complete_cpuset=", " nodeset=", " complete_nodeset="}) {
    std::string text = recorded_xml();
    text.replace(text.find(lost, text.find("NUMANode")), lost.size(), " lost=");

    EXPECT_THAT([&] { topology_of_xml(text, "lost.xml"); },
                ThrowsMessage<Error>(HasSubstr("lost.xml: is damaged: an object has")));
  }
}

TEST(TopologyXml, NestedDeeperThanAnyMachineIsRefused) {
  std::string text = "<topology version=\"2.0\">\n";
  for (int i = 0; i < 200'000; ++i) text += "<object type=\"Group\" gp_index=\"1\">";

  EXPECT_THAT([&] { topology_of_xml(text, "deep.xml"); },
              ThrowsMessage<Error>(HasSubstr("within each other")));
}

TEST(Topology, FindsThePlaceOfADeviceByItsAddressOrItsPackage) {
  const NodeTopology topology = switched_topology();
  Device instance;
  instance.id.value = "0000:03:00.0/MIG-1";
  Device partition;
  partition.id.value = "second partition";
  partition.package.value = "0000:83:00.0";
  Device socket;
  socket.id.value = "cpu:0";

  EXPECT_EQ(place_of(topology, instance)->address, "0000:03:00.0");
  EXPECT_EQ(place_of(topology, partition)->address, "0000:83:00.0");
  EXPECT_EQ(place_of(topology, socket), nullptr);
}

TEST(Topology, FollowsARingOfBridgesOnce) {
  NodeTopology topology;
  topology.pci.resize(2);
  topology.pci[0].address = "a";
  topology.pci[0].upstream = "b";
  topology.pci[1].address = "b";
  topology.pci[1].upstream = "a";

  EXPECT_LE(upstream_of(topology, "a").size(), 2u);
}

TEST(TopologyProbe, RunsOnlyWhereItIsAskedFor) {
  const Probe* const probe = find_probe("topology");
  ASSERT_NE(probe, nullptr);
  EXPECT_NE(probe->entered, nullptr);
}

}  // namespace
}  // namespace tpp
