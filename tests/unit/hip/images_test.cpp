#include "kernels/hip/images.h"

#include <gtest/gtest.h>

#include <cstring>

namespace tpp::hip {
namespace {

TEST(HipImages, AreOneCodeObjectATarget) {
  for (const char* target : {"gfx908", "gfx90a", "gfx942", "gfx950", "gfx1100", "gfx1101",
                             "gfx1102", "gfx1103", "gfx1150", "gfx1151", "gfx1200", "gfx1201"}) {
    const Image* image = image_of(images(), target);
    ASSERT_NE(image, nullptr) << target;
    ASSERT_GT(image->data.size(), 64u) << target;
    EXPECT_EQ(std::memcmp(image->data.data(), "\177ELF", 4), 0) << target;
    EXPECT_EQ(image->lanes, std::string_view(target).starts_with("gfx9") ? 64u : 32u) << target;
    EXPECT_TRUE(image->has("fma") && image->has("dram")) << target;
  }
}

TEST(HipImages, FitTheirOwnTargetAlone) {
  EXPECT_EQ(image_of(images(), "gfx90"), nullptr);
  EXPECT_EQ(image_of(images(), "gfx1030"), nullptr);
  EXPECT_EQ(image_of(images(), ""), nullptr);
}

TEST(HipImages, FitWhateverSettingsAnArchitectureHas) {
  EXPECT_EQ(target_of("gfx90a:sramecc+:xnack-"), "gfx90a");
  EXPECT_EQ(target_of("gfx1100"), "gfx1100");
}

}  // namespace
}  // namespace tpp::hip
