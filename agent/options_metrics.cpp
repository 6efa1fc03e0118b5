#include "agent/options_metrics.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "agent/options_catalog.h"
#include "agent/support/error.h"
#include "exporters/format.h"

namespace tpp {
namespace {

constexpr const char* kMetricsFormat = "prometheus";

void refuse_without_figures(const Options& options) {
  const Format* format = find_format(options.format);
  if (options.plan && (options.textfile || format->render_plan == nullptr)) {
    throw UsageError("--plan: metrics are of what was measured; leave --plan out");
  }
  if (options.topology && format->render_topology == nullptr) {
    throw UsageError(fmt::format("--topology: a tree is no metric; take another --format than {}",
                                 format->name));
  }
}

}  // namespace

void add_detail_option(CLI::App& command, MetricWords& words) {
  command.add_flag("--metrics-detail", words.detail,
                   "Metrics of every kernel, basis, reading and edition too");
}

void add_textfile_option(CLI::App& measure, MetricWords& words) {
  measure
      .add_option("--textfile", words.textfile,
                  "Write metrics there as well, for node_exporter's textfile collector (*.prom)")
      ->type_name("FILE");
}

void understand_metrics(const MetricWords& words, Options& options) {
  options.textfile = path_of(words.textfile);
  options.metrics_detail = words.detail;
  if (options.textfile && options.textfile->extension() != ".prom") {
    throw UsageError(
        fmt::format("--textfile: '{}' does not end in .prom, and node_exporter reads no other file",
                    words.textfile));
  }
  // The daemon's child always gives them.
  const bool written =
      options.textfile || options.format == kMetricsFormat || options.command == Command::pass;
  if (words.detail && !written) {
    throw UsageError(
        "--metrics-detail: no metrics are written; add --format prometheus or --textfile FILE");
  }
  refuse_without_figures(options);
}

}  // namespace tpp
