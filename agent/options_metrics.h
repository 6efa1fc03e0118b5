// The words of metrics for Prometheus: where they are written, and how many. Inside options only.
#ifndef TPP_AGENT_OPTIONS_METRICS_H
#define TPP_AGENT_OPTIONS_METRICS_H

#include <string>

#include "agent/options.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace tpp {

// Words before they are understood.
struct MetricWords {
  std::string textfile;
  bool detail = false;
};

// `words` outlives the command.
void add_detail_option(CLI::App& command, MetricWords& words);
void add_textfile_option(CLI::App& measure, MetricWords& words);

// After all else of `options` is understood. Throws UsageError for a file that would not be read,
// and for what no metrics are of.
void understand_metrics(const MetricWords& words, Options& options);

}  // namespace tpp

#endif
