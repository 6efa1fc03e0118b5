#include "agent/command/command.h"
#include "agent/exit_code.h"
#include "agent/survey.h"
#include "exporters/devices_table.h"
#include "exporters/report_json.h"

namespace tpp {

int devices_command(const Options& options) {
  check_output(options);
  const Survey surveyed = survey(pass_request(options).survey);
  write_output(options, options.format == "json" ? render_json(surveyed.inventory)
                                                 : render_devices(surveyed.inventory));
  return surveyed.inventory.devices.empty() ? kNotAssessed : kAssessed;
}

}  // namespace tpp
