#include "kernels/cuda/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace tpp::cuda {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// A driver that takes only images whose text is not refused; each holds the kernels that its text
// names.
struct Driver {
  std::string refuses;
  std::string refuses_lazily = {};  // such a kernel of machine code, when it is asked for
  CUresult refusal = CUDA_ERROR_NO_BINARY_FOR_GPU;
  std::vector<std::string> loaded = {};  // texts of images
};
Driver driver;

std::span<const std::byte> text(const char* words) {
  return {reinterpret_cast<const std::byte*>(words), std::strlen(words)};
}

CudaApi api() {
  CudaApi made;
  made.error_name = [](CUresult, const char** name) {
    *name = "CUDA_ERROR_NAME";
    return CUDA_SUCCESS;
  };
  made.error_text = [](CUresult, const char** words) {
    *words = "in words";
    return CUDA_SUCCESS;
  };
  made.retain_context = [](CUcontext*, CUdevice) { return CUDA_SUCCESS; };
  made.release_context = [](CUdevice) { return CUDA_SUCCESS; };
  made.set_context = [](CUcontext) { return CUDA_SUCCESS; };
  made.create_event = [](CUevent*, unsigned) { return CUDA_SUCCESS; };
  made.load_module = [](CUmodule* module, const void* image) {
    const std::string words = static_cast<const char*>(image);
    if (!driver.refuses.empty() && words.find(driver.refuses) != std::string::npos) {
      return driver.refusal;
    }
    driver.loaded.push_back(words);
    *module = reinterpret_cast<CUmodule>(const_cast<void*>(image));
    return CUDA_SUCCESS;
  };
  made.unload_module = [](CUmodule module) {
    std::erase(driver.loaded, reinterpret_cast<const char*>(module));
    return CUDA_SUCCESS;
  };
  made.function = [](CUfunction* function, CUmodule module, const char* name) {
    const std::string words = reinterpret_cast<const char*>(module);
    if (words.find(name) == std::string::npos) return CUDA_ERROR_NOT_FOUND;
    if (driver.refuses_lazily == name && words.rfind("sm:", 0) == 0) return driver.refusal;
    *function = reinterpret_cast<CUfunction>(module);
    return CUDA_SUCCESS;
  };
  return made;
}

const DeviceCode kCode = {
    {{"wide", "sm_90a", text("sm: wide_mul")}, {"mma", "sm_90a", text("sm: mma_mul")}},
    {{"mma", "compute_80", text("compute: mma_mul")}}};

struct Put : ::testing::Test {
  Put() { driver = {}; }
  std::string failure(const char* kernel) {
    const CudaApi with = api();
    Context made(with, 0, "a device", kCode);
    try {
      made.function(kernel);
    } catch (const gpu::Failure& failure) {
      EXPECT_EQ(failure.status(), TPP_FAILED);
      return failure.what();
    }
    return "";
  }
};

TEST_F(Put, RunsMachineCodeThatTheDriverTakes) {
  const CudaApi with = api();
  Context context(with, 0, "a device", kCode);

  const Taken taken = context.taken("mma_mul");

  EXPECT_STREQ(taken.image.architecture, "sm_90a");
  EXPECT_STREQ(taken.refused, "");
  EXPECT_FALSE(context.refused());
}

TEST_F(Put, HasTheDriverCompileWhatItRefusesAsMachineCode) {
  const CudaApi with = api();
  for (const CUresult refusal : {CUDA_ERROR_NO_BINARY_FOR_GPU, CUDA_ERROR_INVALID_IMAGE,
                                 CUDA_ERROR_UNSUPPORTED_PTX_VERSION, CUDA_ERROR_INVALID_PTX}) {
    driver = {.refuses = "sm:", .refusal = refusal};
    Context context(with, 0, "a device", kCode);

    const Taken taken = context.taken("mma_mul");

    EXPECT_STREQ(taken.image.architecture, "compute_80");
    EXPECT_STREQ(taken.refused, "sm_90a");
    EXPECT_TRUE(context.refused());
  }
}

TEST_F(Put, UnloadsCodeThatTheDriverRefusesOnlyWhenAKernelIsAskedFor) {
  driver.refuses_lazily = "mma_mul";
  const CudaApi with = api();
  Context context(with, 0, "a device", kCode);

  EXPECT_STREQ(context.taken("mma_mul").image.architecture, "compute_80");

  EXPECT_THAT(driver.loaded, UnorderedElementsAre("sm: wide_mul", "compute: mma_mul"));
}

TEST_F(Put, KeepsRefusedCodeOfWhichAKernelIsInUse) {
  const DeviceCode code = {{{"mma", "sm_90a", text("sm: mma_mul mma_add")}},
                           {{"mma", "compute_80", text("compute: mma_mul mma_add")}}};
  driver.refuses_lazily = "mma_add";
  const CudaApi with = api();
  Context context(with, 0, "a device", code);
  context.function("mma_mul");

  EXPECT_STREQ(context.taken("mma_add").image.architecture, "compute_80");

  EXPECT_THAT(driver.loaded,
              UnorderedElementsAre("sm: mma_mul mma_add", "compute: mma_mul mma_add"));
}

TEST_F(Put, SaysToUpdateTheDriverWhereNothingStandsInForRefusedCode) {
  driver.refuses = "sm:";

  EXPECT_THAT(failure("wide_mul"), HasSubstr("machine code of sm_90a: CUDA_ERROR_NAME (in words)"));
  EXPECT_THAT(failure("wide_mul"), HasSubstr("update the driver"));
}

TEST_F(Put, SaysToUpdateTheDriverWherePtxIsRefusedToo) {
  driver.refuses = "mul";

  EXPECT_THAT(failure("mma_mul"), HasSubstr("machine code of sm_90a: CUDA_ERROR_NAME (in words); "
                                            "PTX of compute_80: CUDA_ERROR_NAME (in words)"));
}

TEST_F(Put, TakesNoOtherFaultForARefusal) {
  driver = {.refuses = "sm:", .refusal = CUDA_ERROR_OUT_OF_MEMORY};
  const CudaApi with = api();
  Context context(with, 0, "a device", kCode);

  EXPECT_THROW(context.taken("mma_mul"), gpu::Failure);
  EXPECT_FALSE(context.refused());
  driver.refuses = "";
  EXPECT_STREQ(context.taken("mma_mul").image.architecture, "sm_90a");
}

TEST_F(Put, KnowsThatCodeWasRefusedWhateverRunsNow) {
  driver.refuses = "wide";
  const CudaApi with = api();
  Context context(with, 0, "a device", kCode);

  EXPECT_STREQ(context.taken("mma_mul").image.architecture, "sm_90a");

  EXPECT_TRUE(context.refused());
}

}  // namespace
}  // namespace tpp::cuda
