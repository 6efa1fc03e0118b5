#include "exporters/prometheus/metric_families.h"

#include <cmath>
#include <utility>

#include "agent/support/error.h"
#include "agent/support/text.h"
#include "exporters/prometheus/label_text.h"

namespace tpp {

void MetricFamilies::add(Metric metric, double value,
                         const std::vector<std::string>& label_values) {
  if (!std::isfinite(value)) return;
  const MetricInfo& row = info(metric);
  prometheus::ClientMetric sample;
  if (!row.labels.empty()) {
    const std::vector<std::string> names = split(row.labels, ' ');
    TPP_CHECK(names.size() == label_values.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!label_values[i].empty()) sample.label.push_back({names[i], label_text(label_values[i])});
    }
  } else {
    TPP_CHECK(label_values.empty());
  }
  Family& family = families_[static_cast<std::size_t>(metric)];
  if (!family.seen.insert(sample.label).second) return;
  (row.kind == MetricKind::counter ? sample.counter.value : sample.gauge.value) = value;
  family.samples.push_back(std::move(sample));
}

std::vector<prometheus::MetricFamily> MetricFamilies::take() {
  std::vector<prometheus::MetricFamily> filled;
  for (const MetricInfo& row : metrics()) {
    Family family = std::exchange(families_[static_cast<std::size_t>(row.metric)], {});
    if (family.samples.empty()) continue;
    filled.push_back({std::string(row.name), std::string(row.help),
                      row.kind == MetricKind::counter ? prometheus::MetricType::Counter
                                                      : prometheus::MetricType::Gauge,
                      std::move(family.samples)});
  }
  return filled;
}

}  // namespace tpp
