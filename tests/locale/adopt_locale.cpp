// Part of every test program: takes over the locale of the environment before the tests begin,
// where TPP_TEST_ADOPT_LOCALE asks for it, as a program does that calls setlocale() for its
// messages. What we read and write must not change by it.
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <locale>
#include <string>

namespace {

bool adopt_locale() {
  if (std::getenv("TPP_TEST_ADOPT_LOCALE") == nullptr) return false;
  std::locale::global(std::locale(""));
  char text[8];
  std::snprintf(text, sizeof text, "%.1f", 0.5);
  if (std::string(text) != "0,5") {
    std::fprintf(stderr, "0.5 is written %s: the comma-decimal locale is not in force\n", text);
    std::abort();
  }
  return true;
}

const bool adopted = adopt_locale();

}  // namespace
