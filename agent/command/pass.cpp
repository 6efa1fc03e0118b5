#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "agent/command/command.h"
#include "agent/command/stored_passes.h"
#include "agent/command/this_boot.h"
#include "agent/exit_code.h"
#include "agent/history/history.h"
#include "agent/model/names.h"
#include "agent/model/simulated.h"
#include "agent/pass/carried.h"
#include "agent/pass/pass.h"
#include "agent/pass/pass_messages.h"
#include "agent/support/add_once.h"
#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "exporters/landing_page.h"
#include "exporters/prometheus/report_metrics.h"
#include "exporters/report_json.h"

namespace tpp {
namespace {

// A report holds what is known of every device, and one is kept whenever anything changes: more
// are read for devices that passes by hand left out.
constexpr std::size_t kEarlierReports = 4;
// In memory, where passes that found all devices in use followed each other.
constexpr std::size_t kMostEarlierReports = 64;

// Reports that could not be written, and each of which has what the next one lacks.
constexpr std::size_t kMostOwed = 4;
constexpr char kBetweenReports = '\x1e';  // in JSON never

std::atomic<bool> stop_asked = false;

void stop_when_asked() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_asked = true; };
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
}

void write_line(std::string_view left) {
  while (!left.empty()) {
    const ssize_t written = ::write(kRecordDescriptor, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      throw Error("pass runs as a child of tpp-agent and writes to descriptor 3: it is not open");
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Passes of another node, or of a simulation, that were kept beside this node's say nothing of it.
PassQuery of_this_node(const Options& options) {
  PassQuery query;
  query.simulated = options.scenario.has_value();
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (gethostname(name.data(), name.size() - 1) == 0) query.node = name.data();
  return query;
}

// As many as there have to be, and one that tells whether this node was ever measured.
bool are_enough(const std::vector<Report>& reports) {
  if (reports.size() >= kMostEarlierReports) return true;
  return reports.size() >= kEarlierReports && std::ranges::any_of(reports, tells_whether_measured);
}

std::string words_of_unread(const NewestPasses& passes) {
  std::string words;
  if (!passes.unread.empty()) {
    words =
        fmt::format("{} of the newest passes of the history cannot be read; the newest of them: {}",
                    passes.unread.size(), passes.why);
  }
  if (!passes.all_looked_at) {
    words += fmt::format("{}the search ended at pass {}, since it took over {} s",
                         words.empty() ? "of the history " : "; ", passes.oldest,
                         kLongestSearch.count());
  }
  return words;
}

// What cannot be read is a warning: a pass goes on without its past. `unreadable`: a history is
// there of which nothing can be read; where none is this node is new.
NewestPasses earlier_passes(const Options& options, std::vector<std::string>& warnings,
                            bool& unreadable) {
  if (!options.state_directory) return {};
  try {
    NewestPasses passes =
        newest_passes(*options.state_directory, of_this_node(options), are_enough);
    const std::string words = words_of_unread(passes);
    if (!words.empty()) warnings.push_back(words);
    return passes;
  } catch (const Error& error) {
    warnings.emplace_back(error.what());
    unreadable = PassStore::place_in(*options.state_directory) != HistoryPlace::missing;
    return {};
  }
}

// Nobody knows what stood in a history of which nothing can be read, nor in a damaged file that an
// earlier pass put aside: this node may have been measured.
UnreadPass unread_of_any_node(const Options& options) {
  return {.hostname = "", .mode = PassMode::quick, .simulated = options.scenario.has_value()};
}

// Beside what cannot be read, what was not looked at: where no report before it tells whether the
// node was ever measured, it may have been.
std::vector<UnreadPass> unread_of(const NewestPasses& passes) {
  std::vector<UnreadPass> unread;
  for (const StoredPass& pass : passes.unread) {
    // A mode that this version does not know is no inventory's.
    unread.push_back({.hostname = pass.node,
                      .mode = parse_enum<PassMode>(pass.mode).value_or(PassMode::quick),
                      .simulated = pass.simulated});
  }
  const std::vector<Report>& read = passes.reports;
  const bool ended = !passes.all_looked_at || read.size() >= kMostEarlierReports;
  if (ended && !read.empty() && std::ranges::none_of(read, tells_whether_measured)) {
    unread.push_back({.hostname = read.back().inventory.node.hostname,
                      .mode = read.back().mode,
                      .simulated = is_simulated(read.back())});
  }
  return unread;
}

// Of a device that was away for longer than the newest passes reach back.
FurtherBack older_passes(const Options& options, std::int64_t before,
                         std::vector<std::string>& warnings) {
  if (!options.state_directory) return nullptr;
  PassQuery query = of_this_node(options);
  query.before = before;
  auto older = std::make_shared<OlderPasses>(*options.state_directory, std::move(query));
  return [older = std::move(older), &warnings](const Device& device) {
    try {
      return older->with(device, kEarlierReports);
    } catch (const Error& error) {
      add_once<std::string>(error.what(), warnings);
      return std::vector<const Report*>{};
    }
  };
}

// How many of the passes, whose numbers these are, were kept since this node was started.
std::size_t of_this_boot(const std::vector<std::int64_t>& passes,
                         const std::optional<std::int64_t>& last_of_earlier) {
  if (!last_of_earlier) return 0;
  return static_cast<std::size_t>(
      std::ranges::count_if(passes, [&](std::int64_t id) { return id > *last_of_earlier; }));
}

// What the daemon served last, or all that is owed, in the order in which they were.
std::vector<Report> handed_reports(std::vector<std::string>& warnings) {
  std::vector<Report> reports;
  try {
    for (const std::string& text : split(read_file("/dev/stdin"), kBetweenReports)) {
      reports.push_back(parse_report(text, "the pass before"));
    }
  } catch (const Error& error) {
    warnings.emplace_back(error.what());
  }
  return reports;
}

// nullopt: any pass of the history may be of an earlier boot.
std::optional<std::int64_t> last_of_earlier_boots(const Options& options,
                                                  std::vector<std::string>& warnings) {
  if (!options.state_directory) return std::nullopt;
  try {
    return last_pass_of_earlier_boots(*options.state_directory, boot_id());
  } catch (const Error& error) {
    warnings.emplace_back(error.what());
    return std::nullopt;
  }
}

// The history beside what of it is not on the disk yet: a disk that is full or damaged takes
// nothing away from what was measured.
struct Past {
  PassRecorder recorder;
  std::vector<Report> earlier;  // the newest first
  std::vector<UnreadPass> unread;
  std::size_t of_this_boot = 0;  // of the newest of them
  std::int64_t oldest = 0;       // of those that are of the history
  bool in_history = true;        // what is newest of it
  std::vector<Report> owed;      // what could not be written, still; the newest last
};

Past read_past(const Options& options, std::vector<std::string>& warnings) {
  // Before it is opened: a file without a byte, as a loss of power can leave one, is begun anew.
  bool lost = options.state_directory &&
              PassStore::place_in(*options.state_directory) == HistoryPlace::empty;
  Past past{
      PassRecorder(options.state_directory, {options.served.keep_days, options.served.keep_bytes}),
      {},
      {},
      0,
      0,
      true,
      {}};
  // Before what is owed, which is of this boot, has a number.
  const std::optional<std::int64_t> last_of_earlier = last_of_earlier_boots(options, warnings);
  const HandedReport handed = options.served.handed;
  std::vector<Report> before;
  if (handed == HandedReport::unkept) before = handed_reports(warnings);
  for (const Report& report : before) {
    // Passes stand in the order in which they were.
    if (!past.owed.empty() || !past.recorder.record_belated(report)) past.owed.push_back(report);
  }
  NewestPasses kept = earlier_passes(options, warnings, lost);
  past.unread = unread_of(kept);
  if (options.state_directory && !PassStore::damaged_files(*options.state_directory).empty()) {
    lost = true;
  }
  if (lost) past.unread.push_back(unread_of_any_node(options));
  past.earlier = std::move(kept.reports);
  past.oldest = kept.oldest;
  past.of_this_boot = of_this_boot(kept.ids, last_of_earlier);
  past.in_history = past.owed.empty() && !past.earlier.empty() && !kept.newest_is_unread;
  if (past.in_history) return past;
  if (handed == HandedReport::kept) before = handed_reports(warnings);
  if (!past.owed.empty()) before = past.owed;  // the others are among the earlier ones
  past.of_this_boot += before.size();          // the daemon was started in it
  past.earlier.insert(past.earlier.begin(), std::make_move_iterator(before.rbegin()),
                      std::make_move_iterator(before.rend()));
  return past;
}

// By this pass.
std::vector<const Measurement*> own_measurements(const PassResult& result) {
  std::vector<const Measurement*> own;
  for (const Measurement& one : result.report.measurements) {
    if (!result.carried.contains(one.id) && !is_interrupted(one.outcome)) own.push_back(&one);
  }
  return own;
}

PassOutcome outcome_of(const PassResult& result) {
  if (result.stopped || result.deadline_passed) return PassOutcome::aborted;
  if (result.not_idle.empty()) return PassOutcome::completed;
  return own_measurements(result).empty() ? PassOutcome::refused : PassOutcome::aborted;
}

MeasurementOutcome kind_of(const Outcome& outcome) {
  if (std::holds_alternative<Rate>(outcome)) return MeasurementOutcome::rate;
  return std::holds_alternative<Unsupported>(outcome) ? MeasurementOutcome::unsupported
                                                      : MeasurementOutcome::failed;
}

std::map<MeasurementOutcome, std::uint64_t> counted(const PassResult& result) {
  std::map<MeasurementOutcome, std::uint64_t> counts;
  for (const Measurement* one : own_measurements(result)) ++counts[kind_of(one->outcome)];
  return counts;
}

// What became of each board since the newest report before: counted by cause, and told.
void compare(const Report* before, const Options& options, Report& report, PassNews& news) {
  if (before == nullptr) return;
  const StoredReport previous{"the pass before", before};
  try {
    const History history = history_since(previous, {"this pass", &report}, options.thresholds);
    for (const HistoryStep& step : history.steps) {
      for (const BoardEvent& event : step.events) {
        for (const EventCause cause : event.causes) ++news.board_changes[cause];
      }
    }
    std::ranges::move(findings_since(previous, report, options.thresholds),
                      std::back_inserter(report.findings));
  } catch (const Error& error) {
    news.warnings.emplace_back(error.what());
  }
}

// All that a reader of a history looks for, and no time.
auto content_of(const Report& report) {
  std::set<std::string> devices;
  for (const Device& device : report.inventory.devices) devices.insert(measured_state(device));
  std::set<std::tuple<std::string, std::string, std::string, Assurance>> classes;
  for (const Verdict& verdict : report.verdicts) {
    classes.emplace(verdict.board.value, verdict.rule.value, verdict.classification,
                    verdict.assurance);
  }
  std::set<std::pair<std::string, std::string>> findings;
  for (const Finding& finding : report.findings) {
    // What a board was compared with is no news of itself, and the history none of the node.
    if (finding.code.starts_with("board.") || is_of_history(finding)) continue;
    findings.emplace(finding.code, finding.subject);
  }
  return std::tuple(devices, classes, findings, report.agent_version, report.banners);
}

// The newest alone, where it has all that the one before has: it holds what is known of every
// device. One that has left is in none that follows.
void owe(const Report& report, std::vector<Report>& owed) {
  const bool replaces =
      !owed.empty() && (owed.size() >= kMostOwed || holds_all_of(report, owed.back()));
  if (replaces) owed.pop_back();
  owed.push_back(report);
}

// Into the history, if it is news. What cannot be written is owed.
void keep(PassResult& result, Past& past) {
  Report& report = result.report;
  const bool news = !own_measurements(result).empty() || past.earlier.empty() ||
                    content_of(past.earlier.front()) != content_of(report);
  // Not before what is owed: passes stand in the order in which they were.
  const bool may_write = past.owed.empty();
  if (may_write && (news || !past.in_history)) {
    if (!past.recorder.record(report)) owe(report, past.owed);
    return;
  }
  past.recorder.tell(report);
  if (news) owe(report, past.owed);
}

void note_left_alone(const Options& options, Report& report) {
  for (const DeviceId& device : options.served.left_alone) {
    report.findings.push_back(
        {.code = "device.left_alone",
         .finding_class = FindingClass::health,
         .severity = Severity::error,
         .subject = device.value,
         .message = "it hung in two passes, one after the other, and is not measured again until "
                    "it was reset or the agent was started again"});
  }
}

std::string refusal_of(const Report& report, const DeviceId& device) {
  const auto found = std::ranges::find_if(report.findings, [&](const Finding& finding) {
    return finding.code == "device.not_idle" && finding.subject == device.value;
  });
  return found == report.findings.end() ? "not idle" : found->message;
}

std::vector<DeviceNews> devices_of(const PassResult& result, const std::vector<Report>& earlier) {
  std::vector<DeviceNews> devices = device_news(result.report, earlier);
  for (DeviceNews& device : devices) {
    if (result.not_idle.contains(device.device)) {
      device.refused = refusal_of(result.report, device.device);
    }
    device.hung = result.hung.contains(device.device);
  }
  return devices;
}

std::string texts_of(const std::vector<Report>& reports) {
  std::string texts;
  for (const Report& report : reports) {
    if (!texts.empty()) texts += kBetweenReports;
    texts += render_json(report);
  }
  return texts;
}

void send_documents(const Options& options, const Report& report, const PassSender& sender) {
  sender.document("metrics", render_prometheus(report, {}, {.detail = options.metrics_detail}));
  sender.document(
      "page", landing_page(report.inventory, {.agent_version = report.agent_version,
                                              .telemetry_path = options.served.telemetry_path}));
  sender.document("report", render_json(report));
}

}  // namespace

int pass_command(const Options& options) {
  if (options.served.only_check) {
    check_inputs(pass_request(options));
    return kAssessed;
  }
  stop_when_asked();
  const PassSender sender(write_line);
  PassNews news;
  Past past = read_past(options, news.warnings);
  std::vector<Report>& earlier = past.earlier;
  PassRequest request = pass_request(options);
  request.earlier = earlier;
  request.unread = past.unread;
  request.of_this_boot = past.of_this_boot;
  request.further_back = older_passes(options, past.oldest, news.warnings);
  request.stop = [] { return stop_asked.load(); };
  PassResult result = run_pass(request, [&sender](const PassProgress& progress) {
    sender.step({.done = progress.done,
                 .total = progress.total,
                 .benchmark = to_string(progress.now.benchmark),
                 .phase = progress.now.phase});
  });
  Report& report = result.report;
  std::erase_if(earlier, [&](const Report& one) { return !of_same_node(one, report); });
  note_left_alone(options, report);
  compare(earlier.empty() ? nullptr : &earlier.front(), options, report, news);
  keep(result, past);
  std::ranges::copy(past.recorder.news(), std::back_inserter(news.warnings));
  news.started_at = report.started_at;
  news.duration_s = report.duration_s;
  news.outcome = outcome_of(result);
  news.devices = devices_of(result, earlier);
  news.measurements = counted(result);
  news.probes = result.probes;
  send_documents(options, report, sender);
  if (!past.owed.empty()) sender.document("unkept", texts_of(past.owed));
  sender.news(news);
  return kAssessed;
}

}  // namespace tpp
