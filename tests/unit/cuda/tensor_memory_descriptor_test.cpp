#include "kernels/cuda/device/tensor_memory_descriptor.h"

#include <gtest/gtest.h>

namespace tpp::cuda {
namespace {

// Bits [first, first + count).
uint64_t bits(uint64_t word, unsigned first, unsigned count) {
  return word >> first & ((uint64_t{1} << count) - 1);
}

// "Instruction descriptor" of .kind::mxf4 and .kind::mxf4nvf4.
TEST(TensorMemoryDescriptor, SaysWhetherFp4HasSixtyFourOrNinetySixElementsAlongK) {
  const Multiplication one = {Element::e2m1, Element::f32, 128, 256, 64};
  const Multiplication deep = {Element::e2m1, Element::f32, 256, 256, 96};

  EXPECT_EQ(instruction_descriptor(one, Scales::ue4m3), 0x08400480u);
  EXPECT_EQ(instruction_descriptor(deep, Scales::ue4m3), 0x90400480u);
  EXPECT_EQ(instruction_descriptor(deep, Scales::ue8m0), 0x90c00480u);
}

// "Instruction descriptor" of .kind::tf32, .kind::f16, .kind::f8f6f4 and .kind::i8: bits 30 and 31
// are of the `.ws` forms.
TEST(TensorMemoryDescriptor, NamesFormatsAndShape) {
  const uint32_t bf16 =
      instruction_descriptor({Element::bf16, Element::f32, 128, 256, 16}, Scales::none);
  EXPECT_EQ(bits(bf16, 4, 2), 1u);
  EXPECT_EQ(bits(bf16, 7, 3), 1u);
  EXPECT_EQ(bits(bf16, 10, 3), 1u);
  EXPECT_EQ(bits(bf16, 17, 6), 32u);
  EXPECT_EQ(bits(bf16, 24, 5), 8u);
  EXPECT_EQ(bits(bf16, 30, 2), 0u);
  const uint32_t e2m1 =
      instruction_descriptor({Element::e2m1, Element::f32, 128, 256, 32}, Scales::none);
  EXPECT_EQ(bits(e2m1, 7, 3), 5u);
}

// "Shared memory descriptor": start, leading and stride offset without their lowest four bits.
TEST(TensorMemoryDescriptor, PutsATileWhereItIs) {
  const uint64_t tile = tile_descriptor(0x12400, false);
  EXPECT_EQ(bits(tile, 0, 14), 0x1240u);
  EXPECT_EQ(bits(tile, 16, 14), 1u);
  EXPECT_EQ(bits(tile, 32, 14), 1024u >> 4);
  EXPECT_EQ(bits(tile, 46, 3), 1u);
  EXPECT_EQ(bits(tile, 49, 4), 0u);
  EXPECT_EQ(bits(tile, 61, 3), 2u);
}

TEST(TensorMemoryDescriptor, SaysWhereARowGoesOnByItsAddress) {
  const uint64_t tile = tile_descriptor(0x12400, true);
  EXPECT_EQ(bits(tile, 0, 14), 0x1240u);
  EXPECT_EQ(bits(tile, 16, 14), 0x1240u);
  EXPECT_EQ(bits(tile, 49, 3), 0u);
  EXPECT_EQ(bits(tile, 52, 1), 1u);
  EXPECT_EQ(bits(tile, 61, 3), 2u);
}

}  // namespace
}  // namespace tpp::cuda
