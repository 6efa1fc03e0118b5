#include "kernels/gpu/gemm/gemm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernels/gpu/gemm/find_library.h"
#include "tests/unit/temporary_directory.h"

namespace tpp::gpu {
namespace {

constexpr uint64_t kGiga = uint64_t{1} << 30;

TEST(GemmShapes, GiveEachUnitAsMuch) {
  const auto shapes = gemm_shapes(132, 16 * kGiga, 16);
  ASSERT_EQ(shapes.size(), 3u);
  // 132 = 12 x 11 tiles of 128 x 256, four times over in each direction, then twice.
  EXPECT_EQ(shapes[0], (GemmShape{12 * 128 * 4, 11 * 256 * 4, 8320}));
  EXPECT_EQ(shapes[1], (GemmShape{12 * 128 * 2, 11 * 256 * 2, 8320}));
  EXPECT_EQ(shapes[2], (GemmShape{8192, 8192, 8192}));
}

TEST(GemmShapes, AreOfAnyNumberOfUnits) {
  for (unsigned units = 1; units <= 200; ++units) {
    for (const GemmShape& shape : gemm_shapes(units, 16 * kGiga, 8)) {
      // What 8-bit formats ask for.
      EXPECT_EQ(shape.m % 16, 0) << units;
      EXPECT_EQ(shape.n % 16, 0) << units;
      EXPECT_EQ(shape.k % 16, 0) << units;
    }
  }
}

TEST(GemmShapes, FitIntoWhatThereIs) {
  EXPECT_EQ(gemm_shapes(132, 1 << 20, 64), (std::vector<GemmShape>{{256, 256, 384}}));
  EXPECT_EQ(gemm_shapes(132, kGiga / 2, 16).size(), 1u);
}

// So that no scale of a tile stands for nothing.
TEST(GemmShapes, AreWholeTilesOfScales) {
  for (unsigned units = 1; units <= 200; ++units) {
    for (const GemmShape& shape : gemm_shapes(units, 16 * kGiga, 8)) {
      EXPECT_EQ(shape.m % 128, 0) << units;
      EXPECT_EQ(shape.n % 128, 0) << units;
      EXPECT_EQ(shape.k % 128, 0) << units;
    }
  }
}

// NVIDIA's figure of one tile: 32 rows of 16 bytes, in each the four blocks of vectors r, r + 32,
// r + 64 and r + 96.
TEST(ScaleLayout, IsThatOfTheLibrarysTiles) {
  const ScaleLayout nv(kNvScaling, 256);  // 16 blocks a vector: 4 tiles a band
  EXPECT_EQ(nv.in_band(0, 0), 0u);
  EXPECT_EQ(nv.in_band(0, 3), 3u);
  EXPECT_EQ(nv.in_band(32, 0), 4u);
  EXPECT_EQ(nv.in_band(97, 2), 16u + 12 + 2);
  EXPECT_EQ(nv.in_band(127, 3), 511u);
  EXPECT_EQ(nv.in_band(1, 4), 512u + 16);
  EXPECT_EQ(nv.band_bytes(), 4 * 512u);
  EXPECT_EQ(nv.band_of(127), 0u);
  EXPECT_EQ(nv.band_of(128), 4 * 512u);
  EXPECT_EQ(nv.in_band(128, 0), 0u);
  EXPECT_EQ(nv.bytes(256), 8 * 512u);
}

TEST(ScaleLayout, TakesWholeTilesForWhatFillsThemInPart) {
  const ScaleLayout mx(kMxScaling, 160);  // 5 blocks: 2 tiles
  EXPECT_EQ(mx.band_bytes(), 2 * 512u);
  EXPECT_EQ(mx.bytes(129), 4 * 512u);
}

// AMD's: the scales of a vector one after another, then those of the next.
TEST(ScaleLayout, InRowsFollowsTheVectors) {
  const ScaleLayout rows(kMxScalingInRows, 384);  // 12 blocks
  EXPECT_EQ(rows.band_bytes(), 12u);
  EXPECT_EQ(rows.band_of(5) + rows.in_band(5, 3), 5u * 12 + 3);
  EXPECT_EQ(rows.bytes(256), 256u * 12);
}

TEST(ScaleLayout, GivesEachBlockAByteOfItsOwn) {
  const ScaleLayout layout(kMxScaling, 384);
  std::set<uint64_t> places;
  for (uint64_t vector = 0; vector < 256; ++vector) {
    for (uint64_t block = 0; block < 12; ++block) {
      places.insert(layout.band_of(vector) + layout.in_band(vector, block));
    }
  }
  EXPECT_EQ(places.size(), 256u * 12);
  EXPECT_EQ(*places.rbegin() + 1, layout.bytes(256));
}

TEST(BlockScaling, MeansWhatTheFormatsSay) {
  EXPECT_EQ(kMxScaling.value(127), 1);
  EXPECT_EQ(kMxScaling.value(120), 1.0 / 128);
  EXPECT_EQ(kNvScaling.value(0x38), 1);
  EXPECT_EQ(kNvScaling.value(0x7e), 448);
  for (const BlockScaling* scaling : {&kMxScaling, &kNvScaling}) {
    std::set<double> values;
    for (const uint8_t pattern : scaling->patterns) values.insert(scaling->value(pattern));
    // Unlike ones, or a wrong place would not show.
    EXPECT_EQ(values.size(), scaling->patterns.size());
    EXPECT_EQ(*values.begin(), 0.5);
    EXPECT_EQ(*values.rbegin(), 2);
  }
}

const LibraryPlaces kPlaces = {"liba.so", {3, 2, 1}, {"", "/opt/a/"}, "the kit of a"};

TEST(LibraryPlaces, AreTriedByVersionThenByFolder) {
  EXPECT_EQ(paths_of(kPlaces, ""),
            (std::vector<std::string>{"liba.so.3", "/opt/a/liba.so.3", "liba.so.2",
                                      "/opt/a/liba.so.2", "liba.so.1", "/opt/a/liba.so.1"}));
  EXPECT_EQ(paths_of(kPlaces, "/mine"),
            (std::vector<std::string>{"/mine/liba.so.3", "/mine/liba.so.2", "/mine/liba.so.1"}));
}

TEST(LibraryPlaces, SayWhatToDoWhereThereIsNone) {
  EXPECT_EQ(none_found(kPlaces, "/mine"), "no liba.so.3, .2 or .1 in /mine");
  EXPECT_EQ(
      none_found(kPlaces, ""),
      "no liba.so.3, .2 or .1 where the loader or the kit of a has it: install it, or name its "
      "folder with option library-path");
  EXPECT_EQ(none_found({"liba.so", {3}, {""}, "the kit"}, "/mine"), "no liba.so.3 in /mine");
}

struct AnyApi {
  std::string found;
  static std::optional<AnyApi> bind(const boundary::SymbolSource&, std::string&) {
    return AnyApi{};
  }
};

TEST(LibraryPlaces, TellWhatIsWrongWithALibraryThatIsThere) {
  const test::TemporaryDirectory folder;
  std::ofstream(folder.path() / "liba.so.2") << "no library\n";
  std::string why;
  EXPECT_FALSE(find_library<AnyApi>(kPlaces, folder.path().string(), why));
  EXPECT_THAT(why, testing::HasSubstr("liba.so.2: "));
  EXPECT_THAT(why, testing::Not(testing::HasSubstr("no liba.so.3")));
}

// A device of the host's memory, whose kernels leave it as it is.
class MemoryDriver final : public Driver {
 public:
  Address allocate(uint64_t bytes) override {
    auto block = std::make_unique<std::vector<std::byte>>(bytes);
    const auto address = reinterpret_cast<Address>(block->data());
    memory_[address] = std::move(block);
    return address;
  }
  void free(Address address) noexcept override { memory_.erase(address); }
  void upload(Address to, const void* from, uint64_t bytes) override {
    std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  }
  void download(void* to, Address from, uint64_t bytes) override {
    std::memcpy(to, reinterpret_cast<const void*>(from), bytes);
  }
  void* function(const std::string&) override { return this; }
  void launch(void*, const Grid&, std::span<void*>) override {}
  void begin_timing() override {}
  double end_timing_ns() override { return 1000; }

 private:
  std::map<Address, std::unique_ptr<std::vector<std::byte>>> memory_;
};

// One value of a product, its operands rounded to so many bits, summed one after the other in fp32
// as a chain of multiply-adds does.
class ChainedRoutine final : public GemmRoutine {
 public:
  ChainedRoutine(int bits, int k) : bits_(bits), k_(k) {}
  std::string library() const override { return "a library"; }
  std::string algorithm() const override { return "a chain"; }
  uint64_t workspace_bytes() const override { return 0; }
  void multiply(const GemmOperands::Set& set) override {
    const auto* a = reinterpret_cast<const float*>(set.a.elements->address());
    const auto* b = reinterpret_cast<const float*>(set.b.elements->address());
    float sum = 0;
    for (int i = 0; i < k_; ++i) sum = std::fma(rounded(a[i]), rounded(b[i]), sum);
    *reinterpret_cast<float*>(set.d->address()) = sum;
  }

 private:
  float rounded(float value) const {
    int exponent = 0;
    const double part = std::frexp(static_cast<double>(value), &exponent);
    return static_cast<float>(std::ldexp(std::round(std::ldexp(part, bits_)), exponent - bits_));
  }
  const int bits_, k_;
};

void make_of_tf32(int bits) {
  const GemmFormat format{
      "tf32", "", boundary::Element::tf32, boundary::Element::f32, boundary::Element::f32, 22};
  const GemmShape shape{1, 1, 8192 + 128};
  MemoryDriver driver;
  make_gemm_workload({driver, 1, 0}, {format, shape},
                     std::make_unique<ChainedRoutine>(bits, shape.k), {});
}

// The sum of as many products as there are in a row has no room for what a long operand adds.
TEST(GemmOfTf32, IsNoneOfFp32HoweverTheLibrarySums) {
  constexpr int kBitsOfTf32 = 11;
  constexpr int kBitsOfFp32 = 24;
  EXPECT_NO_THROW(make_of_tf32(kBitsOfTf32));
  EXPECT_THROW(make_of_tf32(kBitsOfFp32), Failure);
}

}  // namespace
}  // namespace tpp::gpu
