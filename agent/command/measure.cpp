#include "agent/command/command.h"
#include "agent/command/progress.h"
#include "agent/exit_code.h"
#include "agent/pass/pass.h"
#include "exporters/format.h"

namespace tpp {

int measure_command(const Options& options) {
  check_output(options);
  const PassRequest request = pass_request(options);
  if (options.plan) {
    const Format* format = find_format(options.format);
    const Plan plan = plan_pass(request);
    write_output(options, format->render_plan(plan, table_options(options)));
    if (any_failing(plan.findings, options.fail_on)) return kFindingToFailOn;
    return plan.rows.empty() ? kNotAssessed : kAssessed;
  }
  PassResult result;
  {
    ProgressLine line;
    result = run_pass(request, [&line](const PassProgress& progress) { line.show(progress); });
  }
  write_output(options, find_format(options.format)->render(result.report, table_options(options)));
  return exit_code(result.report, {.fail_on = options.fail_on,
                                   .deadline_passed = result.deadline_passed,
                                   .not_asked_for = result.not_asked_for});
}

}  // namespace tpp
