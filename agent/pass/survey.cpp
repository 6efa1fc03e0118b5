#include "agent/pass/survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <system_error>

#include "agent/pass/hidden_devices.h"
#include "agent/pass/sleeping_devices.h"
#include "agent/support/at_once.h"
#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "agent/support/text.h"
#include "exporters/report_json.h"
#include "probes/device_findings.h"
#include "probes/probe.h"

namespace tpp {
namespace {

struct ProbeAnswer {
  Inventory inventory;
  std::vector<MappedFile> code;        // that was in its child
  std::optional<std::string> failure;  // "was killed by signal 9: its last words"
  std::string refusal;                 // its words alone where it ended by itself
  double wall_s = 0;
};

// Asks one probe in a child of its own.
ProbeAnswer ask(const SurveyRequest& request, const std::vector<std::string>& probe_words) {
  ChildCommand command;
  command.arguments = {request.agent.string(), "probe"};
  command.arguments.insert(command.arguments.end(), probe_words.begin(), probe_words.end());
  command.environment = allowed_environment();
  command.deadline_s = command.silence_s = request.child_deadline_s;
  ProbeAnswer answer;
  std::string trouble = "said nothing";
  const auto take = [&](std::string_view line) {
    try {
      if (auto code = record::code_in_line(line)) {
        answer.code = std::move(*code);
        return true;
      }
      answer.inventory = parse_inventory(line, "probe " + probe_words.front());
      trouble.clear();
      return true;
    } catch (const Error& error) {
      trouble = error.what();
      return false;
    }
  };
  const NodeQuestion question{"probe " + probe_words.front(), {}};
  const auto began = std::chrono::steady_clock::now();
  const ChildResult child = request.answerer(question, command, take);
  answer.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const bool clean = child.end == ChildEnd::exited && child.code == 0;
  if (clean && trouble.empty()) return answer;
  auto words = trim(child.error_tail);
  constexpr std::string_view kItsName = "tpp-agent: ";
  if (words.starts_with(kItsName)) words.remove_prefix(kItsName.size());
  if (child.end == ChildEnd::exited && !clean) answer.refusal = words;
  answer.failure =
      fmt::format("{}{}{}", clean ? trouble : describe(child), words.empty() ? "" : ": ", words);
  return answer;
}

// A failure becomes a finding of an otherwise empty inventory.
Inventory inventory_of(const Probe& probe, const ProbeAnswer& answer) {
  if (!answer.failure) return answer.inventory;
  Inventory empty;
  empty.findings.push_back(
      {.code = "probe.failed",
       .finding_class = FindingClass::health,
       .severity = Severity::warning,
       .subject = "",
       .message =
           fmt::format("probe {} {}; what it would have shown is missing from this inventory",
                       probe.name, *answer.failure)});
  return empty;
}

std::vector<Inventory> ask_probes(const SurveyRequest& request, Survey& survey) {
  std::vector<const Probe*> asked;
  for (const Probe& probe : probes()) {
    // A simulation borrows the node's name and nothing else.
    if (request.only_backend && !probe.tells_of_node) continue;
    if (probe.entered != nullptr && !request.topology) continue;
    asked.push_back(&probe);
  }
  const std::vector<ProbeAnswer> answers =
      at_once(asked, [&](const Probe* probe) { return ask(request, {std::string(probe->name)}); });
  std::vector<Inventory> probed;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    survey.code.add(fmt::format("probe {}", asked[i]->name), answers[i].code);
    survey.probes.push_back({.probe = std::string(asked[i]->name),
                             .success = !answers[i].failure,
                             .duration_s = answers[i].wall_s});
    probed.push_back(inventory_of(*asked[i], answers[i]));
    if (request.only_backend) probed.back().devices.clear();
  }
  return probed;
}

// What a module says to its options. Those of a simulation are a file's contents, and what is wrong
// in a file is not the command line's fault.
BackendListing ask_backend(const SurveyRequest& request, const BackendModule& module) {
  try {
    const NodeQuestion question{"backend " + module.name, module.environment};
    return list_backend({.bench = request.bench,
                         .module = module,
                         .mode = request.mode,
                         .deadline_s = request.child_deadline_s,
                         .run_child = [&](const ChildCommand& command, const LineReader& reader) {
                           return request.answerer(question, command, reader);
                         }});
  } catch (const UsageError& error) {
    if (request.only_backend) throw Error(error.what());
    throw;
  }
}

// The module's word on devices that its runtime hid when it was asked first.
std::vector<SurveyedBackend> ask_for_hidden(const SurveyRequest& request,
                                            const std::vector<Device>& known,
                                            const SurveyedBackend& first) {
  return at_once(hidden_devices(known, first.listing), [&](const Showing& showing) {
    SurveyedBackend backend{first.module, {}};
    backend.module.environment = {showing.setting};
    backend.listing = ask_backend(request, backend.module);
    keep_only(showing.devices, backend.listing);
    return backend;
  });
}

std::vector<BackendModule> modules_of(const SurveyRequest& request) {
  if (!request.modules) {
    return find_backends(request.backend_directory, request.backend_options, request.only_backend);
  }
  std::vector<BackendModule> recorded;
  for (const std::string& name : *request.modules) {
    recorded.push_back({.name = name, .path = name + ".so", .options = {}});
  }
  return recorded;
}

std::map<std::string, BackendModule> modules_in(const std::filesystem::path& directory) {
  std::error_code error;
  std::map<std::string, BackendModule> found;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() != ".so") continue;
    const std::string name = at->path().stem().string();
    found[name] = {.name = name, .path = at->path(), .options = {}};
  }
  if (error) {
    throw Error(
        fmt::format("cannot read the module directory {}: {}; is the installation complete? "
                    "Another one can be given with --backend-directory",
                    directory.string(), error.message()));
  }
  if (found.empty()) {
    throw Error(fmt::format("there are no modules (*.so) in {}; is the installation complete?",
                            directory.string()));
  }
  return found;
}

}  // namespace

std::vector<BackendModule> find_backends(
    const std::filesystem::path& directory,
    const std::vector<std::pair<std::string, std::string>>& options,
    const std::optional<std::string>& only) {
  std::map<std::string, BackendModule> found = modules_in(directory);
  // Before options are handed out: one of a simulation is not the user's word to mend.
  if (only && !found.contains(*only)) {
    throw Error(fmt::format("there is no module {}.so in {}; is the installation complete?", *only,
                            directory.string()));
  }
  std::vector<std::string> names;
  for (const auto& [name, module] : found) names.push_back(name);
  for (const auto& [name, value] : options) {
    const auto dot = name.find('.');
    const auto module = found.find(name.substr(0, dot));
    if (dot == std::string::npos || module == found.end()) {
      throw UsageError(
          fmt::format("--backend-option {}: expected MODULE.NAME=VALUE with one of the "
                      "modules {}",
                      name, fmt::join(names, ", ")));
    }
    module->second.options.emplace_back(name.substr(dot + 1), value);
  }
  std::vector<BackendModule> modules;
  for (auto& [name, module] : found) {
    if (!only || name == *only) modules.push_back(std::move(module));
  }
  return modules;
}

Survey survey(const SurveyRequest& request) {
  Survey result;
  result.code.add(kThisProgram, mapped_code());
  const std::vector<Inventory> probed = ask_probes(request, result);
  const std::vector<Device> known = reconcile(probed, {}).devices;
  for (SurveyedBackend& first : at_once(modules_of(request), [&](const BackendModule& module) {
         const bool looks = request.mode == PassMode::inventory || !request.measures;
         const auto wakes =
             looks && !request.modules ? would_wake(module.name, probed) : std::nullopt;
         if (!wakes) return SurveyedBackend{module, ask_backend(request, module)};
         SurveyedBackend left{module, {}};
         left.listing.unavailable = *wakes;
         return left;
       })) {
    std::vector<SurveyedBackend> others = ask_for_hidden(request, known, first);
    if (const auto setting = setting_of(first.listing)) first.module.environment = {*setting};
    result.backends.push_back(std::move(first));
    std::ranges::move(others, std::back_inserter(result.backends));
  }
  for (const SurveyedBackend& backend : result.backends) {
    result.code.add("backend " + backend.module.name, backend.listing.code);
  }
  result.inventory = reconcile(probed, result.backends, request.boards);
  if (!request.thresholds.changed().empty()) judge_again(request.thresholds, result.inventory);
  for (Finding& finding : partition_findings(result.inventory.devices)) {
    result.inventory.findings.push_back(std::move(finding));
  }
  leave_to_others(result.inventory, result.backends);
  return result;
}

Survey survey_entered_topology(const SurveyRequest& request, const std::string& what) {
  ProbeAnswer answer = ask(request, {"topology", "--entered", what});
  if (!answer.refusal.empty()) {
    throw Error(fmt::format("cannot read the topology: {}", answer.refusal));
  }
  if (answer.failure) {
    throw Error(fmt::format(
        "cannot read the topology {}: the child that read it {}; is it damaged, or too large?",
        what, *answer.failure));
  }
  Survey entered;
  entered.inventory = std::move(answer.inventory);
  entered.code.add(kThisProgram, mapped_code());
  entered.code.add("probe topology", answer.code);
  return entered;
}

}  // namespace tpp
