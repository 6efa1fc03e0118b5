// Collects samples into families of prometheus-cpp's model, in the order of the table of metrics.
// What would make a reader refuse the whole text is kept out of it here: a number that is none, two
// samples of one name and labels, labels that are no UTF-8. Knows nothing of reports.
#ifndef TPP_EXPORTERS_PROMETHEUS_METRIC_FAMILIES_H
#define TPP_EXPORTERS_PROMETHEUS_METRIC_FAMILIES_H

#include <prometheus/metric_family.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "exporters/prometheus/metric_table.h"

namespace tpp {

class MetricFamilies {
 public:
  // Values of labels in the order of the table; an empty one is left out, as Prometheus does.
  void add(Metric metric, double value, const std::vector<std::string>& label_values = {});

  // Those that have samples.
  std::vector<prometheus::MetricFamily> take();

 private:
  using Labels = std::vector<prometheus::ClientMetric::Label>;
  struct Family {
    std::vector<prometheus::ClientMetric> samples;
    std::set<Labels> seen;
  };
  std::array<Family, kMetrics> families_;
};

}  // namespace tpp

#endif
