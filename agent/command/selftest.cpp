// Checks this build on this node and prints a validation record: which files, which checks, what
// was expected, what was found. The checks themselves run in tpp-bench (kernels/bench), beside the
// module.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/command/command.h"
#include "agent/exit_code.h"
#include "agent/pass/bench_records.h"
#include "agent/pass/survey.h"
#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "agent/version.h"
#include "exporters/text_wrap.h"

namespace tpp {
namespace {

constexpr double kDeadlineS = 120;
constexpr double kSilenceS = 30;
constexpr std::size_t kNarrowest = 40;  // of what is wrapped

struct ValidationRecord {
  std::string started_at;
  std::vector<LibraryUse> files;  // of this build
  std::vector<record::Check> checks;
  std::vector<std::string> skipped;
  Inventory seen;  // the devices that the modules named
  std::vector<std::string> banners;
};

// Every check of one module; a module that cannot finish is itself a failed check.
void check_backend(const SurveyRequest& request, const BackendModule& module,
                   ValidationRecord& validation) {
  ChildCommand command;
  command.arguments = {request.bench.string(), "--backend=" + module.path.string(), "--selftest",
                       fmt::format("--record_fd={}", kRecordDescriptor)};
  for (const auto& [name, value] : module.options) {
    command.arguments.push_back(fmt::format("--backend_option={}={}", name, value));
  }
  command.environment = allowed_environment();
  command.deadline_s = kDeadlineS;
  command.silence_s = kSilenceS;
  bool ended = false;
  const ChildResult child = run_child(command, [&](std::string_view line) {
    try {
      const record::Record record = record::parse(line);
      if (const auto* check = std::get_if<record::Check>(&record)) {
        validation.checks.push_back(*check);
      } else if (const auto* device = std::get_if<record::DeviceSeen>(&record)) {
        validation.seen.devices.push_back(device->device);
      } else if (const auto* unavailable = std::get_if<record::Unavailable>(&record)) {
        validation.skipped.push_back(fmt::format("{}: {}", module.name, unavailable->reason));
        ended = true;
      } else if (std::holds_alternative<record::End>(record)) {
        ended = true;
      }
      return true;
    } catch (const Error&) {
      return false;
    }
  });
  const bool clean = child.end == ChildEnd::exited && child.code == 0 && ended;
  if (!clean) {
    validation.checks.push_back(
        {.device = module.name,
         .name = "the module's checks ran to their end",
         .passed = false,
         .detail = fmt::format("tpp-bench {} {}", describe(child), trim(child.error_tail))});
  }
}

ValidationRecord validate(const SurveyRequest& request) {
  ValidationRecord validation;
  validation.started_at = utc_now();
  const auto add_file = [&](const std::filesystem::path& path) {
    validation.files.push_back({path.string(), sha256_of_file(path).value_or("unreadable")});
  };
  add_file(request.agent);
  add_file(request.bench);
  for (const BackendModule& module :
       find_backends(request.backend_directory, request.backend_options, request.only_backend)) {
    add_file(module.path);
    check_backend(request, module, validation);
  }
  return validation;
}

bool all_passed(const ValidationRecord& validation) {
  return !validation.checks.empty() &&
         std::ranges::all_of(validation.checks, &record::Check::passed);
}

// Below one another, each line but the first behind as many columns as the first has begun with.
std::string indented(std::string_view text, std::size_t columns, std::size_t width) {
  const std::size_t left = std::max(width, columns + kNarrowest) - columns;
  const std::string next(columns, ' ');
  return fmt::format("{}\n", fmt::join(wrap(text, left), "\n" + next));
}

std::string as_text(const ValidationRecord& validation, std::size_t width) {
  std::string text = fmt::format("{}{}", fmt::join(validation.banners, " | "),
                                 validation.banners.empty() ? "" : "\n");
  text += fmt::format("Validation record  tpp-agent {} ({}, {})  {}\n\nFiles\n", kVersion,
                      kCompiler, kBuildType, validation.started_at);
  for (const LibraryUse& file : validation.files) {
    text += fmt::format("  {}  {}\n", file.sha256, file.path);
  }
  text += "\nChecks\n";
  for (const record::Check& check : validation.checks) {
    text += fmt::format("  {}  {:<12}  {}\n{:>22}{}", check.passed ? "passed" : "FAILED",
                        check.device, check.name, "", indented(check.detail, 22, width));
  }
  for (const std::string& skipped : validation.skipped) {
    text += fmt::format("  not run  {}", indented(skipped, 11, width));
  }
  const auto passed = std::ranges::count_if(validation.checks, &record::Check::passed);
  return text + fmt::format("\n{} of {} checks passed\n", passed, validation.checks.size());
}

std::string as_json(const ValidationRecord& validation) {
  nlohmann::ordered_json json;
  json["validation_record_version"] = 1;
  json["simulated"] = std::ranges::any_of(validation.seen.devices, &Device::simulated);
  json["agent_version"] = kVersion;
  json["compiler"] = kCompiler;
  json["build_type"] = kBuildType;
  json["started_at"] = validation.started_at;
  json["files"] = nlohmann::ordered_json::array();
  for (const LibraryUse& file : validation.files) {
    json["files"].push_back({{"path", file.path}, {"sha256", file.sha256}});
  }
  json["checks"] = nlohmann::ordered_json::array();
  for (const record::Check& check : validation.checks) {
    json["checks"].push_back({{"device", check.device},
                              {"name", check.name},
                              {"passed", check.passed},
                              {"detail", check.detail}});
  }
  json["not_run"] = validation.skipped;
  json["passed"] = all_passed(validation);
  // The banners stand on the first line, as in every other output.
  return "{ \"banners\": " + nlohmann::json(validation.banners).dump() + "," +
         json.dump(2).substr(1) + "\n";
}

}  // namespace

int selftest_command(const Options& options) {
  check_output(options);
  const PassRequest request = pass_request(options);
  ValidationRecord validation = validate(request.survey);
  validation.banners = banners_of(request, validation.seen);
  write_output(options, options.format == "json"
                            ? as_json(validation)
                            : as_text(validation, table_options(options).width));
  if (validation.checks.empty()) return kNotAssessed;
  return all_passed(validation) ? kAssessed : kFindingToFailOn;
}

}  // namespace tpp
