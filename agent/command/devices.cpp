#include "agent/command/command.h"
#include "agent/exit_code.h"
#include "agent/pass/pass.h"
#include "agent/pass/survey.h"
#include "exporters/format.h"

namespace tpp {

int devices_command(const Options& options) {
  check_output(options);
  const PassRequest request = pass_request(options);
  const Survey surveyed = survey(request.survey);
  const Format* format = find_format(options.format);
  write_output(options,
               format->render_inventory(surveyed.inventory, banners_of(request, surveyed.inventory),
                                        table_options(options)));
  if (any_failing(surveyed.inventory.findings, options.fail_on)) return kFindingToFailOn;
  return surveyed.inventory.devices.empty() ? kNotAssessed : kAssessed;
}

}  // namespace tpp
