#include "agent/support/mapped_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace tpp {
namespace {

TEST(MappedFiles, AreThoseWithCodeInThemEachOnce) {
  const auto files = code_files(
      "55d0-55d1 r--p 00000000 fe:00 1 /usr/bin/tpp-bench\n"
      "55d1-55d2 r-xp 00001000 fe:00 1 /usr/bin/tpp-bench\n"
      "7f00-7f01 r--p 00000000 fe:00 2 /opt/with space/libdnnl.so.2.6\n"
      "7f01-7f02 r-xp 00001000 fe:00 2 /opt/with space/libdnnl.so.2.6\n"
      "7f02-7f03 r-xp 00002000 fe:00 2 /opt/with space/libdnnl.so.2.6\n"
      "7f06-7f07 rwxp 00000000 00:00 0 [heap]\n"
      "7f07-7f08 rwxp 00000000 00:00 0\n"
      "7f07-7f08 r--p 00000000 fe:00 7 /usr/share/locale/x.so\n"
      "7f08-7f09 rwxs 00000000 00:05 8 /dev/nvidia0\n"
      "7f09-7f0a r-xp 00000000 00:05 9 /dev/shm/x\n");
  EXPECT_THAT(files, testing::ElementsAre(MappedFile{"/usr/bin/tpp-bench"},
                                          MappedFile{"/opt/with space/libdnnl.so.2.6"},
                                          MappedFile{"/dev/shm/x"}));
}

TEST(MappedFiles, ThatWereDeletedAreToldApart) {
  const auto files = code_files(
      "7f00-7f01 r-xp 00000000 fe:00 2 /usr/lib/libcuda.so.1 (deleted)\n"
      "7f02-7f03 r-xp 00000000 fe:00 3 /usr/lib/a\\012b.so\n");
  EXPECT_THAT(files, testing::ElementsAre(MappedFile{"/usr/lib/libcuda.so.1", true},
                                          MappedFile{"/usr/lib/a\nb.so"}));
}

TEST(MappedFiles, OfThisProcessHoldItsOwnProgram) {
  const MappedFile own{std::filesystem::read_symlink("/proc/self/exe").string()};
  EXPECT_THAT(mapped_code(), testing::Contains(own));
}

}  // namespace
}  // namespace tpp
