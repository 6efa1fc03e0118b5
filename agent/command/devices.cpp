#include <fmt/format.h>

#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "agent/command/command.h"
#include "agent/exit_code.h"
#include "agent/model/recorded.h"
#include "agent/pass/node_recorder.h"
#include "agent/pass/node_recording.h"
#include "agent/pass/pass.h"
#include "agent/pass/recording_masks.h"
#include "agent/pass/survey.h"
#include "agent/pass/unseen_rows.h"
#include "exporters/format.h"

namespace tpp {

namespace {

// A topology that was entered is another machine's: of this node nothing stands beside it. Devices
// of a scenario do, by their addresses.
Survey attached(const Options& options, const PassRequest& request, const Catalog& catalog) {
  if (options.entered_topology.empty()) return survey_boards(request, catalog);
  Survey entered = survey_entered_topology(request.survey, options.entered_topology);
  if (!options.scenario) return entered;
  Survey surveyed = survey_boards(request, catalog);
  surveyed.inventory.topology = std::move(entered.inventory.topology);
  surveyed.code.add(entered.code);
  return surveyed;
}

// As attached, with what was read and answered written down. Where devices hang is always part of
// it; who did not ask for the tree is shown none.
Survey recorded(const Options& options, PassRequest request, const Catalog& catalog) {
  check_recordable(*options.record);
  NodeRecorder recorder;
  request.survey.topology = true;
  request.survey.answerer = [&recorder](const NodeQuestion& question, const ChildCommand& command,
                                        const LineReader& reader) {
    return recorder.ask(question, command, reader);
  };
  Survey surveyed = survey_boards(request, catalog);
  NodeRecording recording = recorder.take();
  if (!options.record_serials) mask(recording, drawn_tag());
  write_recording(recording, *options.record);
  std::cerr << fmt::format(
      "tpp-agent: recorded this node in {}: {} files, {}; look through them before you pass them "
      "on\n",
      options.record->string(), count_files(recording),
      recording.masked ? kMasked : "serial numbers and names as they are");
  if (!options.topology) surveyed.inventory.topology.reset();
  return surveyed;
}

}  // namespace

int devices_command(const Options& options) {
  check_output(options);
  const PassRequest request = pass_request(options);
  const CatalogInUse in_use = load_catalog_in_use(request.catalog);
  Survey surveyed = options.record ? recorded(options, request, in_use.catalog)
                                   : attached(options, request, in_use.catalog);
  // No rule is asked here: which rows they fit, and no class.
  tell_rows_of_unseen(in_use.catalog, {}, surveyed.inventory);
  std::vector<std::string> banners = banners_of(request, surveyed.inventory);
  banners.insert(banners.end(), in_use.overrides.begin(), in_use.overrides.end());
  const auto code = surveyed.code.judged(trust_policy(request.survey.agent));
  for (std::string& banner : code_banners(code)) banners.push_back(std::move(banner));
  for (Finding& finding : code_findings(code)) {
    surveyed.inventory.findings.push_back(std::move(finding));
  }
  const Format* format = find_format(options.format);
  const auto render = options.topology ? format->render_topology : format->render_inventory;
  write_output(options, render(surveyed.inventory, banners, table_options(options)));
  if (any_failing(surveyed.inventory.findings, options.fail_on)) return kFindingToFailOn;
  // Of another machine there is a tree and no device to assess.
  const bool shown = !surveyed.inventory.devices.empty() || !options.entered_topology.empty();
  return shown ? kAssessed : kNotAssessed;
}

}  // namespace tpp
