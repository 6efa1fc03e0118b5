#include "agent/pass/measuring.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/pass/device_gate.h"
#include "agent/pass/gate_findings.h"
#include "agent/pass/idle_gate.h"
#include "agent/pass/telemetry.h"
#include "agent/pass/together.h"
#include "agent/pass/worker.h"

namespace tpp {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Before any load of ours: it is a mean over the last minute.
std::optional<std::string> why_host_not_idle(const Thresholds& thresholds) {
  double load_average = 0;
  if (::getloadavg(&load_average, 1) != 1) return "the node does not tell its load average";
  return why_cores_not_idle(load_average, static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)),
                            thresholds);
}

// Whether a benchmark puts load on devices beside its own.
bool loads_others(const BenchmarkId& id) {
  return id.kernel == "link" && id.subject.starts_with("peer_");
}

class Measuring {
 public:
  Measuring(const PassRequest& request, const PassObserver& observer, PassResult& result)
      : request_(request),
        observer_(observer),
        result_(result),
        gate_{request.gate, request.stop, request.thresholds, request.survey.agent,
              why_host_not_idle(request.thresholds)} {}

  void run(const Survey& survey) {
    for (const SurveyedBackend& backend : survey.backends) {
      progress_.total += static_cast<int>(select(backend, request_.selection).size());
    }
    for (const Device& device : survey.inventory.devices) {
      for (const SurveyedBackend& backend : survey.backends) {
        if (backend.module.name == device.backend && !result_.stopped) measure(device, backend);
      }
    }
    if (request_.together && !result_.stopped) {
      measure_together(done_, {gate_, request_.deadline_s - seconds_since(started_), observer_},
                       result_);
    }
  }

 private:
  void measure(const Device& device, const SurveyedBackend& backend) {
    WorkerRequest work = work_for(device, backend);
    if (work.benchmarks.empty()) return;
    WorkerRequest of_links = work;
    std::erase_if(work.benchmarks, loads_others);
    std::erase_if(of_links.benchmarks, [](const BenchmarkId& id) { return !loads_others(id); });
    DeviceGate gate(gate_, device);
    const bool loaded = loaded_.contains(device.board);
    const GateAnswer answer = gate.ask(loaded ? Heat::may_be_ours : Heat::of_others);
    note_answer(device, answer, result_);
    if (answer.state == GateState::stopped || answer.state == GateState::shut) {
      progress_.done += static_cast<int>(work.benchmarks.size() + of_links.benchmarks.size());
      return;
    }
    loaded_.insert(device.board);
    WorkerResult worked = run(work, [&gate] { return gate.leave(); });
    note_end(device, gate, worked, result_);
    if (!worked.interrupted && !of_links.benchmarks.empty()) {
      add(run_with_peers(device, gate, std::move(of_links)), worked);
    }
    if (!gate.probe().empty()) add_telemetry(device, gate, worked);
    if (worked.hangs > 0) result_.hung.insert(device.id);
    keep(worked);
    result_.code.add("backend " + backend.module.name, worked.code);
    if (!worked.interrupted) done_.push_back({std::move(work), worked.startup_s});
  }

  // Those that load other devices of the node wait for these as well, and leave for them.
  WorkerResult run_with_peers(const Device& device, DeviceGate& gate, WorkerRequest work) {
    std::vector<std::pair<const Device*, std::unique_ptr<DeviceGate>>> peers;
    for (const Device& other : result_.report.inventory.devices) {
      const bool part = other.id.value.find('/') != std::string::npos;
      if (other.id == device.id || other.backend != device.backend || part) continue;
      peers.emplace_back(&other, std::make_unique<DeviceGate>(gate_, other));
    }
    for (const auto& [other, peer] : peers) {
      const GateAnswer answer = peer->ask(Heat::may_be_ours);
      if (answer.state != GateState::shut && answer.state != GateState::stopped) continue;
      const auto why = fmt::format("it would load {} as well: {}", other->id.value, answer.why);
      if (answer.state == GateState::stopped) note_answer(device, answer, result_);
      WorkerResult left = run(work, [&why] { return std::optional(why); });
      if (answer.state != GateState::stopped) note_end(device, gate, left, result_);
      return left;
    }
    WorkerResult worked = run(work, [&]() -> std::optional<std::string> {
      auto why = gate.leave();
      for (auto at = peers.begin(); !why && at != peers.end(); ++at) {
        why = at->second->leave();
        if (why) why = fmt::format("{}: {}", at->first->id.value, *why);
      }
      return why;
    });
    note_end(device, gate, worked, result_);
    return worked;
  }

  WorkerResult run(WorkerRequest& work, std::function<std::optional<std::string>()> stop) {
    work.deadline_s = request_.deadline_s - seconds_since(started_);
    work.stop = std::move(stop);
    WorkerResult worked = run_worker(work, [this](const record::Progress& progress) {
      if (progress_.now.benchmark != progress.benchmark) ++progress_.done;
      progress_.now = progress;
      observer_(progress_);
    });
    work.stop = nullptr;  // what it looks at ends before `work` does
    return worked;
  }

  static void add(WorkerResult more, WorkerResult& worked) {
    std::ranges::move(more.measurements, std::back_inserter(worked.measurements));
    std::ranges::move(more.findings, std::back_inserter(worked.findings));
    std::ranges::move(more.code, std::back_inserter(worked.code));
    worked.counted.merge(more.counted);
    worked.deadline_passed |= more.deadline_passed;
    worked.hangs += more.hangs;
    if (!worked.interrupted) worked.interrupted = more.interrupted;
  }

  WorkerRequest work_for(const Device& device, const SurveyedBackend& backend) const {
    WorkerRequest work;
    work.bench = request_.survey.bench;
    work.module = backend.module;
    work.device = device.id;
    work.mode = request_.survey.mode;
    work.silence_s = request_.silence_s;
    const auto planned = planned_of(device.id, backend, request_.selection);
    work.limit_s = limit_each_s(planned, work.mode);
    for (const record::Planned& one : planned) work.benchmarks.push_back(one.benchmark);
    return work;
  }

  void add_telemetry(const Device& device, DeviceGate& gate, WorkerResult& worked) {
    const std::string& probe = gate.probe();
    const Readings readings = gate.readings();
    result_.code.add("probe " + probe, readings.code);
    for (Measurement& measurement : worked.measurements) {
      const auto counted = worked.counted.find(measurement.id);
      if (counted == worked.counted.end()) continue;
      measurement.telemetry = summarise(readings.samples, counted->second, "probe " + probe);
    }
    for (Finding& finding : clock_findings(device.id, worked.measurements, request_.thresholds)) {
      // The probe may have told of the same setting before.
      const bool told = std::ranges::any_of(result_.report.findings, [&](const Finding& one) {
        return one.code == finding.code && one.subject == finding.subject;
      });
      if (!told) worked.findings.push_back(std::move(finding));
    }
    if (readings.trouble.empty()) return;
    worked.findings.push_back(
        {.code = "telemetry.missing",
         .finding_class = FindingClass::condition,
         .severity = Severity::warning,
         .subject = device.id.value,
         .message = fmt::format("probe {} could not watch it: {}; what held its clocks, its power "
                                "and its heat are not known for some of its figures",
                                probe, readings.trouble)});
  }

  void keep(const WorkerResult& worked) {
    Report& report = result_.report;
    const auto append = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(report.measurements, worked.measurements);
    append(report.findings, worked.findings);
    result_.deadline_passed |= worked.deadline_passed;
  }

  const PassRequest& request_;
  const PassObserver& observer_;
  PassResult& result_;
  PassProgress progress_;
  std::vector<DeviceWork> done_;
  std::set<BoardId> loaded_;
  const GateInputs gate_;
  const Clock::time_point started_ = Clock::now();
};

}  // namespace

void measure_devices(const PassRequest& request, const Survey& survey, const PassObserver& observer,
                     PassResult& result) {
  Measuring(request, observer, result).run(survey);
}

}  // namespace tpp
