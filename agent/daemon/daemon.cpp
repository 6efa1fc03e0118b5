#include "agent/daemon/daemon.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agent/daemon/control_socket.h"
#include "agent/daemon/daemon_config.h"
#include "agent/daemon/device_book.h"
#include "agent/daemon/own_cgroup.h"
#include "agent/daemon/pass_runner.h"
#include "agent/daemon/served_pages.h"
#include "agent/daemon/service_manager.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "exporters/http/web_server.h"

namespace tpp {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

// A pass that loads nothing: every library of a node that hangs costs it 20 s.
constexpr double kInventoryDeadline_s = 600;
// One that measures ends by itself an hour after its first look; killed, it would tell nothing.
constexpr double kMeasureDeadline_s = 3600 + kInventoryDeadline_s;
// After one that failed.
constexpr seconds kInventoryRetry{30};
// After SIGTERM: whoever asked for what ran is told, if it listens.
constexpr std::chrono::milliseconds kLastWords{4500};

// What the passes of a node draw their moments from: equal after every restart.
std::string node_name() {
  const auto id = try_read_file("/etc/machine-id");
  return id ? *id : "";
}

struct Job {
  std::optional<DeviceId> device;         // none: inventory
  std::optional<MeasureRequest> request;  // who asked, if anybody did
  std::optional<DaemonConfig> config;     // to be taken over if this pass succeeds
};

class Signals {
 public:
  // Blocked from here on, in this thread and all that it starts.
  Signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, number);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    descriptor_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor_ < 0)
      throw Error(fmt::format("cannot wait for signals: {}", std::strerror(errno)));
  }
  ~Signals() { ::close(descriptor_); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  int descriptor() const { return descriptor_; }
  std::optional<int> take() const {
    signalfd_siginfo info{};
    if (::read(descriptor_, &info, sizeof info) != sizeof info) return std::nullopt;
    return static_cast<int>(info.ssi_signo);
  }

 private:
  int descriptor_ = -1;
};

OwnCgroup entered_cgroup(const Log& log) {
  OwnCgroup cgroup = enter_own_cgroup(kDaemonMemory);
  // Where a limit was to be expected its want is told.
  const bool lacks = cgroup.delegated && !cgroup.limited;
  log.write(lacks ? LogLevel::warn : LogLevel::debug, "cgroup", {{"state", cgroup.words}});
  return cgroup;
}

class Daemon {
 public:
  Daemon(const DaemonSettings& settings, const Log& log)
      : settings_(settings),
        log_(log),
        config_(load_daemon_config(settings.config_file)),
        server_(settings.web, pages_.pages(settings.web.telemetry_path),
                [&log](const std::string& words) { log.warn(words); }) {
    if (!settings.socket.empty()) control_.emplace(settings.socket);
    jobs_.push_back({});
  }

  void run() {
    for (const ListenAddress& address : server_.addresses()) {
      log_.info("listening", {{"address", to_text(address)}});
    }
    while (!stopping_ || runner_.running() || is_telling()) {
      if (!stopping_) begin_what_is_due();
      wait();
    }
    log_.info("ended");
  }

 private:
  // Of the schedule, which lives longer than this process and goes by the node's clock.
  WallTime now() const {
    if (settings_.clock_speed == 1) {
      return std::chrono::floor<seconds>(std::chrono::system_clock::now());
    }
    const std::chrono::duration<double> since = Clock::now() - began_;
    return began_wall_ + seconds(static_cast<std::int64_t>(since.count() * settings_.clock_speed));
  }

  // What is between two inventories goes by a clock that nobody sets.
  Clock::time_point after(seconds time) const {
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(time) / settings_.clock_speed);
  }

  // --- what is next ---

  bool measures_by_itself() const { return config_.authority == LoadAuthority::site_operator; }

  std::optional<NextPass> next_pass() const {
    if (!measures_by_itself()) return std::nullopt;
    return book_.next(config_.schedule, node_, now());
  }

  void begin_what_is_due() {
    if (runner_.running()) return;
    if (jobs_.empty() && Clock::now() >= inventory_due_) jobs_.push_back({});
    if (jobs_.empty()) {
      const auto next = next_pass();
      if (!next || next->at > now()) return;
      log_.info("pass is due", {{"device", next->device.value},
                                {"by", next->by == DueBy::change ? "change" : "interval"}});
      jobs_.push_back({.device = next->device, .request = std::nullopt, .config = std::nullopt});
    }
    abandoned_ = false;
    try {
      runner_.start(order_of(jobs_.front()));
    } catch (const Error& error) {
      PassRun run;
      run.failure = error.what();
      on_run(std::move(run));
    }
  }

  PassOrder order_of(const Job& job) const {
    const DaemonConfig& config = job.config ? *job.config : config_;
    PassOrder order;
    order.arguments = {settings_.agent.string(), "pass"};
    const auto add = [&](std::string word) { order.arguments.push_back(std::move(word)); };
    for (const std::string& word : settings_.source) add(word);
    for (const std::string& word : config.measure) add(word);
    add("--state-directory=" + settings_.state_directory.string());
    add("--telemetry-path=" + settings_.web.telemetry_path);
    add(fmt::format("--keep-days={}", config.keep_for.count() / 86400));
    add(fmt::format("--keep-bytes={}", config.keep_bytes));
    for (const DeviceId& device : book_.left_alone()) add("--left-alone=" + device.value);
    if (job.device) {
      add("--device=" + job.device->value);
      const bool full = job.request ? job.request->full : config.full_pass;
      add(full ? "--full" : "--quick");
      if (job.request && job.request->force) add("--force");
      add("--lock-file=" + config.lock_file.string());
      if (config.hook) {
        add(fmt::format("--hook-timeout={}", config.hook->timeout.count()));
        for (const std::string& word : config.hook->command) add("--hook=" + word);
      }
    } else {
      add("--inventory");
    }
    order.deadline_s = job.device ? kMeasureDeadline_s : kInventoryDeadline_s;
    hand_pass_before(order);
    order.cgroup = cgroup_.children.string();
    return order;
  }

  // What is known of the node does not hang on the state directory alone.
  void hand_pass_before(PassOrder& order) const {
    order.input = pages_.document("unkept");
    const bool kept = order.input == nullptr;
    if (kept) order.input = pages_.document("report");
    if (order.input) {
      order.arguments.push_back(fmt::format("--pass-before={}", kept ? "kept" : "unkept"));
    }
  }

  int wait_ms() const {
    using Milliseconds = std::chrono::duration<double, std::milli>;
    // Clients that are overdue are looked for now and then, and whether the clock was set.
    Milliseconds left = seconds(10);
    if (watchdog_) left = std::min<Milliseconds>(left, *watchdog_);
    if (stopping_) left = std::min<Milliseconds>(left, std::chrono::milliseconds(100));
    if (!runner_.running() && !stopping_) {
      left = std::min<Milliseconds>(left, inventory_due_ - Clock::now());
      if (const auto next = next_pass()) {
        left = std::min<Milliseconds>(left, Milliseconds(next->at - now()) / settings_.clock_speed);
      }
    }
    return static_cast<int>(std::max(left.count(), 0.0)) + 1;
  }

  void wait() {
    std::vector<pollfd> watched = {{signals_.descriptor(), POLLIN, 0},
                                   {runner_.descriptor(), POLLIN, 0}};
    if (control_) control_->add_to(watched);
    if (::poll(watched.data(), watched.size(), wait_ms()) < 0 && errno != EINTR) {
      throw Error(fmt::format("cannot wait: {}", std::strerror(errno)));
    }
    if (watchdog_) ServiceManager::alive();
    while (const auto number = signals_.take()) on_signal(*number);
    if (const auto step = runner_.take_step()) on_step(*step);
    if (runner_.running()) {
      if (auto run = runner_.take_run()) on_run(std::move(*run));
    }
    if (!control_) return;
    for (MeasureRequest& request : control_->serve(watched)) on_request(std::move(request));
    stop_for_client_that_is_gone();
  }

  // --- what happens ---

  void on_signal(int number) {
    if (number == SIGHUP) return reload();
    log_.info("ending", {{"signal", ::strsignal(number)}});
    ServiceManager::stopping();
    stopping_ = true;
    last_moment_ = Clock::now() + kLastWords;
    runner_.stop();
    refuse_what_waits();
  }

  auto first_that_waits() { return jobs_.begin() + (runner_.running() ? 1 : 0); }

  void refuse_what_waits() {
    const auto& running =
        jobs_.empty() || !runner_.running() ? std::nullopt : jobs_.front().request;
    for (auto job = first_that_waits(); job != jobs_.end(); ++job) {
      const bool answered = running && job->request && job->request->client == running->client;
      if (control_ && job->request && !answered) {
        control_->refuse(job->request->client, "the daemon is ending");
      }
    }
    jobs_.erase(first_that_waits(), jobs_.end());
  }

  bool is_telling() const {
    return control_ && control_->has_unsent() && Clock::now() < last_moment_;
  }

  void reload() {
    ServiceManager::reloading();
    forget_reload();
    Job job;
    try {
      job.config = load_daemon_config(settings_.config_file);
    } catch (const Error& error) {
      return reloaded(false, error.what());
    }
    jobs_.insert(first_that_waits(), std::move(job));
    // A measurement may take longer than systemd waits.
    if (runner_.running() && jobs_.front().device) {
      ServiceManager::ready("the new configuration is taken over after the pass that runs");
    }
  }

  // The newest word counts: what was read before, and is not in force yet, never will be.
  void forget_reload() {
    jobs_.erase(std::remove_if(first_that_waits(), jobs_.end(),
                               [](const Job& job) { return job.config.has_value(); }),
                jobs_.end());
    if (jobs_.empty() || !jobs_.front().config) return;
    jobs_.front().config.reset();
    jobs_.insert(first_that_waits(), Job{});  // what runs is by the words of the forgotten one
  }

  void reloaded(bool successful, const std::string& why) {
    if (successful) {
      log_.info("reloaded", {{"file", settings_.config_file.string()}});
    } else {
      log_.error("not reloaded, all stays as it was", {{"reason", why}});
    }
    pages_.reloaded(successful);
    publish();
    ServiceManager::ready(status_line());
  }

  void on_step(const PassStep& step) {
    if (jobs_.empty() || !jobs_.front().device) return;
    ServiceManager::status(
        fmt::format("measuring {}, {} of {}", step.benchmark, step.done, step.total));
    if (!jobs_.front().request || !control_) return;
    PassSender([this, client = jobs_.front().request->client](std::string_view line) {
      control_->send(client, line);
    }).step(step);
  }

  void on_run(PassRun run) {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    if (run.news) {
      for (const std::string& words : run.news->warnings) log_.warn(words);
      pages_.take(*run.news, std::move(run.documents));
    } else {
      log_.error("pass failed", {{"reason", run.failure}});
      if (!stopping_) pages_.failed(run.duration_s);
    }
    publish();  // before whoever asked is answered: then it is there to be scraped
    if (job.device) {
      measured(job, run);
    } else {
      inventoried(job, run);
    }
    ServiceManager::status(status_line());
  }

  void inventoried(Job& job, const PassRun& run) {
    if (run.news) {
      book_.learn(run.news->devices, now());
      if (job.config) config_ = *job.config;
    }
    inventory_due_ = after(run.news ? config_.inventory_interval : kInventoryRetry);
    if (job.config) reloaded(run.news.has_value(), run.failure);
    if (!ready_) {
      ready_ = true;
      ServiceManager::ready(status_line());
    }
  }

  void measured(const Job& job, const PassRun& run) {
    DeviceNews news;
    news.device = *job.device;
    if (run.news) {
      book_.learn(run.news->devices, now());
      const auto at = std::ranges::find(run.news->devices, *job.device, &DeviceNews::device);
      if (at != run.news->devices.end()) news = *at;
    } else {
      news.hung = run.hung;
      if (!run.hung) news.refused = run.failure;
    }
    // What was abandoned says nothing of the device, and is no measurement of it.
    if (!abandoned_ && book_.knows(*job.device)) book_.measured(news, now());
    answer(job, run);
  }

  void answer(const Job& job, const PassRun& run) {
    if (!job.request || !control_) return;
    const std::uint64_t client = job.request->client;
    if (!run.news) return control_->refuse(client, run.failure);
    PassNews news = *run.news;
    news.outcome = worst_[client] = std::max(worst_[client], news.outcome);
    const bool last = std::ranges::none_of(
        jobs_, [&](const Job& other) { return other.request && other.request->client == client; });
    if (!last) return;
    worst_.erase(client);
    const PassSender sender([&](std::string_view line) { control_->send(client, line); });
    if (const auto report = pages_.document("report")) sender.document("report", *report);
    sender.news(news);
    control_->finish(client);
  }

  void on_request(MeasureRequest request) {
    log_.info("pass was asked for",
              {{"user", fmt::format("{}", request.user)}, {"force", request.force ? "yes" : "no"}});
    try {
      for (const DeviceId& device : devices_of(request)) {
        jobs_.push_back({.device = device, .request = request, .config = std::nullopt});
      }
    } catch (const UsageError& refusal) {
      refuse(request.client, refusal, true);
    } catch (const Error& refusal) {
      refuse(request.client, refusal, false);
    }
  }

  void refuse(std::uint64_t client, const Error& refusal, bool by_words) {
    log_.info("pass was refused", {{"reason", refusal.what()}});
    control_->refuse(client, refusal.what(), by_words);
  }

  // Throws Error saying why nothing is measured; UsageError where it never will be.
  std::vector<DeviceId> devices_of(const MeasureRequest& request) const {
    if (stopping_) throw Error("the daemon is ending");
    if (config_.authority == LoadAuthority::none) {
      throw Error("load.authority is none: nothing is measured on this node");
    }
    if (!ready_) throw Error("the first look at this node is not over yet");
    const std::vector<DeviceId> left_alone = book_.left_alone();
    const auto is_left_alone = [&](const DeviceId& device) {
      return std::ranges::find(left_alone, device) != left_alone.end();
    };
    std::vector<DeviceId> devices;
    for (const std::string& name : request.devices) {
      const DeviceId& device = devices.emplace_back(DeviceId{name});
      if (!book_.knows(device)) {
        throw UsageError(fmt::format("{}: there is no such device that can be measured", name));
      }
      if (is_left_alone(device)) {
        throw Error(fmt::format("{}: it hung in two passes and is left alone", name));
      }
    }
    if (devices.empty()) devices = book_.devices();
    std::erase_if(devices, is_left_alone);
    if (devices.empty()) throw Error("there is no device that can be measured");
    return devices;
  }

  // A job that asked and ended owns the device no longer.
  void stop_for_client_that_is_gone() {
    const auto is_gone = [&](const Job& job) {
      return job.request && !control_->connected(job.request->client);
    };
    if (runner_.running() && is_gone(jobs_.front()) && !std::exchange(abandoned_, true)) {
      log_.info("whoever asked for the pass is gone: it ends");
      runner_.stop();
    }
    jobs_.erase(std::remove_if(first_that_waits(), jobs_.end(), is_gone), jobs_.end());
    std::erase_if(worst_, [&](const auto& entry) { return !control_->connected(entry.first); });
  }

  // --- what is told ---

  void publish() { server_.publish(pages_.pages(settings_.web.telemetry_path)); }

  std::string status_line() const {
    const auto next = next_pass();
    return fmt::format("{} devices; {}", book_.size(),
                       measures_by_itself()
                           ? (next ? fmt::format("next pass of {}", next->device.value)
                                   : std::string("nothing to measure"))
                           : std::string("nothing is measured unless asked for"));
  }

  const DaemonSettings& settings_;
  const Log& log_;
  const OwnCgroup cgroup_ = entered_cgroup(log_);
  const Signals signals_;
  DaemonConfig config_;
  ServedPages pages_;
  WebServer server_;
  std::optional<ControlSocket> control_;
  PassRunner runner_;
  DeviceBook book_;
  std::deque<Job> jobs_;                        // the one that runs is at the front
  std::map<std::uint64_t, PassOutcome> worst_;  // of the passes of a client so far, by its number
  const std::string node_ = node_name();
  const Clock::time_point began_ = Clock::now();
  const WallTime began_wall_ = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  Clock::time_point inventory_due_ = began_;
  const std::optional<std::chrono::microseconds> watchdog_ = ServiceManager::watchdog_interval();
  bool ready_ = false;      // the first inventory is over
  bool abandoned_ = false;  // whoever asked for what runs is gone
  bool stopping_ = false;
  Clock::time_point last_moment_;
};

}  // namespace

void run_daemon(const DaemonSettings& settings, const Log& log) { Daemon(settings, log).run(); }

}  // namespace tpp
