#include "kernels/bench/libraries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tpp::bench {
namespace {

TEST(Libraries, AreEachNamedOnceWithoutTheRuntime) {
  const auto paths = library_paths(
      "55d0-55d1 r--p 00000000 fe:00 1 /usr/bin/tpp-bench\n"
      "7f00-7f01 r--p 00000000 fe:00 2 /opt/with space/libdnnl.so.2.6\n"
      "7f01-7f02 r-xp 00001000 fe:00 2 /opt/with space/libdnnl.so.2.6\n"
      "7f02-7f03 r--p 00000000 fe:00 3 /usr/lib/libc.so.6\n"
      "7f03-7f04 r--p 00000000 fe:00 4 /usr/lib/libstdc++.so.6.0.30\n"
      "7f04-7f05 r--p 00000000 fe:00 5 /usr/lib/ld-linux-x86-64.so.2\n"
      "7f05-7f06 r--p 00000000 fe:00 6 /usr/lib/tpp/backends/cpu.so\n"
      "7f06-7f07 rw-p 00000000 00:00 0 [heap]\n"
      "7f07-7f08 r--p 00000000 fe:00 7 /usr/share/locale/x.sora\n");
  EXPECT_THAT(paths, ::testing::ElementsAre("/opt/with space/libdnnl.so.2.6",
                                            "/usr/lib/tpp/backends/cpu.so"));
}

TEST(Libraries, OfThisProcessHaveDigests) {
  const auto libraries = mapped_libraries();
  ASSERT_FALSE(libraries.empty());
  for (const Library& library : libraries) EXPECT_EQ(library.sha256.size(), 64u) << library.path;
}

}  // namespace
}  // namespace tpp::bench
