// The rules of tpp_backend.h for a backend written in C++: structs of either side's size are read
// and written no further than both go, texts are cut between characters, and nothing is thrown
// across. What a call does is the backend's own. Not installed: the C header alone is the interface
// that is kept stable. Stateless; as thread-safe as the memory that it is given.
#ifndef TPP_KERNELS_CPP_BOUNDARY_H
#define TPP_KERNELS_CPP_BOUNDARY_H

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "kernels/tpp_backend.h"

namespace tpp::boundary {

// "Cannot do what was asked": thrown anywhere in a backend, turned into status and text at its C
// boundary. The message says what was tried, on what, what went wrong, what to do.
class Failure : public std::runtime_error {
 public:
  Failure(tpp_status status, const std::string& message)
      : std::runtime_error(message), status_(status) {}
  tpp_status status() const { return status_; }

 private:
  tpp_status status_;
};

// Copies whole UTF-8 characters, as many as fit.
template <std::size_t kSize>
void set_text(char (&to)[kSize], std::string_view text) {
  std::size_t length = std::min(text.size(), kSize - 1);
  const auto continues = [&](std::size_t i) {
    return (static_cast<unsigned char>(text[i]) & 0xc0u) == 0x80u;
  };
  while (length < text.size() && length > 0 && continues(length)) --length;
  std::memcpy(to, text.data(), length);
  to[length] = '\0';
}

// Hands over what the caller has room for; what it does not know of is left alone. Throws Failure
// where there is no memory to write to.
template <class Struct>
void give(Struct value, Struct* out) {
  if (out == nullptr) throw Failure(TPP_INVALID, "there is no room for the answer (null pointer)");
  value.struct_size = out->struct_size;
  std::memcpy(out, &value, std::min<std::size_t>(out->struct_size, sizeof value));
}

// A request as this side knows it; members that the caller does not have are 0. Throws Failure.
template <class Struct>
Struct take(const Struct* in) {
  Struct value{};
  if (in == nullptr) throw Failure(TPP_INVALID, "a request is missing (null pointer)");
  std::memcpy(&value, in, std::min<std::size_t>(in->struct_size, sizeof value));
  return value;
}

// Writes as much of the message as there is room for.
inline void report(tpp_error* error, std::string_view message) {
  if (error == nullptr || error->struct_size < offsetof(tpp_error, message) + 1) return;
  tpp_error full{};
  set_text(full.message, message);
  const std::size_t room = std::min<std::size_t>(error->struct_size, sizeof full);
  std::memcpy(error->message, full.message, room - offsetof(tpp_error, message));
  reinterpret_cast<char*>(error)[room - 1] = '\0';
}

// Runs `body`; whatever it throws becomes a status and a text. A Failure has its own words; any
// other exception's are led by the backend's name.
struct Guard {
  const char* backend;

  template <class Body>
  tpp_status operator()(tpp_error* error, const Body& body) const noexcept {
    try {
      return run(error, body);
    } catch (...) {  // no memory even for the message
      report(error, "out of memory");
      return TPP_OUT_OF_MEMORY;
    }
  }

 private:
  template <class Body>
  tpp_status run(tpp_error* error, const Body& body) const {
    try {
      body();
      return TPP_OK;
    } catch (const Failure& failure) {
      report(error, failure.what());
      return failure.status();
    } catch (const std::bad_alloc&) {
      return fail(error, TPP_OUT_OF_MEMORY, "out of memory; free some or lower the memory limit");
    } catch (const std::exception& problem) {
      return fail(error, TPP_FAILED, problem.what());
    } catch (...) {
      return fail(error, TPP_FAILED, "unknown exception");
    }
  }

  tpp_status fail(tpp_error* error, tpp_status status, const std::string& message) const {
    report(error, std::string(backend) + ": " + message);
    return status;
  }
};

}  // namespace tpp::boundary

#endif
