#include "agent/command/command.h"
#include "agent/exit_code.h"
#include "agent/survey.h"
#include "exporters/format.h"

namespace tpp {

int devices_command(const Options& options) {
  check_output(options);
  const Survey surveyed = survey(pass_request(options).survey);
  const Format* format = find_format(options.format);
  write_output(options, format->render_inventory(surveyed.inventory, table_options(options)));
  if (any_failing(surveyed.inventory.findings, options.fail_on)) return kFindingToFailOn;
  return surveyed.inventory.devices.empty() ? kNotAssessed : kAssessed;
}

}  // namespace tpp
