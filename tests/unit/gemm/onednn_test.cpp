#include "kernels/cpu/gemm/onednn.h"

#include <dnnl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace tpp::cpu {
namespace {

dnnl_version_t g_version;

const dnnl_version_t* version() { return &g_version; }
dnnl_status_t engine_create(dnnl_engine_t* engine, dnnl_engine_kind_t, size_t) {
  static int anything;
  *engine = reinterpret_cast<dnnl_engine_t>(&anything);
  return dnnl_success;
}
dnnl_status_t engine_destroy(dnnl_engine_t) { return dnnl_success; }
// NOLINTNEXTLINE(readability-function-size): the library's signature
dnnl_status_t describe(dnnl_memory_desc_t*, int, const dnnl_dims_t, dnnl_data_type_t,
                       dnnl_format_tag_t) {
  return dnnl_success;
}
// NOLINTNEXTLINE(readability-function-size): the library's signature
dnnl_status_t no_such_product(dnnl_matmul_desc_t*, const dnnl_memory_desc_t*,
                              const dnnl_memory_desc_t*, const dnnl_memory_desc_t*,
                              const dnnl_memory_desc_t*) {
  return dnnl_unimplemented;
}
void must_not_be_called() { FAIL() << "a function that this test does not fake was called"; }

// A library that opens the CPU and has no product; `lacks` are not in it at all.
SymbolSource library(const std::vector<std::string>& lacks = {}) {
  g_version.major = 2;
  g_version.minor = 6;
  g_version.patch = 3;
  g_version.cpu_runtime = DNNL_RUNTIME_OMP;
  const std::map<std::string, void*> known = {
      {"dnnl_version", reinterpret_cast<void*>(version)},
      {"dnnl_engine_create", reinterpret_cast<void*>(engine_create)},
      {"dnnl_engine_destroy", reinterpret_cast<void*>(engine_destroy)},
      {"dnnl_memory_desc_init_by_tag", reinterpret_cast<void*>(describe)},
      {"dnnl_matmul_desc_init", reinterpret_cast<void*>(no_such_product)},
  };
  return [known, lacks](const char* name) -> void* {
    if (std::find(lacks.begin(), lacks.end(), name) != lacks.end()) return nullptr;
    const auto found = known.find(name);
    return found != known.end() ? found->second : reinterpret_cast<void*>(must_not_be_called);
  };
}

constexpr GemmFormat kFp16 = {"fp16", Element::f16, Element::f16, Element::f32};
constexpr GemmFormat kFp32 = {"fp32", Element::f32, Element::f32, Element::f32};
constexpr GemmFormat kFp64 = {"fp64", Element::f64, Element::f64, Element::f64};

TEST(OneDnn, IsNamedAfterItsVersion) {
  std::string why;
  const auto dnnl = OneDnn::bind(library(), why);
  ASSERT_TRUE(dnnl) << why;
  EXPECT_EQ(dnnl->name(), "oneDNN 2.6.3");
}

TEST(OneDnn, IsRefusedWithTheNamesOfMissingFunctions) {
  std::string why;
  EXPECT_FALSE(OneDnn::bind(library({"dnnl_primitive_execute", "dnnl_version"}), why));
  EXPECT_EQ(why, "oneDNN lacks dnnl_version, dnnl_primitive_execute");
}

TEST(OneDnn, IsRefusedWithAnotherMajorVersion) {
  const SymbolSource source = library();
  g_version.major = 3;
  std::string why;
  EXPECT_FALSE(OneDnn::bind(source, why));
  EXPECT_NE(why.find("oneDNN 3.6.3"), std::string::npos) << why;
}

TEST(OneDnn, IsRefusedWhereItsThreadsCannotBeHeldToTheCores) {
  const SymbolSource source = library();
  g_version.cpu_runtime = DNNL_RUNTIME_TBB;
  std::string why;
  EXPECT_FALSE(OneDnn::bind(source, why));
  EXPECT_NE(why.find("threads"), std::string::npos) << why;
}

TEST(OneDnn, SaysWhatTheLibraryAnsweredForAProductItHasNot) {
  std::string why;
  const auto dnnl = OneDnn::bind(library(), why);
  ASSERT_TRUE(dnnl) << why;
  EXPECT_FALSE(dnnl->supports(OneDnn::Method::matmul, kFp16, why));
  EXPECT_EQ(why, "oneDNN 2.6.3 answers for a fp16 product on this CPU: unimplemented");
}

TEST(OneDnn, IsNotAskedForElementsThatItDoesNotKnow) {
  std::string why;
  const auto dnnl = OneDnn::bind(library(), why);
  ASSERT_TRUE(dnnl) << why;
  EXPECT_FALSE(dnnl->supports(OneDnn::Method::matmul, kFp64, why));
}

TEST(OneDnn, HasItsBlasLikeFunctionForFp32AloneAndOnlyIfItIsThere) {
  std::string why;
  const auto dnnl = OneDnn::bind(library(), why);
  ASSERT_TRUE(dnnl) << why;
  EXPECT_TRUE(dnnl->supports(OneDnn::Method::sgemm, kFp32, why));
  EXPECT_FALSE(dnnl->supports(OneDnn::Method::sgemm, kFp16, why));
  const auto without = OneDnn::bind(library({"dnnl_sgemm"}), why);
  ASSERT_TRUE(without) << why;
  EXPECT_FALSE(without->supports(OneDnn::Method::sgemm, kFp32, why));
}

}  // namespace
}  // namespace tpp::cpu
