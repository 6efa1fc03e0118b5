#include "agent/pass/worker.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <variant>

#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

using Clock = std::chrono::steady_clock;

// tpp-bench obeys SIGTERM after the batch under way, of which there are long ones. What the driver
// has to clean up after SIGKILL it cleans up.
constexpr double kLeaveGrace_s = 0.1;

std::string escape_regex(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view(".+*?()[]{}^$|\\").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

void replace_all(const std::string& text, const std::string& by, std::string& in) {
  for (std::size_t at = in.find(text); at != std::string::npos; at = in.find(text, at)) {
    in.replace(at, text.size(), by);
    at += by.size();
  }
}

// Anchored at the front and closed by the '/' that Google Benchmark puts before "iterations".
template <class Benchmarks>
std::string filter_for(const Benchmarks& benchmarks) {
  std::vector<std::string> names;
  for (const BenchmarkId& id : benchmarks) names.push_back(escape_regex(to_string(id)));
  return fmt::format("^({})/", fmt::join(names, "|"));
}

std::vector<std::string> arguments_for(const std::filesystem::path& bench,
                                       const BackendModule& module, PassMode mode) {
  std::vector<std::string> arguments = {bench.string(), "--backend=" + module.path.string(),
                                        mode == PassMode::full ? "--mode=full" : "--mode=quick"};
  for (const auto& [name, value] : module.options) {
    arguments.push_back(fmt::format("--backend_option={}={}", name, value));
  }
  return arguments;
}

std::vector<std::string> arguments_for(const WorkerRequest& request) {
  auto arguments = arguments_for(request.bench, request.module, request.mode);
  if (request.limit_s) arguments.push_back(fmt::format("--limit_s={:.3g}", *request.limit_s));
  arguments.push_back("--device=" + request.device.value);
  return arguments;
}

std::vector<std::string> environment_for(const BackendModule& module) {
  std::vector<std::string> environment = allowed_environment();
  environment.insert(environment.end(), module.environment.begin(), module.environment.end());
  return environment;
}

// The last line that says something: the child opens with words about the machine, its build and
// where its figures come from, which explain no death.
std::string last_line(const std::string& text) {
  auto lines = split(trim(text), '\n');
  std::erase_if(lines, [](const std::string& line) {
    return line.starts_with("***WARNING***") || line.starts_with("SIMULATED: ");
  });
  return lines.empty() ? "" : std::string(trim(lines.back()));
}

// How the child ended, with its own last words where it has any.
std::string reason_of(const ChildResult& result) {
  const std::string words = last_line(result.error_tail);
  return words.empty() ? describe(result)
                       : fmt::format("{}; its last words: {}", describe(result), words);
}

// Failures that say more of a device than that a figure is missing.
struct CauseMeaning {
  std::string_view cause;
  const char* code;
  const char* advice;
};
constexpr std::array kCauses = {
    CauseMeaning{"product", "evidence.wrong_product",
                 "the device, its memory or a library computes wrongly: run the printed command "
                 "again, and have the board checked if it stays"},
    CauseMeaning{"timer", "evidence.timer_drift",
                 "one of the two clocks is wrong: no rate of this device can be relied on until it "
                 "is known which"},
};

std::optional<Finding> finding_of(const record::OutcomeOf& of) {
  const auto meaning = std::ranges::find(kCauses, of.cause, &CauseMeaning::cause);
  const auto* failed = std::get_if<Failed>(&of.outcome);
  if (meaning == kCauses.end() || failed == nullptr) return std::nullopt;
  return Finding{
      meaning->code, FindingClass::health, Severity::error, of.benchmark.device.value,
      fmt::format("{}: {}; {}", to_string(of.benchmark), failed->reason, meaning->advice)};
}

// One life of the child: what it was doing when it ended.
class Worker {
 public:
  Worker(const WorkerRequest& request, const ProgressReader& progress, const ChildRunner& run_child)
      : request_(request),
        progress_(progress),
        run_child_(run_child),
        started_(Clock::now()),
        remaining_(request.benchmarks.begin(), request.benchmarks.end()) {}

  WorkerResult run() {
    int idle_lives = 0;
    while (!remaining_.empty() && !out_of_time() && !is_to_stop()) {
      const std::size_t before = remaining_.size();
      live_once();
      idle_lives = remaining_.size() == before ? idle_lives + 1 : 0;
      // A child that dies before its first benchmark will do so again; once may have been bad luck.
      if (idle_lives == 2) fail_the_rest(last_reason_);
    }
    if (!remaining_.empty() && stop_reason_) {
      result_.interrupted = stop_reason_;
      fail_the_rest("not measured: " + *stop_reason_, true);
    }
    if (!remaining_.empty()) {
      result_.deadline_passed = true;
      fail_the_rest("not measured: the deadline of the pass came first");
    }
    return collect();
  }

 private:
  double left_s() const {
    const std::chrono::duration<double> spent = Clock::now() - started_;
    return request_.deadline_s - spent.count();
  }
  bool out_of_time() const { return left_s() <= 0; }

  bool is_to_stop() {
    if (!stop_reason_ && request_.stop) stop_reason_ = request_.stop();
    return stop_reason_.has_value();
  }

  void live_once() {
    ChildCommand command;
    command.arguments = arguments_for(request_);
    command.arguments.push_back(fmt::format("--record_fd={}", kRecordDescriptor));
    command.arguments.push_back("--benchmark_filter=" + filter_for(remaining_));
    if (request_.start_at_ns) {
      command.arguments.push_back(fmt::format("--start_at_ns={}", *request_.start_at_ns));
    }
    // Its table goes nowhere, and with it Google Benchmark's page of context would go to standard
    // error, where last words are looked for.
    command.arguments.emplace_back("--benchmark_format=json");
    command.environment = environment_for(request_.module);
    command.deadline_s = left_s();
    command.silence_s = request_.silence_s;
    if (request_.stop) {
      command.stop = [this] { return is_to_stop(); };
      command.stop_grace_s = kLeaveGrace_s;
    }
    current_.reset();
    ended_ = gone_ = false;
    bad_line_.clear();
    const ChildResult child =
        run_child_(command, [this](std::string_view line) { return take(line); });
    result_.cpu_s += child.cpu_s;
    judge(child);
  }

  bool take(std::string_view line) {
    try {
      const record::Record record = record::parse(line);
      std::visit([this](const auto& value) { on(value); }, record);
      return true;
    } catch (const Error& error) {
      bad_line_ = error.what();
      return false;
    }
  }

  template <class Other>
  void on(const Other&) {}
  void on(const record::Begin& begin) {
    if (!remaining_.contains(begin.benchmark)) throw Error("a benchmark that nobody asked for");
    current_ = begin.benchmark;
    if (result_.startup_s == 0) result_.startup_s = request_.deadline_s - left_s();
  }
  void on(const record::Progress& progress) { progress_(progress); }
  void on(const record::End&) { ended_ = true; }
  void on(const record::Unavailable& unavailable) {
    gone_ = true;
    fail_the_rest("not measured: what was listed is no longer there: " + unavailable.reason);
  }
  void on(const record::Hello& hello) { method_version_ = hello.method_version; }
  void on(const record::Libraries& libraries) {
    code_.insert(libraries.files.begin(), libraries.files.end());
  }
  void on(const record::OutcomeOf& of) {
    if (remaining_.erase(of.benchmark) == 0) throw Error("an outcome that nobody asked for");
    record(of.benchmark, of.outcome, of.wall_s);
    if (of.counted) result_.counted[of.benchmark] = *of.counted;
    if (auto finding = finding_of(of)) result_.findings.push_back(std::move(*finding));
    current_.reset();
  }

  void judge(const ChildResult& child) {
    const bool clean = child.end == ChildEnd::exited && child.code == 0;
    if (clean && gone_) return;  // quiet and stated: nothing died
    if (clean && ended_) {
      last_reason_ = "the worker did not run it";
      return;
    }
    // run() fails the rest, with the right words.
    if (child.end == ChildEnd::deadline || child.end == ChildEnd::stopped) return;
    last_reason_ = fmt::format("the worker {}", reason_of(child));
    if (!bad_line_.empty()) last_reason_ += " (" + bad_line_ + ")";
    result_.findings.push_back(
        {.code = "worker.died",
         .finding_class = FindingClass::health,
         .severity = Severity::error,
         .subject = request_.device.value,
         .message = fmt::format("{}: {}", current_ ? to_string(*current_) : request_.module.name,
                                last_reason_)});
    if (child.end == ChildEnd::silent || child.end == ChildEnd::stuck) ++result_.hangs;
    if (child.end == ChildEnd::stuck) {
      // It may have been the deadline for which it was killed in vain.
      if (out_of_time()) result_.deadline_passed = true;
      return fail_the_rest(last_reason_);
    }
    if (!current_ || remaining_.erase(*current_) == 0) return;
    record(*current_, Failed{last_reason_}, 0);
  }

  void fail_the_rest(const std::string& reason, bool interrupted = false) {
    for (const BenchmarkId& id : remaining_) record(id, Failed{reason, interrupted}, 0);
    remaining_.clear();
  }

  void record(const BenchmarkId& id, Outcome outcome, double wall_s) {
    done_[id] = Measurement{.id = id,
                            .backend = request_.module.name,
                            .method_version = method_version_,
                            .outcome = std::move(outcome),
                            .wall_s = wall_s,
                            .command = command_line(request_, id),
                            .taken_at = utc_now()};
  }

  WorkerResult collect() {
    for (const BenchmarkId& id : request_.benchmarks) result_.measurements.push_back(done_.at(id));
    result_.code.assign(code_.begin(), code_.end());
    return result_;
  }

  const WorkerRequest& request_;
  const ProgressReader& progress_;
  const ChildRunner& run_child_;
  const Clock::time_point started_;
  std::set<BenchmarkId> remaining_;
  std::map<BenchmarkId, Measurement> done_;
  std::set<MappedFile> code_;
  std::optional<BenchmarkId> current_;
  bool ended_ = false;
  bool gone_ = false;  // the backend had nothing to run on
  std::string bad_line_;
  std::string last_reason_;
  std::optional<std::string> stop_reason_;
  std::string method_version_;
  WorkerResult result_;
};

std::string quote(const std::string& word) {
  const bool plain = std::ranges::all_of(word, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-_=./:,+").find(c) != std::string_view::npos;
  });
  if (plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

WorkerResult run_worker(const WorkerRequest& request, const ProgressReader& progress,
                        const ChildRunner& run_child) {
  return Worker(request, progress, run_child).run();
}

BackendListing list_backend(const ListingRequest& request) {
  ChildCommand command;
  command.arguments = arguments_for(request.bench, request.module, request.mode);
  command.arguments.push_back("--list");
  command.arguments.push_back(fmt::format("--record_fd={}", kRecordDescriptor));
  command.environment = environment_for(request.module);
  command.deadline_s = command.silence_s = request.deadline_s;
  BackendListing listing;
  bool greeted = false;
  std::string bad_line;
  const auto take = [&](std::string_view line) {
    try {
      const record::Record record = record::parse(line);
      if (const auto* hello = std::get_if<record::Hello>(&record)) {
        listing.method_version = hello->method_version;
        listing.visibility = hello->visibility;
        greeted = true;
      } else if (const auto* device = std::get_if<record::DeviceSeen>(&record)) {
        listing.devices.push_back(*device);
      } else if (const auto* planned = std::get_if<record::Planned>(&record)) {
        listing.benchmarks.push_back(*planned);
      } else if (const auto* libraries = std::get_if<record::Libraries>(&record)) {
        listing.code = libraries->files;
      } else if (const auto* unavailable = std::get_if<record::Unavailable>(&record)) {
        listing.unavailable = unavailable->reason;
      }
      return true;
    } catch (const Error& error) {
      bad_line = error.what();
      return false;
    }
  };
  const ChildResult child = request.run_child(command, take);
  const bool clean = child.end == ChildEnd::exited && child.code == 0;
  // The options came from the command line: what is wrong with them is the user's to mend.
  if (child.end == ChildEnd::exited && child.code == EX_USAGE) {
    constexpr std::string_view kItsName = "tpp-bench: ";
    std::string words = last_line(child.error_tail);
    if (words.starts_with(kItsName)) words.erase(0, kItsName.size());
    throw UsageError(words);
  }
  if (!clean || !greeted) {
    listing.failure = reason_of(child) + (bad_line.empty() ? "" : " (" + bad_line + ")");
    listing.died = child.end != ChildEnd::exited;
    listing.devices.clear();
    listing.benchmarks.clear();
  }
  return listing;
}

std::string command_line(const WorkerRequest& request, const BenchmarkId& benchmark) {
  auto arguments = arguments_for(request);
  arguments.push_back("--benchmark_filter=" + filter_for(std::vector<BenchmarkId>{benchmark}));
  std::vector<std::string> quoted;
  for (const std::string& setting : request.module.environment) quoted.push_back(quote(setting));
  for (const std::string& argument : arguments) quoted.push_back(quote(argument));
  return fmt::format("{}", fmt::join(quoted, " "));
}

std::string moved_command(std::string command, const DeviceId& from, const DeviceId& to) {
  replace_all(from.value, to.value, command);
  const std::string in_filter = escape_regex(from.value);
  if (in_filter != from.value) replace_all(in_filter, escape_regex(to.value), command);
  return command;
}

}  // namespace tpp
