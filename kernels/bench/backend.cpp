#include "kernels/bench/backend.h"

#include <fmt/format.h>

#include <cstddef>

#include "agent/support/dynamic_library.h"

namespace tpp::bench {
namespace {

struct StatusWord {
  tpp_status status;
  const char* word;
};

constexpr StatusWord kStatusWords[] = {
    {TPP_UNAVAILABLE, "not available here"}, {TPP_UNSUPPORTED, "not supported"},
    {TPP_INVALID, "invalid request"},        {TPP_FAILED, "failed"},
    {TPP_OUT_OF_MEMORY, "out of memory"},    {TPP_BUSY, "busy"},
    {TPP_DEVICE_LOST, "device lost"},
};

std::string word(tpp_status status) {
  for (const StatusWord& row : kStatusWords) {
    if (row.status == status) return row.word;
  }
  return fmt::format("unknown status {}", status);
}

template <class Struct>
Struct sized() {
  Struct value = {};
  value.struct_size = sizeof(Struct);
  return value;
}

// A call with an error text; `call` takes the tpp_error to fill.
template <class Call>
void checked(const char* what, const Call& call) {
  auto error = sized<tpp_error>();
  const tpp_status status = call(&error);
  if (status == TPP_OK) return;
  const std::string said = text(error.message);
  throw BackendError(status,
                     fmt::format("{}: {}{}{}", what, word(status), said.empty() ? "" : ": ", said));
}

// Major 1 began with all of these; a shorter table is no table.
constexpr std::size_t kSmallestTable = offsetof(tpp_backend_api, release) + sizeof(void*);

}  // namespace

tpp_session_info Session::info() const {
  auto out = sized<tpp_session_info>();
  checked("describing the session",
          [&](tpp_error* error) { return api_->session_info(session_.get(), &out, error); });
  return out;
}

tpp_batch_result Session::run(std::uint64_t repeats) {
  auto out = sized<tpp_batch_result>();
  checked("running a batch",
          [&](tpp_error* error) { return api_->run_batch(session_.get(), repeats, &out, error); });
  return out;
}

tpp_verify_result Session::verify(std::uint64_t seed, bool corrupt) {
  auto request = sized<tpp_verify_request>();
  request.seed = seed;
  if (corrupt) request.flags |= TPP_VERIFY_CORRUPT;
  auto out = sized<tpp_verify_result>();
  checked("verifying the product",
          [&](tpp_error* error) { return api_->verify(session_.get(), &request, &out, error); });
  return out;
}

Backend Backend::load(const std::filesystem::path& path) {
  // Absolute, so that the loader never looks along its search path.
  const auto absolute = std::filesystem::absolute(path);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(absolute, ignored)) {
    throw Error(
        fmt::format("cannot load backend {}: no such file; --backend wants the path of a "
                    "module, as lib/tpp/backends/cpu.so",
                    path.string()));
  }
  std::string why;
  const auto library = DynamicLibrary::open(absolute.string(), &why);
  if (!library) throw Error(fmt::format("cannot load backend {}: {}", path.string(), why));
  const auto query = library->function<tpp_backend_query_function>("tpp_backend_query");
  if (query == nullptr) {
    throw Error(
        fmt::format("cannot use {} as a backend: it does not export tpp_backend_query; "
                    "give the path of a tpp-agent module",
                    path.string()));
  }
  return Backend(query(TPP_BACKEND_ABI_MAJOR, TPP_BACKEND_ABI_MINOR), absolute);
}

Backend::Backend(const tpp_backend_api* api, std::filesystem::path path)
    : api_(api), path_(std::move(path)) {
  if (api_ == nullptr) {
    throw Error(
        fmt::format("cannot use backend {}: it refuses ABI {}.{}; use the module built with "
                    "this program",
                    path_.string(), TPP_BACKEND_ABI_MAJOR, TPP_BACKEND_ABI_MINOR));
  }
  if (api_->abi_major != TPP_BACKEND_ABI_MAJOR) {
    throw Error(
        fmt::format("cannot use backend {}: it speaks ABI {}.{}, this program {}.{}; use "
                    "the module built with this program",
                    path_.string(), api_->abi_major, api_->abi_minor, TPP_BACKEND_ABI_MAJOR,
                    TPP_BACKEND_ABI_MINOR));
  }
  if (api_->struct_size < kSmallestTable) {
    throw Error(
        fmt::format("cannot use backend {}: its table has {} bytes where ABI {} needs at "
                    "least {}; build the module anew",
                    path_.string(), api_->struct_size, TPP_BACKEND_ABI_MAJOR, kSmallestTable));
  }
}

std::optional<std::string> Backend::open(
    const std::vector<std::pair<std::string, std::string>>& options) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [option, value] : options) {
    names.push_back(option.c_str());
    values.push_back(value.c_str());
  }
  auto request = sized<tpp_open_options>();
  request.option_count = static_cast<std::uint32_t>(options.size());
  request.option_names = names.data();
  request.option_values = values.data();
  auto error = sized<tpp_error>();
  const tpp_status status = api_->open(&request, &error);
  if (status == TPP_OK) {
    opened_.reset(api_);
    return std::nullopt;
  }
  const std::string said = text(error.message);
  if (status == TPP_UNAVAILABLE) return said.empty() ? "the module gave no reason" : said;
  // A module's own words begin with its name.
  const std::string own = name() + ": ";
  const bool named = !name().empty() && said.starts_with(own);
  const std::string message =
      fmt::format("backend {}: {}", name(), named ? said.substr(own.size()) : said);
  if (status == TPP_INVALID) throw UsageError(message);
  throw BackendError(status, message);
}

std::string Backend::name() const { return api_->name != nullptr ? api_->name : ""; }

std::string Backend::method_version() const {
  return api_->version != nullptr ? api_->version : "";
}

std::pair<std::uint32_t, std::uint32_t> Backend::abi() const {
  return {api_->abi_major, api_->abi_minor};
}

std::optional<Visibility> Backend::visibility() const {
  constexpr std::size_t kWithIt = offsetof(tpp_backend_api, visibility_vendor) + sizeof(char*);
  if (api_->struct_size < kWithIt || api_->visibility_variable == nullptr ||
      api_->visibility_vendor == nullptr) {
    return std::nullopt;
  }
  return Visibility{api_->visibility_variable, api_->visibility_vendor};
}

std::vector<tpp_device_info> Backend::devices() const {
  std::vector<tpp_device_info> devices(api_->device_count(), sized<tpp_device_info>());
  for (std::uint32_t i = 0; i < devices.size(); ++i) {
    checked("describing a device",
            [&](tpp_error* error) { return api_->device_info(i, &devices[i], error); });
  }
  return devices;
}

std::vector<tpp_benchmark_info> Backend::benchmarks(std::uint32_t device) const {
  std::vector<tpp_benchmark_info> benchmarks(api_->benchmark_count(device),
                                             sized<tpp_benchmark_info>());
  for (std::uint32_t i = 0; i < benchmarks.size(); ++i) {
    checked("describing a benchmark", [&](tpp_error* error) {
      return api_->benchmark_info(device, i, &benchmarks[i], error);
    });
  }
  return benchmarks;
}

Session Backend::prepare(const tpp_prepare_request& request) const {
  auto sized_request = request;
  sized_request.struct_size = sizeof(tpp_prepare_request);
  tpp_session* session = nullptr;
  checked("preparing",
          [&](tpp_error* error) { return api_->prepare(&sized_request, &session, error); });
  if (session == nullptr) {
    throw BackendError(TPP_FAILED, "preparing: the module reported success and gave no session");
  }
  return Session(api_, session);
}

}  // namespace tpp::bench
