// The library of tests/fakes/opencl, for as long as one test wants it to be so.
#ifndef TPP_TESTS_UNIT_OPENCL_FAKE_LOADER_H
#define TPP_TESTS_UNIT_OPENCL_FAKE_LOADER_H

#include <cstdlib>
#include <optional>
#include <string>

#include "kernels/opencl/opencl_api.h"

namespace tpp::opencl::test {

class FakeLoader {
 public:
  explicit FakeLoader(const std::string& settings) {
    setenv("TPP_FAKE_OPENCL", settings.c_str(), 1);
  }
  ~FakeLoader() { unsetenv("TPP_FAKE_OPENCL"); }
  FakeLoader(const FakeLoader&) = delete;
  FakeLoader& operator=(const FakeLoader&) = delete;

  void now(const std::string& settings) { setenv("TPP_FAKE_OPENCL", settings.c_str(), 1); }

  const OpenClApi& api() const {
    static const OpenClApi one = [] {
      std::string why;
      return OpenClApi::bind(boundary::open_shared_library(TPP_FAKE_OPENCL_LIBRARY, why), why)
          .value();
    }();
    return one;
  }
};

// What `action` fails with; nullopt where it does not.
template <class Action>
std::optional<Failure> failure_of(const Action& action) {
  try {
    action();
    return std::nullopt;
  } catch (const Failure& failure) {
    return failure;
  }
}

}  // namespace tpp::opencl::test

#endif
