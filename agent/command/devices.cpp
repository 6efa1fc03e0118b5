#include <utility>

#include "agent/command/command.h"
#include "agent/exit_code.h"
#include "agent/pass/pass.h"
#include "agent/pass/survey.h"
#include "exporters/format.h"

namespace tpp {

namespace {

// A topology that was entered is another machine's: of this node nothing stands beside it. Devices
// of a scenario do, by their addresses.
Inventory attached(const Options& options, const SurveyRequest& request) {
  if (options.entered_topology.empty()) return survey(request).inventory;
  Inventory entered = survey_entered_topology(request, options.entered_topology);
  if (!options.scenario) return entered;
  Inventory simulated = survey(request).inventory;
  simulated.topology = std::move(entered.topology);
  return simulated;
}

}  // namespace

int devices_command(const Options& options) {
  check_output(options);
  const PassRequest request = pass_request(options);
  const Inventory inventory = attached(options, request.survey);
  const Format* format = find_format(options.format);
  const auto render = options.topology ? format->render_topology : format->render_inventory;
  write_output(options, render(inventory, banners_of(request, inventory), table_options(options)));
  if (any_failing(inventory.findings, options.fail_on)) return kFindingToFailOn;
  // Of another machine there is a tree and no device to assess.
  const bool shown = !inventory.devices.empty() || !options.entered_topology.empty();
  return shown ? kAssessed : kNotAssessed;
}

}  // namespace tpp
