#include "kernels/hip/hip_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "kernels/cpp_boundary.h"
#include "tests/unit/hip/fake_runtime.h"

namespace tpp::hip {
namespace {

void anything() {}

std::optional<HipApi> bound_without(const std::set<std::string>& missing, std::string& why) {
  return HipApi::bind(
      [&](const char* name) -> void* {
        return missing.count(name) != 0 ? nullptr : reinterpret_cast<void*>(&anything);
      },
      why);
}

TEST(HipApi, NamesWhatARuntimeLacks) {
  std::string why;
  EXPECT_FALSE(bound_without({"hipMalloc", "hipModuleLaunchKernel"}, why));
  EXPECT_EQ(why, "hipMalloc, hipModuleLaunchKernel");
}

TEST(HipApi, TakesEitherFormOfPropertiesAndNeedsOne) {
  std::string why;
  EXPECT_TRUE(bound_without({"hipGetDevicePropertiesR0600"}, why));
  EXPECT_TRUE(bound_without({"hipGetDeviceProperties"}, why));
  EXPECT_FALSE(bound_without({"hipGetDevicePropertiesR0600", "hipGetDeviceProperties"}, why));
  EXPECT_EQ(why, "hipGetDeviceProperties");
}

TEST(HipApi, ReadsTheArchitectureWhereEachVersionHasIt) {
  HipApi api = fake_api();
  fake.devices[0].architecture = "gfx90a:sramecc+:xnack-";
  EXPECT_EQ(architecture_of(api, 0), "gfx90a:sramecc+:xnack-");
  api.properties_r0600 = nullptr;
  api.properties_r0000 = [](PropertiesR0000* properties, DeviceNumber) {
    std::memset(properties, 0x11, sizeof *properties);
    std::memcpy(reinterpret_cast<char*>(properties) + 396, "gfx908", 7);
    return Error::none;
  };
  EXPECT_EQ(architecture_of(api, 0), "gfx908");
}

TEST(HipApi, BelievesNoArchitectureThatIsNoName) {
  const HipApi api = fake_api();
  for (const char* nonsense : {"", "\x11\x11", "sm_90", "gfx 90a"}) {
    fake.devices[0].architecture = nonsense;
    EXPECT_EQ(architecture_of(api, 0), "") << nonsense;
  }
  fake.devices[0].architecture = "gfx" + std::string(300, 'a');
  EXPECT_EQ(architecture_of(api, 0).size(), 255u);  // the runtime cut it
}

TEST(HipApi, SaysWhatFailedWhyAndWhatToDo) {
  const HipApi api = fake_api();
  try {
    fail(api, Error::out_of_memory, "cannot take 8 bytes");
  } catch (const boundary::Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_OUT_OF_MEMORY);
    EXPECT_STREQ(failure.what(),
                 "hip: cannot take 8 bytes: hipErrorName (in words); free memory of the device or "
                 "lower the memory limit");
  }
}

TEST(HipApi, TakesADeviceForLostAfterWhatARuntimeDoesNotRecoverFrom) {
  const HipApi api = fake_api();
  const auto status_of = [&](Error error) {
    try {
      fail(api, error, "cannot do it");
    } catch (const boundary::Failure& failure) {
      return failure.status();
    }
  };
  for (const Error error :
       {Error::ecc_not_correctable, Error::no_device, Error::illegal_address, Error::launch_timeout,
        Error::context_is_destroyed, Error::assertion, Error::launch_failure, Error::unknown}) {
    EXPECT_EQ(status_of(error), TPP_DEVICE_LOST) << static_cast<int>(error);
  }
  for (const Error error : {Error::not_initialized, Error::invalid_image, Error::not_found}) {
    EXPECT_EQ(status_of(error), TPP_FAILED) << static_cast<int>(error);
  }
}

TEST(HipApi, SaysAnErrorOnceWhereTheRuntimeGivesItsNameAsItsText) {
  HipApi api = fake_api();
  api.error_text = api.error_name;
  EXPECT_EQ(error_words(api, Error::no_device), "hipErrorName");
}

}  // namespace
}  // namespace tpp::hip
