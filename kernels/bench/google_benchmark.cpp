#include "kernels/bench/google_benchmark.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "kernels/bench/stop_signal.h"

namespace tpp::bench {
namespace {

// What a benchmark's function sees of the program; lives as long as the run.
struct Run {
  const Backend& backend;
  const RecordWriter& records;
  SampleSettings settings;
  std::size_t outcomes = 0;
  std::exception_ptr broken = nullptr;            // an exception must not pass through the library
  std::vector<MappedFile> named = mapped_code();  // on the records by now
};

// What was loaded for a benchmark alone, as a library of products.
void name_new_code(Run& run) {
  if (!run.records.active()) return;
  std::vector<MappedFile> fresh = mapped_code();
  std::erase_if(fresh, [&](const MappedFile& file) {
    return std::ranges::find(run.named, file) != run.named.end();
  });
  if (fresh.empty()) return;
  run.records.write(libraries_record(fresh));
  run.named.insert(run.named.end(), fresh.begin(), fresh.end());
}

void show(benchmark::State& state, const Rate& rate) {
  auto& counters = state.counters;
  counters[rate.bytes ? "bytes_per_second" : "ops_per_second"] = rate.per_second;
  counters["low"] = rate.interval.first;
  counters["high"] = rate.interval.second;
  if (rate.clock_hz) counters["clock_hz"] = *rate.clock_hz;
  if (rate.per_clock_per_unit) counters["ops_per_clock_per_unit"] = *rate.per_clock_per_unit;
  counters["batches"] = rate.batches;
  counters["steady"] = rate.steady ? 1 : 0;
  counters["error"] = rate.max_error;
  counters["error_bound"] = rate.error_bound;
  state.SetLabel(rate.path + (rate.suspect ? " SUSPECT: " + *rate.suspect : ""));
  state.SetIterationTime(rate.sustained_s);
}

void show(benchmark::State& state, const Unsupported& unsupported) {
  state.SkipWithError(("unsupported by " + unsupported.by + ": " + unsupported.reason).c_str());
}

void show(benchmark::State& state, const Failed& failed) {
  state.SkipWithError(("failed: " + failed.reason).c_str());
}

void measure(benchmark::State& state, const Planned& planned, Run& run) {
  if (stop_signal() != 0) {
    state.SkipWithError("not measured: stopped by a signal");
    return;
  }
  run.records.write(begin_record(planned.name));
  const SampleHooks hooks = {
      .progress = [&](const Progress& p) { run.records.write(progress_record(planned.name, p)); },
      .stop = [] { return stop_signal() != 0; }};
  const Sampled sampled = sample(run.backend, planned, run.settings, hooks);
  std::visit([&state](const auto& value) { show(state, value); }, sampled.outcome);
  name_new_code(run);
  run.records.write(outcome_record(planned.name, sampled));
  ++run.outcomes;
  if (sampled.device_lost) {
    throw Error("the device is lost to this process: start it again for what was not measured");
  }
}

// One call of the library into us.
void iterate(benchmark::State& state, const Planned& planned, Run& run) {
  if (run.broken) {
    state.SkipWithError("not measured: this process cannot go on");
    return;
  }
  bool done = false;
  for ([[maybe_unused]] auto _ : state) {
    if (done) break;
    done = true;
    try {
      measure(state, planned, run);
    } catch (const Stopped& stopped) {
      state.SkipWithError(stopped.what());
    } catch (...) {
      run.broken = std::current_exception();
      if (!state.error_occurred()) state.SkipWithError("the records could not be written");
    }
    if (state.error_occurred()) break;
  }
}

// The library keeps a pointer to the first word, so `words` has to outlive the run.
void initialize(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  if (count > 1) throw UsageError(std::string("bad value in ") + pointers[1]);
}

// Whether people are to read standard output: no format of the library's for machines, and no list
// of names. The last flag counts; the library reads BENCHMARK_FORMAT where there is none.
bool writes_console(const std::vector<std::string>& words) {
  const char* otherwise = std::getenv("BENCHMARK_FORMAT");
  std::string format = otherwise != nullptr ? otherwise : "console";
  constexpr std::string_view kFormat = "--benchmark_format=";
  constexpr std::string_view kList = "--benchmark_list_tests";
  for (const std::string& word : words) {
    if (word.starts_with(kFormat)) format = word.substr(kFormat.size());
    if (word.starts_with(kList) && !word.ends_with("=false")) return false;
  }
  return format == "console";
}

// Standard error says it always, before anything of the library's; so does the table. What machines
// read keeps its form, and says it in its context.
void say_simulated(const std::vector<std::string>& words) {
  std::fprintf(stderr, "%s\n", kSimulatedLine);
  if (!writes_console(words)) return;
  std::printf("%s\n", kSimulatedLine);
  std::fflush(stdout);
}

}  // namespace

GoogleRun run_google_benchmark(const Backend& backend, const std::vector<Planned>& plan,
                               const Options& options, const RecordWriter& records) {
  std::vector<std::string> words = options.google_benchmark;
  initialize(words);
  Run run = {.backend = backend,
             .records = records,
             .settings = {.policy = policy_of(options),
                          .fill = options.fill,
                          .seed = options.seed,
                          .start_at_ns = options.start_at_ns,
                          .corrupt = options.corrupt}};
  benchmark::AddCustomContext("backend", backend.name());
  benchmark::AddCustomContext("method_version", backend.method_version());
  benchmark::AddCustomContext("mode", options.mode == Mode::full ? "full" : "quick");
  if (std::any_of(plan.begin(), plan.end(), [](const Planned& p) { return p.simulated; })) {
    benchmark::AddCustomContext("simulated", "true");
    say_simulated(options.google_benchmark);
  }
  for (const Planned& planned : plan) {
    benchmark::RegisterBenchmark(planned.name.c_str(), iterate, planned, std::ref(run))
        ->Iterations(1)
        ->UseManualTime();
  }
  GoogleRun result;
  result.matched = benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  if (run.broken) std::rethrow_exception(run.broken);
  result.outcomes = run.outcomes;
  return result;
}

}  // namespace tpp::bench
