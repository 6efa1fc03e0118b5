// tpp-bench: loads one module, measures what its devices do, and ends. README.md has the protocol.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "kernels/bench/google_benchmark.h"
#include "kernels/bench/selftest.h"
#include "kernels/bench/stop_signal.h"

namespace tpp::bench {
namespace {

constexpr int kCouldNotAssess = 2;
constexpr int kUsage = 64;

int list(const Options& options, const std::vector<Planned>& planned, const RecordWriter& records) {
  for (const Planned& one : planned) {
    records.write(plan_record(one, policy_of(options)));
  }
  return 0;
}

int measure(const Options& options, const Backend& backend, const std::vector<Planned>& planned,
            const RecordWriter& records) {
  const GoogleRun run = run_google_benchmark(backend, planned, options, records);
  if (run.matched == 0) {
    throw UsageError("no benchmark of this module matches the filter; --list names them all");
  }
  if (stop_signal() != 0) {
    std::fprintf(stderr, "tpp-bench: stopped by signal %d; what was not measured has no outcome\n",
                 stop_signal());
    return 128 + stop_signal();
  }
  if (run.outcomes == 0) return 0;  // --benchmark_list_tests
  records.write(end_record());
  return 0;
}

// Exit status 0 says that all checks ran, not that they passed: the records say that.
int check(const Backend& backend, const std::vector<Planned>& planned,
          const RecordWriter& records) {
  for (const Planned& one : selftest_choice(planned)) {
    for (const SelftestCheck& done : selftest(backend, one)) records.write(check_record(done));
  }
  records.write(end_record());
  return 0;
}

int run(const Options& options) {
  const bool to_output = (options.list || options.selftest) && !options.record_fd;
  const RecordWriter records(to_output ? STDOUT_FILENO : options.record_fd);
  Backend backend = Backend::load(options.backend);
  records.write(hello_record(backend));
  const auto why = backend.open(options.backend_options);
  if (records.active()) records.write(libraries_record(mapped_code()));
  if (why) {
    records.write(unavailable_record(*why));
    std::fprintf(stderr, "tpp-bench: backend %s has nothing to run on here: %s\n",
                 backend.name().c_str(), why->c_str());
    return 0;
  }
  const auto devices = backend.devices();
  const auto planned = plan(backend, devices, options.device);
  for (const tpp_device_info& device : devices) {
    if (!options.device || text(device.id) == *options.device) {
      records.write(device_record(device));
    }
  }
  if (options.selftest) return check(backend, planned, records);
  return options.list ? list(options, planned, records)
                      : measure(options, backend, planned, records);
}

int run_words(const std::vector<std::string>& arguments) {
  try {
    const Options options = parse_options(arguments);
    if (options.help) {
      std::fputs(usage().c_str(), stdout);
      return 0;
    }
    watch_stop_signals();
    return run(options);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "tpp-bench: %s\n", error.what());
    return kUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tpp-bench: %s\n", error.what());
    return kCouldNotAssess;
  }
}

}  // namespace
}  // namespace tpp::bench

int main(int argc, char** argv) {
  return tpp::bench::run_words(std::vector<std::string>(argv, argv + argc));
}
