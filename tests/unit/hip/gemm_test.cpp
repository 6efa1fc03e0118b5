#include "kernels/hip/gemm/gemm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "tests/unit/hip/fake_runtime.h"

namespace tpp::hip {
namespace {

using boundary::Benchmark;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Every function of a library but those that are named.
boundary::SymbolSource all_but(std::set<std::string> absent) {
  return [absent = std::move(absent)](const char* name) -> void* {
    static int code = 0;
    return absent.count(name) != 0 ? nullptr : &code;
  };
}

Image image_for(const char* target) { return {target, 64, {}, {}}; }

Device device_of(const char* target, const Image& image) {
  Device device;
  boundary::set_text(device.info.architecture, target);
  device.info.units = 4;
  device.info.memory_bytes = 1 << 20;
  device.code.image = &image;
  return device;
}

std::map<std::string, Benchmark> rows_of(const char* target, BlasLibraries& libraries) {
  const HipApi api = fake_api();
  const Image image = image_for(target);
  Device device = device_of(target, image);
  std::map<std::string, Benchmark> rows;
  for (Benchmark& row : gemm_benchmarks(api, device, libraries)) {
    const bool fresh = rows.emplace(row.subject, row).second;
    EXPECT_TRUE(fresh) << row.subject << " is listed twice";
  }
  return rows;
}

BlasLibraries both() {
  BlasLibraries libraries;
  libraries.hipblaslt.emplace(HipblasLtApi{});
  libraries.rocblas.emplace();
  return libraries;
}

TEST(BlasPlaces, AreThoseOfTheRuntimesOwnRocm) {
  EXPECT_THAT(blas_places(70'200'000).hipblaslt.versions, ElementsAre(1));
  EXPECT_THAT(blas_places(70'200'000).rocblas.versions, ElementsAre(5));
  EXPECT_THAT(blas_places(60'400'000).hipblaslt.versions, ElementsAre(0));
  EXPECT_THAT(blas_places(60'400'000).rocblas.versions, ElementsAre(4));
  EXPECT_THAT(blas_places(50'700'000).hipblaslt.versions, IsEmpty());
  EXPECT_THAT(blas_places(50'700'000).rocblas.versions, ElementsAre(3, 0));
  EXPECT_THAT(blas_places(80'000'000).rocblas.versions, IsEmpty());
  EXPECT_THAT(blas_places(70'200'000).rocblas.folders, ElementsAre("", "/opt/rocm/lib/"));
}

TEST(BlasLibraries, SayWhyTheyAreNotThere) {
  const HipApi api = fake_api();
  fake.version = 60'300'000;
  const BlasLibraries of_rocm_6 = find_blas_libraries(api, "/nowhere");
  EXPECT_FALSE(of_rocm_6.hipblaslt);
  EXPECT_FALSE(of_rocm_6.rocblas);
  EXPECT_EQ(of_rocm_6.why_no_hipblaslt, "no libhipblaslt.so.0 in /nowhere");
  EXPECT_EQ(of_rocm_6.why_no_rocblas, "no librocblas.so.4 in /nowhere");
  fake.version = 50'600'000;
  const BlasLibraries of_rocm_5 = find_blas_libraries(api, "/nowhere");
  EXPECT_EQ(of_rocm_5.why_no_hipblaslt,
            "the hipBLASLt of ROCm 5 is not one that this module takes");
  EXPECT_EQ(of_rocm_5.why_no_rocblas, "no librocblas.so.3 or .0 in /nowhere");
}

TEST(HipblasLtApi, IsWholeOrSaysWhatItLacks) {
  std::string why;
  EXPECT_TRUE(HipblasLtApi::bind(all_but({}), why));
  EXPECT_FALSE(HipblasLtApi::bind(all_but({"hipblasLtMatmul"}), why));
  EXPECT_THAT(why, HasSubstr("lacks hipblasLtMatmul;"));
}

// It has all that is called, with other numbers and sizes.
TEST(HipblasLtApi, IsNotThatOfRocm5) {
  std::string why;
  EXPECT_FALSE(HipblasLtApi::bind(all_but({"hipblasLtMatrixTransformDescCreate"}), why));
  EXPECT_THAT(why, HasSubstr("expected that of ROCm 6.0 or newer: update it"));
}

TEST(RocblasApi, NeedsNoWordsForAStatus) {
  std::string why;
  const auto api = RocblasApi::bind(all_but({"rocblas_status_to_string"}), why);
  ASSERT_TRUE(api);
  EXPECT_EQ(api->status_text, nullptr);
  EXPECT_FALSE(RocblasApi::bind(all_but({"rocblas_gemm_ex", "rocblas_create_handle"}), why));
  EXPECT_THAT(why, HasSubstr("lacks rocblas_create_handle, rocblas_gemm_ex;"));
}

TEST(HipblasLtApi, WritesVersionsAsTheLibraryCountsThem) {
  EXPECT_EQ(lt_version_text(kLtVersionOfRocm60), "0.6.0");
  EXPECT_EQ(lt_version_text(kLtVersionOfRocm63), "0.10.0");
  EXPECT_EQ(lt_version_text(kLtVersionOfRocm70), "1.0.0");
  EXPECT_EQ(lt_version_text(100'202), "1.2.2");
}

// hipDataType of library_types.h, rocblas_datatype of rocblas-types.h.
TEST(BlasFormats, HaveTheNumbersOfAmdsHeaders) {
  using enum boundary::Element;
  const auto lt = [](boundary::Element element) { return static_cast<int>(lt_type_of(element)); };
  EXPECT_EQ(lt(f32), 0);
  EXPECT_EQ(lt(tf32), 0);
  EXPECT_EQ(lt(f64), 1);
  EXPECT_EQ(lt(f16), 2);
  EXPECT_EQ(lt(i8), 3);
  EXPECT_EQ(lt(i32), 10);
  EXPECT_EQ(lt(bf16), 14);
  EXPECT_EQ(lt(e4m3), 28);
  EXPECT_EQ(lt(e5m2), 29);
  EXPECT_EQ(lt(e2m1), 33);
  EXPECT_EQ(lt(e4m3_fnuz), 1000);
  EXPECT_EQ(lt(e5m2_fnuz), 1001);
  const auto rocblas = [](boundary::Element element) {
    return static_cast<int>(rocblas_type_of(element));
  };
  EXPECT_EQ(rocblas(f16), 150);
  EXPECT_EQ(rocblas(f32), 151);
  EXPECT_EQ(rocblas(f64), 152);
  EXPECT_EQ(rocblas(i8), 160);
  EXPECT_EQ(rocblas(i32), 162);
  EXPECT_EQ(rocblas(bf16), 168);
}

TEST(BlasFormats, OfFp8AreThoseOfTheTarget) {
  for (const auto& [target, element] : {std::pair("gfx942", boundary::Element::e4m3_fnuz),
                                        std::pair("gfx950", boundary::Element::e4m3),
                                        std::pair("gfx1201", boundary::Element::e4m3)}) {
    int found = 0;
    for (const BlasFormat& format : blas_formats()) {
      if (std::string(format.format.subject) != "fp8_e4m3" || !has(target, format)) continue;
      EXPECT_EQ(format.format.operand, element) << target;
      ++found;
    }
    EXPECT_EQ(found, 1) << target;
  }
}

TEST(HipGemm, IsListedAsTheHardwareHasIt) {
  struct Expected {
    const char* target;
    std::set<std::string> lacks;
  };
  const Expected all[] = {
      {"gfx908", {"tf32", "fp8_e4m3", "fp8_e5m2", "mxfp8", "mxfp4"}},
      {"gfx90a", {"tf32", "fp8_e4m3", "fp8_e5m2", "mxfp8", "mxfp4"}},
      {"gfx942", {"mxfp8", "mxfp4"}},
      {"gfx950", {"tf32"}},
      {"gfx1100", {"tf32", "fp8_e4m3", "fp8_e5m2", "mxfp8", "mxfp4"}},
      {"gfx1201", {"tf32", "mxfp8", "mxfp4"}},
  };
  for (const auto& [target, lacks] : all) {
    BlasLibraries libraries = both();
    const auto rows = rows_of(target, libraries);
    EXPECT_EQ(rows.size(), 10u);
    for (const auto& [subject, row] : rows) {
      EXPECT_EQ(row.unsupported_by, lacks.count(subject) != 0 ? "hardware" : "")
          << target << subject;
      EXPECT_EQ(row.variants.empty(), lacks.count(subject) != 0) << target << subject;
    }
  }
}

// One shape fits into so little memory.
TEST(HipGemm, IsTriedByEachLibraryThatMayDoIt) {
  BlasLibraries libraries = both();
  auto rows = rows_of("gfx942", libraries);
  EXPECT_EQ(rows["bf16"].variants.size(), gpu::kGemmRanks + 1u);
  EXPECT_EQ(rows["fp8_e4m3"].variants.size(), std::size_t{gpu::kGemmRanks});
  libraries.hipblaslt.reset();
  libraries.why_no_hipblaslt = "no hipBLASLt";
  rows = rows_of("gfx942", libraries);
  EXPECT_EQ(rows["bf16"].variants.size(), 1u);
  EXPECT_EQ(rows["tf32"].unsupported_by, "library");
  EXPECT_EQ(rows["tf32"].reason, "no hipBLASLt");
}

// Where it is not built for a target it may follow a null pointer.
TEST(HipGemm, AsksHipblasLtForNothingOnATargetThatItIsNotKnownToHave) {
  EXPECT_EQ(lt_since("gfx942"), kLtVersionOfRocm60);
  EXPECT_EQ(lt_since("gfx1103"), std::nullopt);
  BlasLibraries libraries = both();
  EXPECT_EQ(rows_of("gfx1103", libraries)["bf16"].variants.size(), 1u);
  libraries.rocblas.reset();
  libraries.why_no_rocblas = "no rocBLAS";
  EXPECT_EQ(rows_of("gfx1103", libraries)["bf16"].reason,
            "no hipBLASLt is known to be built for gfx1103; no rocBLAS");
}

TEST(HipGemm, WithoutALibrarySaysWhatToInstall) {
  BlasLibraries libraries;
  libraries.why_no_hipblaslt = "no hipBLASLt";
  libraries.why_no_rocblas = "no rocBLAS";
  auto rows = rows_of("gfx90a", libraries);
  EXPECT_EQ(rows["fp64"].unsupported_by, "library");
  EXPECT_EQ(rows["fp64"].reason, "no hipBLASLt; no rocBLAS");
  EXPECT_EQ(rows["mxfp4"].unsupported_by, "hardware");
}

TEST(HipGemm, LeavesADeviceWithoutCodeToTheCaller) {
  const HipApi api = fake_api();
  BlasLibraries libraries = both();
  Device device;
  boundary::set_text(device.info.architecture, "gfx1030");
  for (const Benchmark& row : gemm_benchmarks(api, device, libraries)) {
    EXPECT_TRUE(row.variants.empty());
    EXPECT_EQ(row.unsupported_by, "");
  }
}

}  // namespace
}  // namespace tpp::hip
