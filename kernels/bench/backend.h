// One module behind C++ values: loading, version negotiation, and calls whose failures are
// exceptions. Judges nothing that the module says. One thread at a time.
#ifndef TPP_KERNELS_BENCH_BACKEND_H
#define TPP_KERNELS_BENCH_BACKEND_H

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/support/error.h"
#include "kernels/tpp_backend.h"

namespace tpp::bench {

// A call into the module that did not return TPP_OK. The message is the module's own, led by what
// was tried.
class BackendError : public Error {
 public:
  BackendError(tpp_status status, const std::string& message) : Error(message), status_(status) {}
  tpp_status status() const { return status_; }

 private:
  tpp_status status_;
};

// Text of a fixed member, even if the module forgot to end it.
template <std::size_t Size>
std::string text(const char (&member)[Size]) {
  const std::string_view whole(member, Size);
  return std::string(whole.substr(0, whole.find('\0')));
}

// One benchmark made ready; released with this object.
class Session {
 public:
  tpp_session_info info() const;
  tpp_batch_result run(std::uint64_t repeats);
  tpp_verify_result verify(std::uint64_t seed, bool corrupt);

 private:
  friend class Backend;
  struct Release {
    const tpp_backend_api* api;
    void operator()(tpp_session* session) const { api->release(session); }
  };
  Session(const tpp_backend_api* api, tpp_session* session)
      : api_(api), session_(session, Release{api}) {}

  const tpp_backend_api* api_;
  std::unique_ptr<tpp_session, Release> session_;
};

// The variable that tells a runtime which devices of a vendor to show a process.
struct Visibility {
  std::string variable;
  std::string vendor;
};

class Backend {
 public:
  // Loads the module at `path`. Throws Error if it is missing, is no module, or is one of another
  // ABI major version, of which only the first four members are read.
  static Backend load(const std::filesystem::path& path);
  // Over a table already in this process (tests). Throws Error as above.
  explicit Backend(const tpp_backend_api* api, std::filesystem::path path = {});
  Backend(Backend&&) = default;

  // nullopt, or why there is nothing to run on here. Throws UsageError for an unknown option or
  // value, BackendError for anything else.
  std::optional<std::string> open(const std::vector<std::pair<std::string, std::string>>& options);

  std::string name() const;
  std::string method_version() const;
  std::pair<std::uint32_t, std::uint32_t> abi() const;
  std::optional<Visibility> visibility() const;  // nullopt from modules older than ABI 1.4, too
  const std::filesystem::path& path() const { return path_; }

  std::vector<tpp_device_info> devices() const;
  std::vector<tpp_benchmark_info> benchmarks(std::uint32_t device) const;
  Session prepare(const tpp_prepare_request& request) const;

 private:
  struct Close {
    void operator()(const tpp_backend_api* api) const { api->close(); }
  };
  const tpp_backend_api* api_;
  std::unique_ptr<const tpp_backend_api, Close> opened_;
  std::filesystem::path path_;
};

}  // namespace tpp::bench

#endif
