#include "kernels/hip/rows.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tpp::hip {
namespace {

std::set<std::string> precisions_of(const char* target) {
  const Image& image = *image_of(images(), target);
  std::set<std::string> found;
  for (const RowFamily& family : row_families()) {
    if (!family.runs_on(image)) continue;
    for (const gpu::IssueRow& row : family.rows) {
      if (std::string(row.kernel) == "mma") found.insert(row.precision);
    }
  }
  return found;
}

// AMD's matrix instruction calculator, and the manual of CDNA 4.
TEST(HipRows, AreTheMatrixInstructionsOfEachTarget) {
  using Set = std::set<std::string>;
  EXPECT_EQ(precisions_of("gfx908"), (Set{"fp32", "fp16", "bf16", "int8"}));
  EXPECT_EQ(precisions_of("gfx90a"), (Set{"fp64", "fp32", "fp16", "bf16", "int8"}));
  EXPECT_EQ(precisions_of("gfx942"),
            (Set{"fp64", "fp32", "tf32", "fp16", "bf16", "int8", "fp8_e4m3", "fp8_e5m2"}));
  EXPECT_EQ(precisions_of("gfx950"),
            (Set{"fp64", "fp32", "fp16", "bf16", "int8", "fp8_e4m3", "fp8_e5m2", "fp6_e2m3",
                 "fp6_e3m2", "fp4_e2m1", "mxfp8", "mxfp6", "mxfp4"}));
  for (const char* target : {"gfx1100", "gfx1103", "gfx1150", "gfx1151"}) {
    EXPECT_EQ(precisions_of(target), (Set{"fp16", "bf16", "int8", "int4"})) << target;
  }
  EXPECT_EQ(precisions_of("gfx1201"),
            (Set{"fp16", "bf16", "int8", "int4", "fp8_e4m3", "fp8_e5m2"}));
}

TEST(HipRows, TakeNoFormatThatTheTargetDoesNotHave) {
  for (const RowFamily& family : row_families()) {
    for (const gpu::IssueRow& row : family.rows) {
      const bool fnuz = row.shape.operand == gpu::Element::e4m3_fnuz ||
                        row.shape.operand == gpu::Element::e5m2_fnuz;
      EXPECT_EQ(fnuz, std::string(row.instruction).find("FNUZ") != std::string::npos) << row.entry;
      EXPECT_TRUE(!fnuz || std::string(family.family) == "mfma_gfx942") << row.entry;
    }
  }
}

TEST(HipRows, HaveNamesOfTheirOwnOnEachTarget) {
  for (const Image& image : images()) {
    std::set<std::string> names;
    for (const RowFamily& family : row_families()) {
      if (!family.runs_on(image)) continue;
      for (const gpu::IssueRow& row : family.rows) {
        EXPECT_TRUE(names.insert(row.entry).second) << image.target << " " << row.entry;
        EXPECT_EQ(row.shape.lanes, image.lanes) << row.entry;
      }
    }
  }
}

}  // namespace
}  // namespace tpp::hip
