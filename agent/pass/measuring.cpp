#include "agent/pass/measuring.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "agent/pass/telemetry.h"
#include "agent/pass/together.h"
#include "agent/pass/worker.h"

namespace tpp {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Measuring {
 public:
  Measuring(const PassRequest& request, const PassObserver& observer, PassResult& result)
      : request_(request), observer_(observer), result_(result) {}

  void run(const Survey& survey) {
    for (const SurveyedBackend& backend : survey.backends) {
      progress_.total += static_cast<int>(select(backend, request_.selection).size());
    }
    for (const Device& device : survey.inventory.devices) {
      for (const SurveyedBackend& backend : survey.backends) {
        if (backend.module.name == device.backend) measure(device, backend);
      }
    }
    if (!request_.together) return;
    measure_together(done_, request_.deadline_s - seconds_since(started_), observer_, result_);
  }

 private:
  void measure(const Device& device, const SurveyedBackend& backend) {
    WorkerRequest work;
    work.bench = request_.survey.bench;
    work.module = backend.module;
    work.device = device.id;
    work.mode = request_.survey.mode;
    work.silence_s = request_.silence_s;
    work.deadline_s = request_.deadline_s - seconds_since(started_);
    const auto planned = planned_of(device.id, backend, request_.selection);
    work.limit_s = limit_each_s(planned, work.mode);
    for (const record::Planned& one : planned) work.benchmarks.push_back(one.benchmark);
    if (work.benchmarks.empty()) return;
    const std::unique_ptr<TelemetryRecorder> recorder = recorder_for(device);
    WorkerResult worked = run_worker(work, [this](const record::Progress& progress) {
      if (progress_.now.benchmark != progress.benchmark) ++progress_.done;
      progress_.now = progress;
      observer_(progress_);
    });
    if (recorder != nullptr) add_telemetry(device, recorder->stop(), worked);
    keep(worked);
    done_.push_back({std::move(work), worked.startup_s});
    result_.code.add("backend " + backend.module.name, worked.code);
  }

  std::unique_ptr<TelemetryRecorder> recorder_for(const Device& device) const {
    const std::string probe = watching_probe(device);
    if (probe.empty() || device.simulated || failed_probes_.contains(probe)) return nullptr;
    try {
      return std::make_unique<TelemetryRecorder>(request_.survey.agent, probe, device.id,
                                                 request_.thresholds);
    } catch (const std::system_error&) {
      return nullptr;  // no thread to be had: figures are worth more than what they were taken at
    }
  }

  void add_telemetry(const Device& device, const Readings& readings, WorkerResult& worked) {
    const std::string probe = watching_probe(device);
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
    failed_probes_.insert(probe);
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
  std::set<std::string> failed_probes_;  // not asked again in this pass
  const Clock::time_point started_ = Clock::now();
};

}  // namespace

void measure_devices(const PassRequest& request, const Survey& survey, const PassObserver& observer,
                     PassResult& result) {
  Measuring(request, observer, result).run(survey);
}

}  // namespace tpp
