// The two failures that are not values: "cannot do what was asked" (Error, caught in main, per
// probe and per module) and our own mistake (TPP_CHECK, ends the process).
#ifndef TPP_AGENT_SUPPORT_ERROR_H
#define TPP_AGENT_SUPPORT_ERROR_H

#include <stdexcept>
#include <string>

namespace tpp {

// The message is for the user: what was tried, on what, what went wrong, what to do. Shown once.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The words of the command line cannot be understood: exit code 64.
class UsageError : public Error {
 public:
  using Error::Error;
};

[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace tpp

// A condition that only a mistake in this program can break.
#define TPP_CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::tpp::check_failed(#expression, __FILE__, __LINE__))

#endif
