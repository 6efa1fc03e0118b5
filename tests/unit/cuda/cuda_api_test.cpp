#include "kernels/cuda/cuda_api.h"

#include <gtest/gtest.h>

#include "kernels/cpp_boundary.h"

namespace tpp::cuda {
namespace {

CUresult name_of(CUresult, const char** text) {
  *text = "CUDA_ERROR_NAME";
  return CUDA_SUCCESS;
}
CUresult text_of(CUresult, const char** text) {
  *text = "in words";
  return CUDA_SUCCESS;
}
void anything() {}

TEST(CudaApi, NamesWhatADriverLacks) {
  std::string why;
  const auto api = CudaApi::bind(
      [](const char* name) -> void* {
        const std::string symbol = name;
        const bool missing = symbol == "cuLaunchKernel" || symbol == "cuMemAlloc_v2";
        return missing ? nullptr : reinterpret_cast<void*>(&anything);
      },
      why);
  EXPECT_FALSE(api);
  EXPECT_EQ(why, "cuMemAlloc_v2, cuLaunchKernel");
}

// Symbols that drivers of 2021 have: later versions of the same calls are not asked for.
TEST(CudaApi, AsksForNoSymbolThatOlderDriversLack) {
  std::string why;
  EXPECT_TRUE(CudaApi::bind(
      [](const char* name) -> void* {
        const std::string symbol = name;
        EXPECT_NE(symbol, "cuEventElapsedTime_v2");
        EXPECT_EQ(symbol.find("_v3"), std::string::npos) << symbol;
        EXPECT_EQ(symbol.find("_v4"), std::string::npos) << symbol;
        return reinterpret_cast<void*>(&anything);
      },
      why));
}

TEST(CudaApi, TurnsErrorsIntoStatusAndAdvice) {
  CudaApi api;
  api.error_name = name_of;
  api.error_text = text_of;
  struct Row {
    CUresult result;
    tpp_status status;
    const char* advice;
  };
  for (const Row& row : {Row{CUDA_ERROR_OUT_OF_MEMORY, TPP_OUT_OF_MEMORY, "lower the memory limit"},
                         Row{CUDA_ERROR_DEVICE_UNAVAILABLE, TPP_BUSY, "compute mode"},
                         Row{CUDA_ERROR_NO_BINARY_FOR_GPU, TPP_FAILED, "update the driver"},
                         Row{CUDA_ERROR_SYSTEM_NOT_READY, TPP_FAILED, "fabric manager"},
                         Row{CUDA_ERROR_OPERATING_SYSTEM, TPP_FAILED, "open to this user"},
                         Row{CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE, TPP_FAILED, "cuda-compat"},
                         Row{CUDA_ERROR_STUB_LIBRARY, TPP_FAILED, "off the loader's path"},
                         Row{CUDA_ERROR_PEER_ACCESS_UNSUPPORTED, TPP_FAILED, "IOMMU"},
                         Row{CUDA_ERROR_TOO_MANY_PEERS, TPP_FAILED, "mappings of peers"},
                         Row{CUDA_ERROR_NVLINK_UNCORRECTABLE, TPP_FAILED, "error counters"},
                         Row{CUDA_ERROR_ILLEGAL_ADDRESS, TPP_DEVICE_LOST, "Xid"}}) {
    try {
      fail(api, row.result, "cannot do it");
    } catch (const boundary::Failure& failure) {
      const std::string words = failure.what();
      EXPECT_EQ(failure.status(), row.status);
      EXPECT_NE(words.find("cannot do it: CUDA_ERROR_NAME (in words)"), std::string::npos) << words;
      EXPECT_NE(words.find(row.advice), std::string::npos) << words;
    }
  }
}

}  // namespace
}  // namespace tpp::cuda
