#include "kernels/cuda/rows.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

#include "kernels/cuda/images.h"

namespace tpp::cuda {
namespace {

bool holds(const Image& image, const std::string& kernel) {
  const std::string bytes(reinterpret_cast<const char*>(image.data.data()), image.data.size());
  return image.is_ptx() ? bytes.find(".entry " + kernel + "(") != std::string::npos
                        : bytes.find(".text." + kernel + std::string(1, '\0')) != std::string::npos;
}

// So that what the host lists by its table is there when it is asked for.
TEST(Rows, AreInEveryImageOfTheirFamily) {
  std::set<std::string> families;
  for (const RowFamily& family : row_families()) {
    int count = 0;
    for (const Image& image : images()) {
      if (std::string(image.family) != family.family) continue;
      ++count;
      for (const gpu::IssueRow& row : family.rows) {
        EXPECT_TRUE(holds(image, row.entry)) << row.entry << " " << image.architecture;
      }
    }
    // Of what the toolkit could not compile at all there is no image.
    for (const Image& image : left_out()) count += std::string(image.family) == family.family;
    EXPECT_GT(count, 0) << family.family;
    families.insert(family.family);
  }
  families.insert({"dram", "fill"});  // have no rows
  for (const Image& image : images()) EXPECT_TRUE(families.contains(image.family)) << image.family;
}

// The instruction's own words say its shape and formats: the table says the same.
TEST(Rows, SayWhatTheirInstructionsAreNamedFor) {
  std::set<std::string> entries;
  for (const RowFamily& family : row_families()) {
    for (const gpu::IssueRow& row : family.rows) {
      EXPECT_TRUE(entries.insert(row.entry).second) << row.entry;
      // Those of tensor memory have their shape in a descriptor, vector ones have none.
      const bool named = row.shape.product != gpu::Product::lanewise &&
                         row.place != gpu::OperandPlace::tensor_memory;
      if (!named) continue;
      const std::string shape = ".m" + std::to_string(row.shape.m) + "n" +
                                std::to_string(row.shape.n) + "k" + std::to_string(row.shape.k) +
                                ".";
      EXPECT_NE(std::string(row.instruction).find(shape), std::string::npos) << row.entry;
    }
  }
}

const gpu::IssueRow& row_named(const std::string& entry) {
  for (const RowFamily& family : row_families()) {
    for (const gpu::IssueRow& row : family.rows) {
      if (entry == row.entry) return row;
    }
  }
  throw std::invalid_argument(entry);
}

TEST(Rows, MayBeOutrunByWhatTheToolkitLeftOutOfTheirPrecision) {
  const Image left_out[] = {{"mma_sm89_fp16", "sm_89", {}}};

  EXPECT_TRUE(may_be_outrun(left_out, row_named("mma_sm89_e4m3_fp32")));
  EXPECT_TRUE(may_be_outrun(left_out, row_named("mma_sm89_e5m2_fp32")));
  EXPECT_FALSE(may_be_outrun(left_out, row_named("mma_sm80_bf16")));
  EXPECT_FALSE(may_be_outrun({}, row_named("mma_sm89_e4m3_fp32")));
}

TEST(Rows, OfFamiliesThatTheToolkitLeftOutAreFound) {
  const Image left_out[] = {{"mma_sm89_fp16", "sm_89", {}}};
  const auto is = [](const char* entry) {
    return [entry](const gpu::IssueRow& row) { return std::string(row.entry) == entry; };
  };

  EXPECT_TRUE(any_left_out(left_out, is("mma_sm89_e4m3_fp16")));
  EXPECT_FALSE(any_left_out(left_out, is("mma_sm89_e4m3_fp32")));
}

}  // namespace
}  // namespace tpp::cuda
