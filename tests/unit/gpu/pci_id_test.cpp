#include "kernels/gpu/pci_id.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/temporary_directory.h"

namespace tpp::gpu {
namespace {

TEST(PciId, IsReadFromTheBus) {
  const test::TemporaryDirectory directory;
  const auto device = directory.path() / "0000:17:00.0";
  std::filesystem::create_directory(device);
  const auto write = [&](const char* name, const char* text) {
    std::ofstream(device / name) << text;
  };
  EXPECT_EQ(pci_id_of(directory.path(), "0000:17:00.0"), "");
  write("vendor", "0x10de\n");
  EXPECT_EQ(pci_id_of(directory.path(), "0000:17:00.0"), "");
  write("device", "0x2335\n");
  EXPECT_EQ(pci_id_of(directory.path(), "0000:17:00.0"), "10de:2335");
  for (const char* damaged : {"", "2335", "0xzz", "0x12345", "0x23 5"}) {
    write("device", damaged);
    const std::string id = pci_id_of(directory.path(), "0000:17:00.0");
    EXPECT_TRUE(id.empty() || id == "10de:0023") << damaged;
  }
}

}  // namespace
}  // namespace tpp::gpu
