#include "kernels/opencl/opencl_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/opencl/fake_loader.h"

namespace tpp::opencl {
namespace {

using testing::HasSubstr;

TEST(OpenClApi, NamesTheFunctionsThatALoaderLacks) {
  static int something = 0;
  std::string why;
  const auto api = OpenClApi::bind(
      [](const char* name) -> void* {
        return std::string_view(name) == "clFinish" ? nullptr : &something;
      },
      why);
  EXPECT_FALSE(api.has_value());
  EXPECT_EQ(why, "clFinish");
}

TEST(OpenClErrors, SayWhatWasTriedWhatWentWrongAndWhatToDo) {
  const auto failure = test::failure_of([] { check(CL_OUT_OF_HOST_MEMORY, "doing it"); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->status(), TPP_OUT_OF_MEMORY);
  EXPECT_STREQ(failure->what(),
               "opencl: doing it: CL_OUT_OF_HOST_MEMORY; free memory of the host or lower the "
               "memory limit");
}

TEST(OpenClErrors, ShowTheNumberOfOneThatIsNotKnown) {
  const auto failure = test::failure_of([] { check(-9999, "doing it"); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->status(), TPP_FAILED);
  EXPECT_THAT(failure->what(), HasSubstr("error -9999"));
}

}  // namespace
}  // namespace tpp::opencl
