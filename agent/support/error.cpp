#include "agent/support/error.h"

#include <cstdio>
#include <cstdlib>

namespace tpp {

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "tpp: internal error at %s:%d: %s does not hold; please report this\n", file,
               line, expression);
  std::abort();
}

}  // namespace tpp
