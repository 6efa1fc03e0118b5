#include "kernels/cpp_shared_library.h"

#include <gtest/gtest.h>

namespace tpp::boundary {
namespace {

TEST(SharedLibrary, IsSaidToBeMissingInOneClause) {
  std::string why;
  EXPECT_FALSE(open_shared_library("libtpp_none.so.1", why));
  EXPECT_EQ(why, "libtpp_none.so.1 not found");
}

TEST(SharedLibrary, NamesAnotherThatItNeedsAndThatIsMissing) {
  EXPECT_EQ(loader_words("libfoo.so.1",
                         "libbar.so.2: cannot open shared object file: No such file or directory"),
            "libfoo.so.1 cannot be loaded: libbar.so.2 not found");
}

TEST(SharedLibrary, IsAbsentWhereNothingElseIsWrong) {
  std::string why;
  open_shared_library("libtpp_none.so.1", why);
  EXPECT_TRUE(is_absent("libtpp_none.so.1", why));
  EXPECT_FALSE(is_absent("libfoo.so.1", "libfoo.so.1 cannot be loaded: libbar.so.2 not found"));
  EXPECT_FALSE(is_absent("libfoo.so.1", "/lib/libfoo.so.1: invalid ELF header"));
}

TEST(SharedLibrary, KeepsTheLoadersWordsOfAnyOtherFault) {
  const char* const said = "/lib/libfoo.so.1: invalid ELF header";
  EXPECT_EQ(loader_words("libfoo.so.1", said), said);
}

}  // namespace
}  // namespace tpp::boundary
