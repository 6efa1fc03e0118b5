#include "agent/command/via_daemon.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "agent/command/progress.h"
#include "agent/exit_code.h"
#include "agent/pass/measure_request.h"
#include "agent/pass/pass_messages.h"
#include "agent/pass/selection.h"
#include "agent/support/error.h"
#include "exporters/format.h"
#include "exporters/report_json.h"

namespace tpp {
namespace {

// Lines from and to the daemon.
class Connection {
 public:
  explicit Connection(const std::filesystem::path& path) : path_(path.string()) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) {
      throw Error(fmt::format("{}: too long for the path of a socket", path_));
    }
    std::memcpy(address.sun_path, path_.data(), path_.size());
    descriptor_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (descriptor_ >= 0 && ::connect(descriptor_, generic, sizeof address) == 0) return;
    const int why = errno;
    if (descriptor_ >= 0) ::close(descriptor_);
    throw Error(
        fmt::format("cannot ask the daemon at {}: {}; does `tpp-agent run` run, and may "
                    "this user write to its socket?",
                    path_, std::strerror(why)));
  }
  ~Connection() { ::close(descriptor_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) fail(std::strerror(errno));
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // Without its end; nullopt once the daemon has said all.
  std::optional<std::string> line() {
    while (true) {
      const auto end = received_.find('\n', looked_at_);
      if (end != std::string::npos) {
        std::string line = received_.substr(0, end);
        received_.erase(0, end + 1);
        looked_at_ = 0;
        return line;
      }
      looked_at_ = received_.size();
      std::array<char, 65536> buffer;
      const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail(std::strerror(errno));
      if (got == 0) return std::nullopt;
      received_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  [[noreturn]] void fail(std::string_view why) const {
    throw Error(fmt::format("the daemon at {}: {}", path_, why));
  }

 private:
  const std::string path_;
  int descriptor_ = -1;
  std::string received_;
  std::size_t looked_at_ = 0;
};

struct Refusal {
  std::string why;
  bool usage = false;  // what was asked for is not there: trying again later is of no use
};

std::optional<Refusal> refusal_in(const std::string& line) {
  const auto value = nlohmann::json::parse(line, nullptr, false);
  if (!value.is_object() || !value.contains("refused") || !value["refused"].is_string()) {
    return std::nullopt;
  }
  return Refusal{value["refused"].get<std::string>(),
                 value.contains("usage") && value["usage"] == true};
}

PassProgress progress_of(const PassStep& step) {
  PassProgress progress{.done = step.done, .total = step.total, .now = {}};
  if (const auto id = parse_benchmark_id(step.benchmark)) progress.now.benchmark = *id;
  progress.now.phase = step.phase;
  return progress;
}

MeasureRequest request_of(const Options& options) {
  MeasureRequest request;
  for (const DeviceId& device : options.selection.devices) request.devices.push_back(device.value);
  request.full = options.mode == PassMode::full;
  request.force = options.force;
  return request;
}

}  // namespace

int measure_via_daemon(const Options& options) {
  Connection daemon(*options.daemon);
  daemon.write(to_line(request_of(options)));
  std::optional<PassReceiver> receiver;
  {
    ProgressLine progress;
    receiver.emplace([&progress](const PassStep& step) { progress.show(progress_of(step)); });
    while (const auto line = daemon.line()) {
      if (const auto why = refusal_in(*line)) {
        std::cerr << "tpp-agent: the daemon did not measure: " << why->why << '\n';
        return why->usage ? kUsage : kBusy;
      }
      if (!receiver->take(*line))
        daemon.fail("it said what cannot be read: is it of this version?");
    }
  }
  if (!receiver->news()) daemon.fail("it ended before the pass did");
  const auto documents = receiver->take_documents();
  const auto text = documents.find("report");
  if (text == documents.end()) daemon.fail("it gave no report");
  const Report report = parse_report(text->second, "the daemon's report");
  write_output(options, find_format(options.format)->render(report, table_options(options)));
  const PassOutcome outcome = receiver->news()->outcome;
  write_textfile(options, report);
  return exit_code(report,
                   {.fail_on = options.fail_on,
                    .not_idle = outcome == PassOutcome::refused || outcome == PassOutcome::aborted,
                    .not_asked_for = boards_not_asked_for(options.selection, report.inventory),
                    .devices_named = !options.selection.devices.empty()});
}

}  // namespace tpp
