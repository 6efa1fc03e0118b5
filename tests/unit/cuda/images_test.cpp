#include "kernels/cuda/images.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace tpp::cuda {
namespace {

const Image kAll[] = {
    {"wide", "sm_90a", {}},    {"mma", "sm_80", {}},   {"mma", "sm_86", {}},
    {"mma", "sm_90a", {}},     {"mma", "sm_103a", {}}, {"vec", "sm_75", {}},
    {"vec", "sm_80", {}},      {"vec", "sm_90a", {}},  {"mma", "compute_80", {}},
    {"vec", "compute_75", {}},
};

std::map<std::string, std::string> chosen(int major, int minor) {
  std::map<std::string, std::string> by_family;
  for (const Image& image : images_for(kAll, {major, minor})) {
    EXPECT_TRUE(by_family.emplace(image.family, image.architecture).second);
  }
  return by_family;
}

using Chosen = std::map<std::string, std::string>;

TEST(Images, AreOfTheDevicesOwnArchitecture) {
  EXPECT_EQ(chosen(9, 0), (Chosen{{"wide", "sm_90a"}, {"mma", "sm_90a"}, {"vec", "sm_90a"}}));
  EXPECT_EQ(chosen(8, 0), (Chosen{{"mma", "sm_80"}, {"vec", "sm_80"}}));
  EXPECT_EQ(chosen(7, 5), (Chosen{{"vec", "sm_75"}}));
}

TEST(Images, OfAnEarlierMinorNumberRunOnALaterOne) {
  EXPECT_EQ(chosen(8, 6), (Chosen{{"mma", "sm_86"}, {"vec", "sm_80"}}));
  EXPECT_EQ(chosen(8, 9), (Chosen{{"mma", "sm_86"}, {"vec", "sm_80"}}));
}

TEST(Images, OfCardsRunOnNoSystemOnChip) {
  EXPECT_EQ(chosen(8, 7), (Chosen{{"mma", "compute_80"}, {"vec", "compute_75"}}));
}

// Code for one architecture alone ("a") runs on that one alone.
TEST(Images, OfOneArchitectureAloneRunOnNoOther) {
  EXPECT_EQ(chosen(10, 3), (Chosen{{"mma", "sm_103a"}}));
  EXPECT_EQ(chosen(10, 0), (Chosen{{"mma", "compute_80"}, {"vec", "compute_75"}}));
}

TEST(Images, OfPtxAreForWhatThereIsNoMachineCodeFor) {
  EXPECT_EQ(chosen(13, 0), (Chosen{{"mma", "compute_80"}, {"vec", "compute_75"}}));
  EXPECT_EQ(chosen(7, 0), Chosen{});
}

TEST(Images, OfPtxStandByForDriversThatRefuseMachineCode) {
  Chosen by_family;
  for (const Image& image : ptx_for(kAll, {9, 0})) by_family[image.family] = image.architecture;
  EXPECT_EQ(by_family, (Chosen{{"mma", "compute_80"}, {"vec", "compute_75"}}));
}

TEST(Images, InTheModuleAreElfFilesAndTexts) {
  EXPECT_GT(images().size(), 20u);
  for (const Image& image : images()) {
    ASSERT_GT(image.data.size(), 100u) << image.family;
    const char* begin = reinterpret_cast<const char*>(image.data.data());
    const std::string head(begin, 4);
    EXPECT_EQ(head == "\177ELF", !image.is_ptx()) << image.family;
    if (!image.is_ptx()) continue;
    const std::string text = begin;  // as the driver reads it, to its NUL
    EXPECT_EQ(text.size(), image.data.size());
    EXPECT_NE(text.find("\n.version 7.4\n"), std::string::npos);
  }
}

}  // namespace
}  // namespace tpp::cuda
