// The C interface of a backend whose benchmarks are workloads (cpp_workload.h): devices and
// benchmarks in, status and text out. Nothing is measured or decided here, and nothing is thrown
// across. A module includes this in one file and fills one BackendDefinition.
#ifndef TPP_KERNELS_CPP_BACKEND_H
#define TPP_KERNELS_CPP_BACKEND_H

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/cpp_boundary.h"
#include "kernels/cpp_workload.h"
#include "kernels/tpp_backend.h"

struct tpp_session {
  std::unique_ptr<tpp::boundary::Workload> workload;
  uint32_t listed_flags = 0;  // of its benchmark
};

namespace tpp::boundary {

struct OpenedDevice {
  tpp_device_info info{};
  std::vector<Benchmark> benchmarks;
};

struct Opened {
  std::vector<OpenedDevice> devices;
  std::shared_ptr<void> keep;  // what the benchmarks refer to
};

using Options = std::map<std::string, std::string>;

// What tells one backend from another.
struct BackendDefinition {
  const char* name;
  const char* version;
  std::vector<std::string> options;  // that open() takes
  Opened (*open)(const Options&);    // throws Failure
  const char* visibility_variable = nullptr;
  const char* visibility_vendor = nullptr;
};

// The table of the backend that Definition::get() defines. One
// backend a module: what is open belongs to the process.
template <class Definition>
class BackendTable {
 public:
  static const tpp_backend_api* api() {
    static const tpp_backend_api table = {sizeof(tpp_backend_api),
                                          TPP_BACKEND_ABI_MAJOR,
                                          TPP_BACKEND_ABI_MINOR,
                                          0,
                                          definition().name,
                                          definition().version,
                                          open_backend,
                                          close_backend,
                                          device_count,
                                          device_info,
                                          benchmark_count,
                                          benchmark_info,
                                          prepare,
                                          session_info,
                                          run_batch,
                                          verify,
                                          release,
                                          definition().visibility_variable,
                                          definition().visibility_vendor};
    return &table;
  }

 private:
  // Not destroyed when the process exits without close: a thread that hangs must not hold up the
  // exit.
  inline static Opened* opened_ = nullptr;

  static const BackendDefinition& definition() {
    static const BackendDefinition* const one = new BackendDefinition(Definition::get());
    return *one;
  }
  static Guard guard() { return {definition().name}; }

  [[noreturn]] static void refuse(tpp_status status, const std::string& what) {
    throw Failure(status, std::string(definition().name) + ": " + what);
  }

  static OpenedDevice& device_at(uint32_t device) {
    if (opened_ == nullptr) refuse(TPP_INVALID, "called before open or after close");
    if (device >= opened_->devices.size()) {
      refuse(TPP_INVALID, "no device number " + std::to_string(device));
    }
    return opened_->devices[device];
  }

  static Benchmark& benchmark_at(uint32_t device, uint32_t benchmark) {
    std::vector<Benchmark>& list = device_at(device).benchmarks;
    if (benchmark >= list.size()) {
      refuse(TPP_INVALID, "no benchmark number " + std::to_string(benchmark));
    }
    return list[benchmark];
  }

  static Workload& workload_of(tpp_session* session) {
    if (session == nullptr) refuse(TPP_INVALID, "no session (null pointer)");
    return *session->workload;
  }

  static std::string known_options() {
    std::string all;
    for (const std::string& name : definition().options) all += (all.empty() ? "" : ", ") + name;
    return all.empty() ? "none" : all;
  }

  static Options read_options(const tpp_open_options* options) {
    const tpp_open_options given = options == nullptr ? tpp_open_options{} : take(options);
    Options read;
    const auto& known = definition().options;
    for (uint32_t i = 0; i < given.option_count; ++i) {
      const std::string name = given.option_names[i];
      const std::string value = given.option_values[i];
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        refuse(TPP_INVALID, "unknown option " + name + "; known: " + known_options());
      }
      if (value.empty()) refuse(TPP_INVALID, "option " + name + " has no value");
      read[name] = value;
    }
    return read;
  }

  static tpp_status open_backend(const tpp_open_options* options, tpp_error* error) noexcept {
    return guard()(error, [&] {
      auto fresh = std::make_unique<Opened>(definition().open(read_options(options)));
      delete opened_;
      opened_ = fresh.release();
    });
  }

  static void close_backend() noexcept {
    delete opened_;
    opened_ = nullptr;
  }

  static uint32_t device_count() noexcept {
    return opened_ != nullptr ? static_cast<uint32_t>(opened_->devices.size()) : 0;
  }

  static tpp_status device_info(uint32_t device, tpp_device_info* out, tpp_error* error) noexcept {
    return guard()(error, [&] { give(device_at(device).info, out); });
  }

  static uint32_t benchmark_count(uint32_t device) noexcept {
    if (opened_ == nullptr || device >= opened_->devices.size()) return 0;
    return static_cast<uint32_t>(opened_->devices[device].benchmarks.size());
  }

  static tpp_status benchmark_info(uint32_t device, uint32_t index, tpp_benchmark_info* out,
                                   tpp_error* error) noexcept {
    return guard()(error, [&] {
      const Benchmark& benchmark = benchmark_at(device, index);
      tpp_benchmark_info info{};
      info.flags = benchmark.flags;
      set_text(info.kernel, benchmark.kernel);
      set_text(info.subject, benchmark.subject);
      set_text(info.accumulator, benchmark.accumulator);
      info.status = benchmark.variants.empty() ? TPP_UNSUPPORTED : TPP_OK;
      set_text(info.unsupported_by, benchmark.unsupported_by);
      set_text(info.reason, benchmark.reason);
      info.variants = static_cast<uint32_t>(benchmark.variants.size());
      give(info, out);
    });
  }

  static tpp_status prepare(const tpp_prepare_request* request, tpp_session** out,
                            tpp_error* error) noexcept {
    return guard()(error, [&] {
      const tpp_prepare_request asked = take(request);
      if (out == nullptr) refuse(TPP_INVALID, "no room for a session (null pointer)");
      Benchmark& benchmark = benchmark_at(asked.device, asked.benchmark);
      if (benchmark.variants.empty()) refuse(TPP_UNSUPPORTED, benchmark.reason);
      if (asked.variant >= benchmark.variants.size()) {
        refuse(TPP_INVALID, benchmark.kernel + "/" + benchmark.subject + " has no variant number " +
                                std::to_string(asked.variant));
      }
      if (asked.fill != TPP_FILL_NORMAL && asked.fill != TPP_FILL_ZEROS) {
        refuse(TPP_INVALID, "no fill number " + std::to_string(asked.fill));
      }
      Preparation preparation;
      preparation.zeros = asked.fill == TPP_FILL_ZEROS;
      preparation.seed = asked.seed;
      preparation.memory_limit_bytes = asked.memory_limit_bytes;
      auto session = std::make_unique<tpp_session>();
      session->workload = benchmark.variants[asked.variant](preparation);
      session->listed_flags = benchmark.flags;
      *out = session.release();
    });
  }

  static tpp_status session_info(tpp_session* session, tpp_session_info* out,
                                 tpp_error* error) noexcept {
    return guard()(error, [&] {
      const SessionInfo info = workload_of(session).info();
      tpp_session_info result{};
      result.units = info.units;
      set_text(result.path, info.path);
      result.operations_per_repeat = info.operations_per_repeat;
      result.bytes_per_repeat = info.bytes_per_repeat;
      result.working_set_bytes = info.working_set_bytes;
      result.operations_per_clock = info.operations_per_clock;
      result.product_m = info.product[0];
      result.product_n = info.product[1];
      result.product_k = info.product[2];
      result.flags = info.flags;
      const bool news = (info.flags & ~session->listed_flags) != 0;
      constexpr std::size_t kRoom = offsetof(tpp_session_info, flags) + sizeof result.flags;
      if (news && out != nullptr && out->struct_size < kRoom) {
        refuse(TPP_FAILED, "what ran is a generic path (" + info.path +
                               "), which this host is too old to be told: update it");
      }
      give(result, out);
    });
  }

  static tpp_status run_batch(tpp_session* session, uint64_t repeats, tpp_batch_result* out,
                              tpp_error* error) noexcept {
    return guard()(error, [&] {
      if (repeats == 0) refuse(TPP_INVALID, "a batch of 0 repeats");
      const Batch batch = workload_of(session).run_batch(repeats);
      tpp_batch_result result{};
      result.elapsed_ns = batch.elapsed_ns;
      result.begin_ns = batch.begin_ns;
      result.end_ns = batch.end_ns;
      result.operations = batch.operations;
      result.bytes = batch.bytes;
      result.clock_hz = batch.clock_hz;
      result.unit_cycles = batch.unit_cycles;
      give(result, out);
    });
  }

  static tpp_status verify(tpp_session* session, const tpp_verify_request* request,
                           tpp_verify_result* out, tpp_error* error) noexcept {
    return guard()(error, [&] {
      const tpp_verify_request asked = take(request);
      const bool corrupt = (asked.flags & TPP_VERIFY_CORRUPT) != 0;
      const Verification verification = workload_of(session).verify(asked.seed, corrupt);
      tpp_verify_result result{};
      result.values = verification.values;
      result.max_error = verification.max_error;
      result.error_bound = verification.error_bound;
      give(result, out);
    });
  }

  static void release(tpp_session* session) noexcept { delete session; }
};

}  // namespace tpp::boundary

#endif
