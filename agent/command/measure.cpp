#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "agent/command/command.h"
#include "agent/command/progress.h"
#include "agent/command/stored_passes.h"
#include "agent/command/via_daemon.h"
#include "agent/exit_code.h"
#include "agent/history/history.h"
#include "agent/pass/pass.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "exporters/format.h"
#include "exporters/report_json.h"

namespace tpp {
namespace {

// Read before load is put on a device, so that a bad file costs no time.
std::optional<Report> read_previous(const Options& options) {
  if (!options.previous) return std::nullopt;
  const std::string origin = options.previous->string();
  Report previous = parse_report(read_file(*options.previous), origin);
  const std::string now = utc_now();
  if (previous.started_at > now) {
    throw Error(fmt::format(
        "--previous {}: that report began at {}, and it is {} now: see whether the clock is right",
        origin, previous.started_at, now));
  }
  board_history({{origin, &previous}});  // says what is wrong with its time
  return previous;
}

void add_changes(const Options& options, const std::optional<Report>& previous, Report& report) {
  if (!previous) return;
  std::vector<Finding> findings =
      findings_since({options.previous->string(), &*previous}, report, options.thresholds);
  std::ranges::move(findings, std::back_inserter(report.findings));
}

int plan(const Options& options, const PassRequest& request) {
  const Plan plan = plan_pass(request);
  write_output(options, find_format(options.format)->render_plan(plan, table_options(options)));
  if (any_failing(plan.findings, options.fail_on)) return kFindingToFailOn;
  return plan.rows.empty() ? kNotAssessed : kAssessed;
}

}  // namespace

int measure_command(const Options& options) {
  check_output(options);
  if (options.textfile) check_replaceable(*options.textfile);
  if (options.daemon) return measure_via_daemon(options);
  const std::optional<Report> previous = read_previous(options);
  const PassRequest request = pass_request(options);
  if (options.plan) return plan(options, request);
  PassRecorder recorder(options.state_directory);
  PassResult result;
  {
    ProgressLine line;
    result = run_pass(request, [&line](const PassProgress& progress) { line.show(progress); });
  }
  add_changes(options, previous, result.report);
  recorder.record(result.report);
  write_output(options, find_format(options.format)->render(result.report, table_options(options)));
  // Last: a folder that is gone by now must not lose the result, which took the time.
  write_textfile(options, result.report);
  return exit_code(result.report, {.fail_on = options.fail_on,
                                   .not_idle = !result.not_idle.empty(),
                                   .deadline_passed = result.deadline_passed,
                                   .not_asked_for = result.not_asked_for,
                                   .devices_named = !options.selection.devices.empty()});
}

}  // namespace tpp
