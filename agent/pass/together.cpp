#include "agent/pass/together.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "agent/pass/gate_findings.h"

namespace tpp {
namespace {

using Clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC, as the batches' times are

// Time that is not shared is time in which a device has the board's power for itself.
constexpr double kOverlapLeast = 0.9;
// Processes that start beside each other take longer than one alone.
constexpr double kSlowerStart = 2;
constexpr double kMargin_s = 0.3;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

const Measurement* measurement_of(const Report& report, const BenchmarkId& id) {
  const auto found = std::ranges::find(report.measurements, id, &Measurement::id);
  return found == report.measurements.end() ? nullptr : &*found;
}

BenchmarkId on(const DeviceId& device, BenchmarkId benchmark) {
  benchmark.device = device;
  return benchmark;
}

// Why a device's part is no part of a sum; "" if it is.
std::string why_none(const Measurement& measurement) {
  const std::string id = to_string(measurement.id);
  if (const auto* failed = std::get_if<Failed>(&measurement.outcome)) {
    return fmt::format("{}: {}", id, failed->reason);
  }
  if (const auto* none = std::get_if<Unsupported>(&measurement.outcome)) {
    return fmt::format("{}: unsupported by {}: {}", id, none->by, none->reason);
  }
  const Rate& rate = std::get<Rate>(measurement.outcome);
  return rate.suspect ? fmt::format("{}: suspect: {}", id, *rate.suspect) : "";
}

// What became of a benchmark on the devices of a board, each by itself.
struct Alone {
  std::vector<const Measurement*> rates;
  std::string reason;        // of the first device without a rate; "" if each has one
  bool on_no_device = true;  // what no device can do, or was asked for, is missed by nobody
};

Alone alone(const Report& report, const std::vector<DeviceId>& devices,
            const BenchmarkId& benchmark) {
  Alone found;
  for (const DeviceId& device : devices) {
    const BenchmarkId id = on(device, benchmark);
    const Measurement* one = measurement_of(report, id);
    const bool rate = one != nullptr && std::holds_alternative<Rate>(one->outcome);
    const bool failed = one != nullptr && std::holds_alternative<Failed>(one->outcome);
    found.on_no_device = found.on_no_device && !rate && !failed;
    if (rate) found.rates.push_back(one);
    if (rate || !found.reason.empty()) continue;
    found.reason = one != nullptr ? why_none(*one) : to_string(id) + ": not measured";
  }
  return found;
}

Quantity quantity_of(const BenchmarkId& benchmark, const Alone& by_itself) {
  if (!by_itself.rates.empty()) {
    return std::get<Rate>(by_itself.rates.front()->outcome).quantity;
  }
  return benchmark.kernel == "dram" ? Quantity::bytes : Quantity::operations;
}

double sum_of(const std::vector<const Measurement*>& measurements) {
  double sum = 0;
  for (const Measurement* one : measurements) sum += std::get<Rate>(one->outcome).per_second;
  return sum;
}

// What all devices need before they can count: their start, and what is not counted of a benchmark.
double lead_s(const std::vector<const DeviceWork*>& work,
              const std::vector<const Measurement*>& by_itself) {
  double lead = 0;
  for (std::size_t i = 0; i < work.size(); ++i) {
    const double around = by_itself[i]->wall_s - std::get<Rate>(by_itself[i]->outcome).sustained_s;
    lead = std::max(lead, kSlowerStart * (work[i]->startup_s + std::max(0.0, around)));
  }
  return lead + kMargin_s;
}

std::uint64_t ns_from_now(double seconds) {
  const auto at = Clock::now().time_since_epoch() + std::chrono::duration<double>(seconds);
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(at).count());
}

// A worker each, on a thread each: a child belongs to the thread that runs it.
std::vector<WorkerResult> run_at_once(std::vector<WorkerRequest> requests) {
  std::vector<std::future<WorkerResult>> running;
  for (WorkerRequest& request : requests) {
    running.push_back(std::async(std::launch::async, [request = std::move(request)] {
      return run_worker(request, [](const record::Progress&) {});
    }));
  }
  std::vector<WorkerResult> results;
  for (auto& one : running) results.push_back(one.get());
  return results;
}

void add_at_once(const std::vector<WorkerResult>& workers, bool simulated, TogetherRate& row) {
  double sum = 0;
  std::vector<record::CountedTime> times;
  for (const WorkerResult& worker : workers) {
    const Measurement& measurement = worker.measurements.front();
    row.reason = why_none(measurement);
    if (!row.reason.empty()) return;
    sum += std::get<Rate>(measurement.outcome).per_second;
    for (const auto& [id, time] : worker.counted) times.push_back(time);
  }
  if (simulated) {
    row.at_once = sum;
    row.reason = "simulated: that they ran at once cannot be checked";
    return;
  }
  if (times.size() == workers.size()) row.overlap = overlap_of(times);
  if (row.overlap.value_or(0) >= kOverlapLeast) {
    row.at_once = sum;
  } else {
    row.reason = fmt::format(
        "does not count: all devices were counted at once for {:.0f} % of the "
        "time, and it takes {:.0f} %",
        100 * row.overlap.value_or(0), 100 * kOverlapLeast);
  }
}

// The benchmarks of one board.
class Together {
 public:
  Together(const std::vector<DeviceWork>& done, const TogetherInputs& inputs, PassResult& result)
      : done_(done), inputs_(inputs), result_(result) {}

  void run(const std::vector<DeviceId>& devices) {
    std::vector<const DeviceWork*> work;
    for (const DeviceId& device : devices) {
      const auto found = std::ranges::find_if(
          done_, [&](const DeviceWork& one) { return one.request.device == device; });
      if (found == done_.end()) return;  // not selected, or nothing runs on it
      work.push_back(&*found);
    }
    gates_.clear();
    shut_ = open_gates(devices);
    const auto& benchmarks = work.front()->request.benchmarks;
    total_ += static_cast<int>(std::ranges::count_if(benchmarks, runs_together));
    for (const BenchmarkId& benchmark : benchmarks) {
      if (runs_together(benchmark)) run(devices, work, benchmark);
    }
  }

 private:
  // Why the board cannot be measured now; "" if it can.
  std::string open_gates(const std::vector<DeviceId>& devices) {
    for (const DeviceId& id : devices) {
      const Device& device = *find_device(result_.report.inventory, id);
      gates_.push_back(std::make_unique<DeviceGate>(inputs_.gate, device));
      const GateAnswer answer = gates_.back()->ask(Heat::may_be_ours);
      // What else there is to say was said when it was measured by itself.
      if (answer.state != GateState::shut && answer.state != GateState::stopped) continue;
      note_answer(device, answer, result_);
      return answer.why;
    }
    return "";
  }

  void run(const std::vector<DeviceId>& devices, const std::vector<const DeviceWork*>& work,
           const BenchmarkId& benchmark) {
    Report& report = result_.report;
    const Alone by_itself = alone(report, devices, benchmark);
    if (by_itself.on_no_device) return;
    const bool measured = by_itself.reason.empty();
    const Device& first = *find_device(report.inventory, devices.front());
    TogetherRate row{.board = first.board,
                     .kernel = benchmark.kernel,
                     .subject = benchmark.subject,
                     .accumulator = benchmark.accumulator,
                     .quantity = quantity_of(benchmark, by_itself),
                     .devices = static_cast<int>(devices.size()),
                     .one_by_one = measured ? std::optional(sum_of(by_itself.rates)) : std::nullopt,
                     .at_once = std::nullopt,
                     .overlap = std::nullopt,
                     .reason = ""};
    if (!measured) {
      row.reason = "not measured at once: " + by_itself.reason;
    } else if (!shut_.empty()) {
      row.reason = "not measured: " + shut_;
    } else if (left_s() <= 0) {
      result_.deadline_passed = true;
      row.reason = "not measured: the deadline of the pass came first";
    } else {
      PassProgress progress;
      progress.now.benchmark = benchmark;
      progress.now.phase = "at once";
      progress.done = static_cast<int>(report.together->size());
      progress.total = total_;
      inputs_.observer(progress);
      const auto workers = run_at_once(requests(devices, work, by_itself.rates, benchmark));
      for (std::size_t i = 0; i < workers.size(); ++i) keep(devices[i], *gates_[i], workers[i]);
      add_at_once(workers, first.simulated, row);
    }
    report.together->push_back(std::move(row));
  }

  std::vector<WorkerRequest> requests(const std::vector<DeviceId>& devices,
                                      const std::vector<const DeviceWork*>& work,
                                      const std::vector<const Measurement*>& by_itself,
                                      const BenchmarkId& benchmark) const {
    const std::uint64_t start_at_ns = ns_from_now(lead_s(work, by_itself));
    std::vector<WorkerRequest> requests;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      WorkerRequest& request = requests.emplace_back(work[i]->request);
      request.benchmarks = {on(devices[i], benchmark)};
      request.start_at_ns = start_at_ns;
      request.deadline_s = left_s();
      request.stop = [&gate = *gates_[i]] { return gate.leave(); };
    }
    return requests;
  }

  double left_s() const { return inputs_.left_s - seconds_since(started_); }

  void keep(const DeviceId& device, const DeviceGate& gate, const WorkerResult& worker) {
    if (worker.interrupted) {
      shut_ = *worker.interrupted;
      note_end(*find_device(result_.report.inventory, device), gate, worker, result_);
    }
    auto& findings = result_.report.findings;
    findings.insert(findings.end(), worker.findings.begin(), worker.findings.end());
    result_.deadline_passed |= worker.deadline_passed;
  }

  const std::vector<DeviceWork>& done_;
  const TogetherInputs& inputs_;
  PassResult& result_;
  std::vector<std::unique_ptr<DeviceGate>> gates_;  // of the board, as its devices
  std::string shut_;
  int total_ = 0;  // benchmarks of the boards so far
  const Clock::time_point started_ = Clock::now();
};

}  // namespace

std::optional<double> overlap_of(const std::vector<record::CountedTime>& times) {
  if (times.empty()) return std::nullopt;
  std::uint64_t begin = 0;
  std::uint64_t end = times.front().end_ns;
  std::uint64_t longest = 0;
  for (const record::CountedTime& time : times) {
    if (time.end_ns <= time.begin_ns) return std::nullopt;
    begin = std::max(begin, time.begin_ns);
    end = std::min(end, time.end_ns);
    longest = std::max(longest, time.end_ns - time.begin_ns);
  }
  if (end <= begin) return 0;
  return static_cast<double>(end - begin) / static_cast<double>(longest);
}

std::vector<std::vector<DeviceId>> boards_together(const Inventory& inventory) {
  std::vector<std::vector<DeviceId>> boards;
  for (const Board& board : inventory.boards) {
    std::vector<DeviceId> devices;
    bool whole = true;
    for (const Device& device : inventory.devices) {
      // A host processor's board memory and power are another matter than its accelerators'.
      if (device.board != board.id || device.backend.empty() || is_host_cpu(device)) continue;
      devices.push_back(device.id);
      whole = whole && !device.slice;
    }
    if (whole && devices.size() > 1) boards.push_back(std::move(devices));
  }
  return boards;
}

bool runs_together(const BenchmarkId& benchmark) { return benchmark.kernel != "link"; }

void measure_together(const std::vector<DeviceWork>& done, const TogetherInputs& inputs,
                      PassResult& result) {
  result.report.together.emplace();
  Together together(done, inputs, result);
  for (const std::vector<DeviceId>& devices : boards_together(result.report.inventory)) {
    together.run(devices);
  }
}

}  // namespace tpp
