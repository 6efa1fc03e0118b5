#include "agent/pass/selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// What keeps modules from showing what a selection may have meant; "" if they all could be asked.
std::string why_less(const Survey& survey) {
  std::string why;
  for (const Module& module : survey.inventory.modules) {
    if (module.state == ModuleState::ready) continue;
    why += fmt::format("; module {}: {}", module.name, module.reason);
  }
  return why;
}

UnfitSelection unfit(const Survey& survey, const std::string& message) {
  const bool failed = std::ranges::any_of(survey.inventory.modules, [](const Module& module) {
    return module.state == ModuleState::failed;
  });
  return {message + why_less(survey), failed};
}

// What is said of the first of `wanted` that is not known; nullopt where all are.
template <class Value, class Candidates>
std::optional<std::string> unknown(const char* option, const std::vector<Value>& wanted,
                                   const Candidates& known, std::string (*text)(const Value&)) {
  for (const Value& value : wanted) {
    if (std::ranges::find(known, value) != known.end()) continue;
    std::vector<std::string> names;
    for (const Value& candidate : known) names.push_back(text(candidate));
    const std::string near = closest(text(value), names);
    return fmt::format("{} {}: there is none on this node; expected {}{}", option, text(value),
                       names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", ")),
                       near.empty() ? "" : fmt::format("; did you mean {}?", near));
  }
  return std::nullopt;
}

bool wanted(const Selection& selection, const BenchmarkId& id) {
  const auto has = [](const auto& list, const auto& value) {
    return list.empty() || std::ranges::find(list, value) != list.end();
  };
  if (!has(selection.devices, id.device) || !has(selection.kernels, id.kernel)) return false;
  if (selection.precisions.empty()) return true;
  const auto precision = precision_of(id);
  return precision && has(selection.precisions, *precision);
}

bool can_run(const record::Planned& planned) { return !planned.unsupported; }

// What is left of 10 s and of a minute when listing, starting and loading libraries took theirs.
constexpr double kQuickDevice_s = 7.5;
constexpr double kFullDevice_s = 54;

}  // namespace

std::vector<record::Planned> select(const SurveyedBackend& backend, const Selection& selection) {
  std::vector<record::Planned> chosen;
  for (const record::Planned& planned : backend.listing.benchmarks) {
    if (wanted(selection, planned.benchmark)) chosen.push_back(planned);
  }
  return chosen;
}

std::vector<record::Planned> planned_of(const DeviceId& device, const SurveyedBackend& backend,
                                        const Selection& selection) {
  std::vector<record::Planned> chosen = select(backend, selection);
  std::erase_if(chosen, [&](const record::Planned& one) { return one.benchmark.device != device; });
  return chosen;
}

std::optional<double> limit_each_s(const std::vector<record::Planned>& planned, PassMode mode) {
  double wanted_s = 0;
  int ready = 0;
  for (const record::Planned& one : planned) {
    if (!can_run(one)) continue;
    wanted_s += one.expected_s;
    ++ready;
  }
  const double device_s = mode == PassMode::full ? kFullDevice_s : kQuickDevice_s;
  return wanted_s <= device_s ? std::nullopt : std::optional(device_s / ready);
}

std::optional<UnfitSelection> check_selection(const Selection& selection, const Survey& survey) {
  std::set<DeviceId> devices;
  std::set<std::string> kernels;
  std::set<Precision> precisions;
  for (const Device& device : survey.inventory.devices) devices.insert(device.id);
  for (const SurveyedBackend& backend : survey.backends) {
    for (const record::Planned& planned : backend.listing.benchmarks) {
      kernels.insert(planned.benchmark.kernel);
      if (const auto precision = precision_of(planned.benchmark)) precisions.insert(*precision);
    }
  }
  for (const auto& said :
       {unknown<DeviceId>("--device", selection.devices, devices,
                          [](const DeviceId& id) { return id.value; }),
        unknown<std::string>("--kernel", selection.kernels, kernels,
                             [](const std::string& kernel) { return kernel; }),
        unknown<Precision>("--precision", selection.precisions, precisions,
                           [](const Precision& one) { return std::string(name(one)); })}) {
    if (said) return unfit(survey, *said);
  }
  const bool any = std::ranges::any_of(survey.backends, [&](const SurveyedBackend& backend) {
    return !select(backend, selection).empty();
  });
  const bool narrowed =
      !selection.devices.empty() || !selection.kernels.empty() || !selection.precisions.empty();
  if (narrowed && !any) {
    return unfit(survey,
                 "no benchmark fits all of --device, --kernel and --precision; "
                 "`measure --plan` names what there is");
  }
  return std::nullopt;
}

void refuse(const UnfitSelection& unfit) {
  if (unfit.module_failed) throw Error(unfit.message);
  throw UsageError(unfit.message);
}

std::set<BoardId> boards_not_asked_for(const Selection& selection, const Inventory& inventory) {
  std::set<BoardId> boards;
  if (selection.devices.empty()) return boards;
  for (const Board& board : inventory.boards) {
    const bool asked = std::ranges::any_of(board.devices, [&](const DeviceId& id) {
      return std::ranges::find(selection.devices, id) != selection.devices.end();
    });
    if (!asked) boards.insert(board.id);
  }
  return boards;
}

void mark_narrowed(const Selection& selection, const Survey& survey,
                   const std::set<BoardId>& not_asked_for, Inventory& inventory) {
  for (const SurveyedBackend& backend : survey.backends) {
    for (const record::Planned& planned : backend.listing.benchmarks) {
      if (!can_run(planned) || !precision_of(planned.benchmark)) continue;
      if (wanted(selection, planned.benchmark)) continue;
      const auto device =
          std::ranges::find(inventory.devices, planned.benchmark.device, &Device::id);
      if (device == inventory.devices.end()) continue;
      if (!not_asked_for.contains(device->board)) device->forced = true;
    }
  }
}

}  // namespace tpp
