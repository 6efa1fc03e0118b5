// A device: what it is, and how fast it multiplies.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "agent/model/names.h"
#include "exporters/prometheus/metric_sections.h"
#include "exporters/prometheus/report_metrics.h"

namespace tpp {
namespace {

using Measured = std::vector<std::pair<const BenchmarkId*, const Rate*>>;

// Rates that count, of any quantity.
Measured counted_rates(const Report& report, const DeviceId& device) {
  Measured measured;
  for (const Measurement& measurement : report.measurements) {
    const auto* rate = std::get_if<Rate>(&measurement.outcome);
    if (measurement.id.device != device || rate == nullptr || !counts(*rate)) continue;
    measured.emplace_back(&measurement.id, rate);
  }
  return measured;
}

std::optional<double> achieved(const Measured& measured, Precision precision) {
  std::optional<double> best;
  for (const auto& [id, rate] : measured) {
    if (precision_of(*id) != precision || rate->quantity != Quantity::operations) continue;
    best = std::max(best.value_or(0), rate->per_second);
  }
  return best;
}

std::optional<double> achieved_bandwidth(const Measured& measured) {
  std::optional<double> best;
  for (const auto& [id, rate] : measured) {
    if (id->kernel != "dram" || rate->quantity != Quantity::bytes) continue;
    best = std::max(best.value_or(0), rate->per_second);
  }
  return best;
}

// Samples of one device in the order of their importance, of which the first few are written.
class DeviceSamples {
 public:
  DeviceSamples(std::string key, std::size_t most) : key_(std::move(key)), most_(most) {}

  void add_info(std::vector<std::string> labels) { add(Metric::device_info, 1, std::move(labels)); }
  void add_throughput(Basis basis, Precision precision, std::optional<double> value) {
    add(Metric::device_throughput, value,
        {key_, std::string(enum_name(basis)), std::string(name(precision))});
  }
  void add_bandwidth(Basis basis, std::optional<double> value) {
    add(Metric::device_memory_bandwidth, value, {key_, std::string(enum_name(basis))});
  }
  void give_to(MetricFamilies& families) const {
    for (const Sample& sample : samples_) families.add(sample.metric, sample.value, sample.labels);
  }

 private:
  struct Sample {
    Metric metric;
    double value;
    std::vector<std::string> labels;
  };

  void add(Metric metric, std::optional<double> value, std::vector<std::string> labels) {
    const bool again = std::ranges::any_of(samples_, [&](const Sample& sample) {
      return sample.metric == metric && sample.labels == labels;
    });
    if (!value || again || samples_.size() == most_) return;
    samples_.push_back({metric, *value, std::move(labels)});
  }

  std::string key_;
  std::size_t most_;
  std::vector<Sample> samples_;
};

std::string yes_or_no(bool value) { return value ? "true" : "false"; }

std::vector<std::string> info_labels(const MetricScene& scene, const BoardView& view,
                                     const Device& device) {
  return {scene.keys.device(device.id),
          view.board == nullptr ? "" : scene.keys.board(view),
          device.id.value,
          std::string(enum_name(device.kind)),
          device.vendor,
          device.name,
          device.architecture.value_or(""),
          device.unit_kind.value_or(""),
          device.units ? std::to_string(*device.units) : "",
          device.pci_id.value_or(""),
          device.serial.value_or(""),
          device.driver_version.value_or(""),
          device.labels ? device.labels->vbios_version.value_or("") : "",
          device.backend,
          yes_or_no(device.slice),
          yes_or_no(device.simulated),
          yes_or_no(device.forced)};
}

// The board's figures are the device's where it is the whole board, and a whole device.
bool is_whole_board(const BoardView& view, const Device& device) {
  return view.board != nullptr && !device.slice && added_devices(view) == std::vector{&device} &&
         view.board->expected_devices.value_or(1) == 1;
}

// Not achieved: the most telling first.
constexpr std::array kOtherBases = {Basis::declared, Basis::inferred_max_clock,
                                    Basis::inferred_advertised_clock};

void add_board_bandwidth(const BoardPerformance& performance, Basis basis, DeviceSamples& samples) {
  const auto bandwidth = performance.memory_bandwidth.find(basis);
  if (bandwidth == performance.memory_bandwidth.end()) return;
  samples.add_bandwidth(basis, bandwidth->second);
}

// In the precision that its TPP stands on, which differs from basis to basis.
void add_other_bases(const BoardView& view, DeviceSamples& samples) {
  const BoardPerformance& performance = *view.performance;
  for (const Basis basis : kOtherBases) {
    const auto tpp = performance.tpp.find(basis);
    if (tpp != performance.tpp.end()) {
      const Precision precision = tpp->second.precision;
      samples.add_throughput(basis, precision, board_rate(view, basis, precision));
    }
    if (basis == Basis::declared) add_board_bandwidth(performance, basis, samples);
  }
  add_board_bandwidth(performance, Basis::inferred_max_clock, samples);
}

void add_every_basis(const BoardView& view, DeviceSamples& samples) {
  for (const Basis basis : kOtherBases) {
    for (const PrecisionInfo& row : precisions()) {
      samples.add_throughput(basis, row.precision, board_rate(view, basis, row.precision));
    }
  }
}

void add_kernels(const std::string& key, const Measured& measured, MetricFamilies& families) {
  for (const auto& [id, rate] : measured) {
    if (rate->quantity == Quantity::operations) {
      families.add(Metric::device_kernel_throughput, rate->per_second,
                   {key, id->kernel, id->subject, id->accumulator});
    } else {
      families.add(Metric::device_kernel_bandwidth, rate->per_second,
                   {key, id->kernel, id->subject});
    }
  }
}

}  // namespace

void add_device_metrics(const MetricScene& scene, const BoardView& view, const Device& device,
                        MetricFamilies& families) {
  const std::string& key = scene.keys.device(device.id);
  const Measured measured = counted_rates(scene.report, device.id);
  DeviceSamples samples(key, scene.detail ? std::string::npos : kMostDeviceSeries);
  samples.add_info(info_labels(scene, view, device));
  samples.add_bandwidth(Basis::achieved, achieved_bandwidth(measured));
  for (const PrecisionInfo& row : precisions()) {
    samples.add_throughput(Basis::achieved, row.precision, achieved(measured, row.precision));
  }
  if (view.performance != nullptr && is_whole_board(view, device)) {
    add_other_bases(view, samples);
    if (scene.detail) add_every_basis(view, samples);
  }
  samples.give_to(families);
  if (scene.detail) add_kernels(key, measured, families);
}

}  // namespace tpp
