#include "kernels/bench/backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/unit/bench/fake_backend.h"

namespace tpp::bench {
namespace {

// A table whose open() refuses with the words that `kWords` gives.
template <const char* kWords>
tpp_backend_api refusing() {
  tpp_backend_api table = fake_table();
  table.open = [](const tpp_open_options*, tpp_error* error) -> tpp_status {
    std::snprintf(error->message, sizeof error->message, "%s", kWords);
    return TPP_INVALID;
  };
  return table;
}
constexpr char kWithName[] = "fake: unknown option a";
constexpr char kWithout[] = "unknown option a";

TEST(Backend, IsNamedOnceInWhatItSaysToAnOption) {
  for (const tpp_backend_api& table : {refusing<kWithName>(), refusing<kWithout>()}) {
    EXPECT_THAT(
        [&] {
          Backend(&table).open({{"a", "1"}});
        },
        testing::ThrowsMessage<UsageError>("backend fake: unknown option a"));
  }
}

}  // namespace
}  // namespace tpp::bench
