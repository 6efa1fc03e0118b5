#include "probes/node_identity.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/probes/node_files.h"

namespace tpp {
namespace {

TEST(NodeIdentity, IsWhatTheFirmwareSaysOfMachineBoardAndChassis) {
  const test::MadeNode node;
  node.write("sys/class/dmi/id/sys_vendor", "Supermicro");
  node.write("sys/class/dmi/id/product_name", "SYS-821GE-TNHR");
  node.write("sys/class/dmi/id/product_serial", "S512345X1234567");
  node.write("sys/class/dmi/id/board_name", "X13DEG-OAD");
  node.write("sys/class/dmi/id/chassis_serial", "C8010LK00A0001");

  const auto identity = read_node_identity(node.files());

  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->vendor, "Supermicro");
  EXPECT_EQ(identity->product, "SYS-821GE-TNHR");
  EXPECT_EQ(identity->serial, "S512345X1234567");
  EXPECT_EQ(identity->board, "X13DEG-OAD");
  EXPECT_EQ(identity->chassis_serial, "C8010LK00A0001");
  EXPECT_FALSE(identity->uuid || identity->board_serial || identity->board_vendor);
}

TEST(NodeIdentity, TakesNothingForANameThatMakersLeaveInItsPlace) {
  for (const char* text : {"To Be Filled By O.E.M.", "Default string", "Not Specified", "None",
                           "System Serial Number", "0123456789", "00000000", "", "  ", "..."}) {
    EXPECT_FALSE(firmware_label(text)) << text;
  }
  EXPECT_EQ(firmware_label(" MBF3N1 "), "MBF3N1");
  EXPECT_EQ(firmware_label(std::string("A\x1b[31mB\xff")), "A?[31mB?");
  EXPECT_LE(firmware_label(std::string(1 << 20, 'A'))->size(), 256u);
}

TEST(NodeIdentity, IsAbsentWhereTheFirmwareTellsNothing) {
  const test::MadeNode node;
  EXPECT_FALSE(read_node_identity(node.files()));
  node.write("sys/class/dmi/id/product_serial", "Not Specified");
  EXPECT_FALSE(read_node_identity(node.files()));
}

}  // namespace
}  // namespace tpp
