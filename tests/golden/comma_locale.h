// A C++ locale with decimal commas, for as long as a value of it lives.
#ifndef TPP_TESTS_GOLDEN_COMMA_LOCALE_H
#define TPP_TESTS_GOLDEN_COMMA_LOCALE_H

#include <locale>
#include <string>

namespace tpp {

// What std::locale::global(std::locale("")) leaves on a desktop with decimal commas. The ring
// "locale" runs all this once more under such a locale of the C library.
class CommaNumbers : public std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

class CommaLocale {
 public:
  CommaLocale() : before_(std::locale::global(std::locale(std::locale(), new CommaNumbers))) {}
  ~CommaLocale() { std::locale::global(before_); }

 private:
  std::locale before_;
};

}  // namespace tpp

#endif
